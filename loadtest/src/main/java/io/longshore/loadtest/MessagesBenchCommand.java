package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code longshore bench messages}: messages through a node beside routes that do nothing. */
@Command(
    name = "messages",
    description =
        "Measure messages over HTTP into mailboxes and out to their readers: one a request beside a"
            + " bare Pekko HTTP route, with and without pipelining, in bulk beside a route that"
            + " only parses, and between two nodes beside single tells of actors.")
final class MessagesBenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(names = "--bytes", description = "Of each message's body (default ${DEFAULT-VALUE}).")
  int bytes = 200;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Some of ${COMPLETION-CANDIDATES}.")
  Set<MessagesBench.Part> only = EnumSet.allOf(MessagesBench.Part.class);

  MessagesBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    bench.run(
        terminal,
        report -> {
          report.fact("a message's body, bytes", bytes);
          MessagesBench.Options options =
              new MessagesBench.Options(bench.warmUp, bench.seconds, bytes, only);
          MessagesBench messages = new MessagesBench(options, terminal, report);
          try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.H2)) {
            messages.run(database.settings());
          }
          try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.POSTGRESQL)) {
            messages.nodes(database.settings());
          }
        });
    return 0;
  }
}
