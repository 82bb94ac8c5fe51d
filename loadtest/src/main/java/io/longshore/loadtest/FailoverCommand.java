package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import io.longshore.persistence.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore loadtest failover}: a cluster keeps its promises while things fail. */
@Command(
    name = "failover",
    description =
        "Run a cluster of several processes on one PostgreSQL under load, break something, and"
            + " check that every accepted task is found, ends once and stays as it ended, that no"
            + " task is leased twice at a time, and how soon all partitions accept tasks again.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All was kept, and it went as it should.",
      "1:Something was not.",
      "2:It could not run."
    })
final class FailoverCommand implements Callable<Integer> {
  private static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final Duration STOPPED = Duration.ofMillis(1500);
  private final Terminal terminal;

  /** What breaks. */
  enum Scenario {
    /** A random node is killed again and again. */
    KILL,
    /** All nodes are killed at once, with all tasks still to be done. */
    ALL,
    /** A node stands still for a while. */
    FREEZE,
    /** A node is cut off from the others. */
    CUT,
    /** One direction between two nodes is cut. */
    ONE_WAY,
    /** Every node is stopped and started again in turn. */
    ROLLING,
    /** One more node joins. */
    JOIN,
    /** The database is stopped and started again. */
    DB_RESTART,
    /** The database answers late. */
    DB_SLOW,
    /** The database's disk is full. */
    DB_FULL,
    /** Nothing. */
    CALM;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(
      names = "--scenario",
      description = "One of ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  Scenario scenario = Scenario.KILL;

  @Option(names = "--nodes", description = "How many (default ${DEFAULT-VALUE}).")
  int nodes = 3;

  @Option(
      names = "--tasks",
      description = "Submit so many; 0 for as many as come (default ${DEFAULT-VALUE}).")
  int tasks = 0;

  @Option(
      names = "--rate",
      description = "Tasks a second at most, about (default ${DEFAULT-VALUE}).")
  int rate = 500;

  @Option(
      names = "--seconds",
      description = "From one kill to the next; how long anything else lasts (default 10, 60).")
  int seconds = 0;

  @Option(
      names = "--down-for",
      description = "Seconds that a killed node stays away (default ${DEFAULT-VALUE}).")
  int downFor = 0;

  @Option(names = "--times", description = "How many kills at least (default ${DEFAULT-VALUE}).")
  int times = 5;

  @Option(
      names = "--within",
      description = "Seconds after which partitions must accept again (default ${DEFAULT-VALUE}).")
  int within = 15;

  @Option(
      names = "--delay-millis",
      description = "Of each question and answer of a slow database (default ${DEFAULT-VALUE}).")
  int delayMillis = 200;

  @Option(
      names = "--warm-up",
      description = "Seconds of calm before its cost is counted (default ${DEFAULT-VALUE}).")
  int warmUp = 5;

  @Option(names = "--busy", description = "Keep every core busy with something else besides.")
  boolean busy;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the nodes. May be repeated.")
  Map<String, String> settings = Map.of();

  @Option(names = "--seed", description = "Decides which node; printed, to do the same again.")
  @Nullable Long seed;

  @Option(names = "--out", description = "Where reports and logs go (default ${DEFAULT-VALUE}).")
  Path out = Path.of("target", "loadtest", "failover");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  FailoverCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nodes < (scenario == Scenario.CALM ? 1 : 2) || rate < 20) {
      throw new IllegalArgumentException(
          "At least 2 nodes (1 if nothing breaks) and 20 tasks a second");
    }
    long decides = seed == null ? new Random().nextInt(1_000_000) : seed;
    String name = scenario.toString();
    Report report = new Report("loadtest failover, " + name);
    report.fact("nodes", nodes);
    report.fact("seed", String.valueOf(decides));
    report.fact("every core busy besides", busy);
    report.fact("archive of classes", JavaProcess.hasReadyMadeClasses());
    settings.forEach(report::fact);
    terminal.err().println(name + ", seed " + decides);
    Path directory = out.resolve(name);
    boolean good;
    BusyCores load = busy ? BusyCores.start() : null;
    try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.POSTGRESQL)) {
      good = run(database, options(decides, directory.resolve("logs")), report);
      report.goal("all was kept, and in time", good);
    } finally {
      if (load != null) {
        load.close();
      }
      report.write(directory);
    }
    terminal.out().println(report.markdown());
    terminal.out().println("Written to " + directory.toAbsolutePath());
    return good ? 0 : 1;
  }

  private ClusterRun.Options options(long decides, Path logs) {
    int lasts = seconds > 0 ? seconds : scenario == Scenario.KILL ? 10 : 60;
    List<String> java = new ArrayList<>();
    if (scenario == Scenario.ROLLING) {
      java.add("-Dlongshore.node.drain-delay=" + ClusterFaults.DRAIN.toMillis() + "ms");
    }
    settings.forEach((key, value) -> java.add("-D" + key + "=" + value));
    int limit = tasks > 0 ? tasks : scenario == Scenario.ALL ? 100_000 : NO_LIMIT;
    return new ClusterRun.Options(
        nodes,
        FaultLoad.Plan.ofRate(limit, rate),
        Duration.ofSeconds(lasts),
        Duration.ofSeconds(downFor),
        times,
        STOPPED,
        Duration.ofSeconds(within),
        decides,
        java,
        logs);
  }

  private boolean run(BenchDatabase database, ClusterRun.Options options, Report report)
      throws IOException, InterruptedException {
    try (TcpProxy way = DatabaseTrouble.way(database.settings())) {
      DatabaseSettings settings = DatabaseTrouble.through(database.settings(), way);
      ClusterRun run = new ClusterRun(settings, options, report, terminal.err()::println);
      return switch (scenario) {
        case KILL -> run.run(false, ClusterFaults::kill);
        case ALL -> run.run(false, ClusterFaults::killAll);
        case FREEZE -> run.run(false, ClusterFaults::freeze);
        case CUT -> run.run(true, ClusterFaults::cutOff);
        case ONE_WAY -> run.run(true, ClusterFaults::cutOneWay);
        case ROLLING -> run.run(false, ClusterFaults::rolling);
        case JOIN -> run.run(false, ClusterFaults::join);
        case CALM -> run.run(false, faults -> faults.calm(Duration.ofSeconds(warmUp)));
        case DB_RESTART ->
            trouble(
                run, "the database is stopped", DatabaseTrouble.stopped(database.startedServer()));
        case DB_SLOW ->
            trouble(
                run,
                "the database answers late",
                DatabaseTrouble.slow(way, Duration.ofMillis(delayMillis)));
        case DB_FULL ->
            trouble(run, "the database's disk is full", DatabaseTrouble.full(database.settings()));
      };
    }
  }

  private static boolean trouble(ClusterRun run, String what, DatabaseTrouble trouble)
      throws IOException, InterruptedException {
    return run.run(false, faults -> faults.database(what, trouble));
  }
}
