package io.longshore.loadtest;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.coordinator.FleetOutcome;
import io.longshore.coordinator.FleetSettings;
import io.longshore.coordinator.FleetSettings.Arrivals;
import io.longshore.coordinator.FleetSettings.Faults;
import io.longshore.coordinator.FleetSimulation;
import io.longshore.coordinator.ServiceTimes;
import io.longshore.node.NodeSettings;
import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore simulate}: a fleet in virtual time, once for each strategy of assignment. */
@Command(
    name = "simulate",
    description =
        "Simulate a fleet of agents in virtual time with the coordinators' and mailboxes' own code,"
            + " once for each strategy of assignment on the same work, and compare how long tasks"
            + " wait. A million agents and ten million tasks need about 8 GB of heap"
            + " (LONGSHORE_JAVA_OPTS=-Xmx8g) and half an hour.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All tasks were done and, unless messages were lost, no agent was overfilled.",
      "1:Not so.",
      "2:It could not run."
    })
final class SimulateCommand implements Callable<Integer> {
  private static final long MAX_MILLIS = TimeUnit.DAYS.toMillis(10);
  private static final int PROGRESS_STEP = 1_000;
  private static final List<String> COLUMNS =
      List.of(
          "wait p50 ms",
          "wait p99 ms",
          "wait max ms",
          "completion p99 ms",
          "moves a task",
          "refusals",
          "utilisation",
          "not done",
          "started again",
          "computed in s");
  private final Terminal terminal;

  @Option(
      names = "--strategy",
      split = ",",
      description = "Those to compare (default ${DEFAULT-VALUE}).")
  List<String> strategies = FleetSimulation.strategies();

  @Option(names = "--agents", description = "How many (default ${DEFAULT-VALUE}).")
  int agents = 1_000;

  @Option(names = "--tasks", description = "How many (default ${DEFAULT-VALUE}).")
  int tasks = 200_000;

  @Option(
      names = "--capabilities",
      description = "How many there are, each with a coordinator (default ${DEFAULT-VALUE}).")
  int capabilities = 10;

  @Option(
      names = "--capabilities-each",
      description =
          "How many an agent has; with several, coordinators compete for it and it refuses"
              + " (default ${DEFAULT-VALUE}).")
  int capabilitiesEach = 1;

  @Option(
      names = "--concurrency",
      split = ",",
      description = "Each agent has one of these (default 1,2,4,8).")
  List<Integer> concurrency = List.of(1, 2, 4, 8);

  @Option(names = "--slow-share", description = "Of the agents (default ${DEFAULT-VALUE}).")
  double slowShare = 0.2;

  @Option(names = "--slow-factor", description = "So many times slower (default ${DEFAULT-VALUE}).")
  double slowFactor = 4;

  @Option(
      names = "--service",
      description = "Distribution of a task's time: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  ServiceTimes.Kind service = ServiceTimes.Kind.LOGNORMAL;

  @Option(names = "--service-millis", description = "Its mean (default ${DEFAULT-VALUE}).")
  double serviceMillis = 1_000;

  @Option(
      names = "--service-shape",
      description = "Sigma for lognormal, alpha for pareto (default ${DEFAULT-VALUE}).")
  double shape = 1.2;

  @Option(
      names = "--utilization",
      description = "Work that comes, as a share of what all can do (default ${DEFAULT-VALUE}).")
  double utilization = 0.7;

  @Option(names = "--burst-factor", description = "Rate in bursts; 1 for none (${DEFAULT-VALUE}).")
  double burstFactor = 1;

  @Option(names = "--burst-every", description = "Seconds (default ${DEFAULT-VALUE}).")
  int burstEvery = 60;

  @Option(names = "--burst-seconds", description = "How long each (default ${DEFAULT-VALUE}).")
  int burstSeconds = 6;

  @Option(
      names = "--die-every",
      description = "Seconds that a worker lives on average; 0 for ever (default).")
  int dieEvery = 0;

  @Option(names = "--down-seconds", description = "Until it is back (default ${DEFAULT-VALUE}).")
  int downSeconds = 20;

  @Option(
      names = "--slow-every",
      description = "Seconds that an agent goes well on average; 0 for ever (default).")
  int slowEvery = 0;

  @Option(
      names = "--slow-seconds",
      description = "How long it takes --slow-by times as long then (default ${DEFAULT-VALUE}).")
  int slowSeconds = 30;

  @Option(names = "--slow-by", description = "Default ${DEFAULT-VALUE}.")
  double slowBy = 10;

  @Option(names = "--loss", description = "Share of messages lost (default ${DEFAULT-VALUE}).")
  double loss = 0;

  @Option(names = "--latency", description = "Milliseconds of a message (${DEFAULT-VALUE}).")
  int latency = 1;

  @Option(names = "--lease-seconds", description = "Default ${DEFAULT-VALUE}.")
  int leaseSeconds = 30;

  @Option(names = "--seed", description = "Of all chance (default ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the node's configuration, such as"
              + " longshore.coordinator.move-factor=3. May be repeated.")
  Map<String, String> settings = Map.of();

  @Option(names = "--out", description = "Where the report goes (default ${DEFAULT-VALUE}).")
  Path out = Path.of("target", "simulate");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  SimulateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (!FleetSimulation.strategies().containsAll(strategies)) {
      throw new IllegalArgumentException("--strategy is of " + FleetSimulation.strategies());
    }
    FleetSettings fleet = fleet();
    Config config = NodeSettings.load(settings, ConfigFactory.empty());
    Report report = new Report("simulate");
    report.fact("seed", String.valueOf(seed));
    report.fact("agents", agents);
    report.fact("of concurrency", members(concurrency));
    report.fact("slow ones", "%.0f %%, by %.1f".formatted(100 * slowShare, slowFactor));
    report.fact("capabilities", capabilities + ", each agent has " + capabilitiesEach);
    report.fact("tasks", tasks);
    report.fact("service time", members(fleet.service()));
    report.fact("arrivals", members(fleet.arrivals()));
    report.fact("faults", members(fleet.faults()));
    report.fact("latency of a message, ms", latency);
    if (!settings.isEmpty()) {
      report.fact("set", settings.toString());
    }
    List<Comparison.Row> rows = new ArrayList<>();
    boolean good = true;
    for (String strategy : strategies) {
      Histogram waits = new Histogram(MAX_MILLIS, 3);
      Histogram completions = new Histogram(MAX_MILLIS, 3);
      long from = System.nanoTime();
      FleetOutcome outcome = run(fleet, strategy, config, waits, completions);
      double seconds = (System.nanoTime() - from) / 1e9;
      good &= outcome.notDone() == 0 && (outcome.overfilled() == 0 || loss > 0);
      report.fact(strategy + ": virtual time, seconds", outcome.seconds());
      report.fact(strategy + ": agents beyond their room", outcome.overfilled());
      report.fact(strategy + ": fingerprint", Long.toHexString(outcome.fingerprint()));
      rows.add(row(strategy, outcome, waits, completions, seconds));
    }
    report.table(
        new Comparison("wait of a task until an agent has it, by strategy", COLUMNS, rows, 1));
    report.write(out);
    terminal.out().println(report.markdown());
    terminal.out().println("Written to " + out.toAbsolutePath());
    return good ? 0 : 1;
  }

  /** What is in a record or a list, without its name and brackets. */
  private static String members(Object all) {
    return all.toString().replaceAll("^\\w*\\[|]$", "");
  }

  private FleetSettings fleet() {
    return new FleetSettings(
        seed,
        agents,
        capabilities,
        capabilitiesEach,
        concurrency,
        slowShare,
        slowFactor,
        tasks,
        new ServiceTimes(service, serviceMillis, shape),
        new Arrivals(utilization, burstFactor, burstEvery, burstSeconds),
        new Faults(dieEvery, downSeconds, slowEvery, slowSeconds, slowBy, loss),
        latency,
        leaseSeconds * 1_000);
  }

  private FleetOutcome run(
      FleetSettings fleet, String strategy, Config config, Histogram waits, Histogram completions) {
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(strategy)
            .setInitialMax(tasks)
            .setConsumer(new ConsoleProgressBarConsumer(terminal.err()))
            .build()) {
      return FleetSimulation.run(
          fleet,
          strategy,
          config,
          new FleetSimulation.Observer() {
            @Override
            public void waited(long millis) {
              waits.recordValue(millis);
            }

            @Override
            public void completed(long millis) {
              completions.recordValue(millis);
            }

            @Override
            public void progress(int done) {
              if (done % PROGRESS_STEP == 0) {
                bar.stepTo(done);
              }
            }
          });
    }
  }

  private static Comparison.Row row(
      String strategy,
      FleetOutcome outcome,
      Histogram waits,
      Histogram completions,
      double seconds) {
    return new Comparison.Row(
        strategy,
        List.of(
            waits.getValueAtPercentile(50),
            waits.getValueAtPercentile(99),
            waits.getMaxValue(),
            completions.getValueAtPercentile(99),
            outcome.moves() / (double) outcome.tasks(),
            outcome.refusals(),
            outcome.utilization(),
            outcome.notDone(),
            outcome.startedAgain(),
            seconds),
        waits);
  }
}
