package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore loadtest kill}: what a node keeps when it is killed again and again. */
@Command(
    name = "kill",
    description =
        "Kill a node with SIGKILL at random moments while tasks are submitted and done, start it"
            + " again each time, and check that every accepted task is found, ends once, stays as"
            + " it ended, and is the same for the same key.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:All was kept.", "1:Something was not.", "2:It could not run."})
final class KillCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--times", description = "How often (default ${DEFAULT-VALUE}).")
  int times = 20;

  @Option(
      names = "--db",
      paramLabel = "DB",
      description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  BenchDatabase.Kind db = BenchDatabase.Kind.BOTH;

  @Option(names = "--seed", description = "Decides the moments; printed, to do the same again.")
  @Nullable Long seed;

  @Option(names = "--out", description = "Where the reports go (default ${DEFAULT-VALUE}).")
  Path out = Path.of("target", "loadtest", "kill");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  KillCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    long decides = seed == null ? new Random().nextInt(1_000_000) : seed;
    boolean kept = true;
    for (BenchDatabase.Kind kind : db.each()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      Report report = new Report("loadtest kill, " + name);
      report.fact("seed", String.valueOf(decides));
      terminal.err().println(name + ", seed " + decides);
      try (BenchDatabase database = BenchDatabase.start(kind)) {
        FaultRun run = new FaultRun(database, List.of(), report, terminal.err()::println);
        kept &= run.kill(times, decides);
      }
      report.write(out.resolve(name));
      terminal.out().println(report.markdown());
    }
    return kept ? 0 : 1;
  }
}
