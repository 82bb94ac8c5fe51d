package io.longshore.loadtest;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.loadtest.StuckRun.Phase;
import io.longshore.node.NodeSettings;
import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore loadtest stuck}: what an agent in trouble does to the work of the others. */
@Command(
    name = "stuck",
    description =
        "Have several agents work under a steady load while one of them gets stuck, is killed,"
            + " drained, ten times slower, or comes and goes; and read from the tasks' decisions"
            + " how long those that had not started lay behind it, and what the others' waits came"
            + " to.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Nothing was lost or doubled, and nothing unstarted lay behind it for more than 2 s.",
      "1:Not so.",
      "2:It could not run."
    })
final class StuckCommand implements Callable<Integer> {
  private static final List<String> BOUNDS =
      List.of(
          "longshore.agents.session-timeout",
          "longshore.agents.report-interval",
          "longshore.coordinator.tick",
          "longshore.coordinator.move-factor",
          "longshore.coordinator.move-gain");
  private final Terminal terminal;

  @Option(names = "--agents", description = "How many (default ${DEFAULT-VALUE}).")
  int agents = 8;

  @Option(names = "--concurrency", description = "Of each agent (default ${DEFAULT-VALUE}).")
  int concurrency = 4;

  @Option(
      names = "--service-millis",
      description = "That a task takes on average (default ${DEFAULT-VALUE}).")
  int serviceMillis = 250;

  @Option(
      names = "--utilization",
      description = "Of all agents together (default ${DEFAULT-VALUE}).")
  double utilization = 0.6;

  @Option(names = "--lease-seconds", description = "Of each task (default ${DEFAULT-VALUE}).")
  int leaseSeconds = 10;

  @Option(names = "--seconds", description = "Each phase (default ${DEFAULT-VALUE}).")
  int seconds = 40;

  @Option(names = "--warm-up", description = "Seconds before (default ${DEFAULT-VALUE}).")
  int warmUp = 20;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PHASE",
      description = "Some of ${COMPLETION-CANDIDATES}.")
  Set<Phase> only = EnumSet.allOf(Phase.class);

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the node. May be repeated.")
  Map<String, String> settings = Map.of();

  @Option(names = "--seed", description = "Of how long tasks take (default ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(names = "--out", description = "Where the report goes (default ${DEFAULT-VALUE}).")
  Path out = Path.of("target", "loadtest", "stuck");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  StuckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (agents < 2 || seconds < 4) {
      throw new IllegalArgumentException("At least 2 agents and 4 seconds a phase");
    }
    StuckRun.Options options =
        new StuckRun.Options(
            agents, concurrency, serviceMillis, utilization, leaseSeconds, seconds, seed);
    Report report = new Report("loadtest stuck");
    report.fact("agents", agents + " of concurrency " + concurrency);
    report.fact("a task takes, ms", serviceMillis);
    report.fact("tasks/s", options.rate());
    report.fact("lease, seconds", leaseSeconds);
    report.fact("seconds a phase, the last three quarters in trouble", seconds);
    Config config = NodeSettings.load(settings, ConfigFactory.empty());
    BOUNDS.forEach(path -> report.fact(path, config.getString(path)));
    List<String> java =
        settings.entrySet().stream()
            .map(set -> "-D" + set.getKey() + "=" + set.getValue())
            .toList();
    boolean good;
    try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.H2);
        JavaProcess.Running node = JavaProcess.startNode(database.settings(), java);
        StuckRun run = new StuckRun(node.url(), options, terminal.err()::println)) {
      try {
        run.warmUp(warmUp);
        for (Phase phase : EnumSet.copyOf(only)) {
          run.play(phase);
        }
      } finally {
        report.table(run.table());
      }
      good = run.isGood();
    } finally {
      report.write(out);
    }
    terminal.out().println(report.markdown());
    terminal.out().println("Written to " + out.toAbsolutePath());
    return good ? 0 : 1;
  }
}
