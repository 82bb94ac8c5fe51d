package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore loadtest outage}: what clients see while the database is away. */
@Command(
    name = "outage",
    description =
        "Stop the PostgreSQL server of a node under load, start it again, and report what clients"
            + " were answered meanwhile, how soon the node came back by itself, and whether all"
            + " accepted tasks were kept.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All was kept, and every refusal said when to come back.",
      "1:Something was not.",
      "2:It could not run."
    })
final class OutageCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--seconds", description = "How long (default ${DEFAULT-VALUE}).")
  int seconds = 30;

  @Option(names = "--out", description = "Where the report goes (default ${DEFAULT-VALUE}).")
  Path out = Path.of("target", "loadtest", "outage");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  OutageCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Report report = new Report("loadtest outage");
    boolean kept;
    try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.POSTGRESQL)) {
      FaultRun run = new FaultRun(database, List.of(), report, terminal.err()::println);
      kept = run.outage(Duration.ofSeconds(seconds));
    }
    report.write(out);
    terminal.out().println(report.markdown());
    return kept ? 0 : 1;
  }
}
