package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code longshore bench connected}: what many agents that do little cost a node. */
@Command(
    name = "connected",
    description =
        "Connect many agents to one node by WebSockets, and measure what each costs in memory and"
            + " how long messages take to them; then register ten times as many, of which most do"
            + " nothing, and see their mailboxes leave memory. Node and client need a file"
            + " descriptor a connection (ulimit -n).")
final class ConnectedBenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(names = "--agents", description = "That connect (default ${DEFAULT-VALUE}).")
  int agents = 10_000;

  @Option(names = "--registered", description = "In all, at last (default ${DEFAULT-VALUE}).")
  int registered = 100_000;

  @Option(names = "--rate", description = "Messages a second (default ${DEFAULT-VALUE}).")
  int rate = 2_000;

  @Option(names = "--heap", description = "Of the node, MiB (default ${DEFAULT-VALUE}).")
  int heap = 2_048;

  ConnectedBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (agents < 1 || registered < agents || rate < 1) {
      throw new IllegalArgumentException("At least one agent, and no more than registered");
    }
    bench.run(
        terminal,
        report -> {
          report.fact("heap of the node, at most, MiB", heap);
          report.fact("agents, connected and registered", agents + ", " + registered);
          report.fact("messages/s, one a request", rate);
          ConnectedBench.Options options =
              new ConnectedBench.Options(
                  agents, registered, rate, heap, bench.warmUp, bench.seconds);
          try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.H2)) {
            new ConnectedBench(options, terminal.err()::println, report).run(database);
          }
        });
    return 0;
  }
}
