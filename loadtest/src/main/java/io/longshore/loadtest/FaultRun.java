package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Breaks something under load, and then has every promise checked. */
final class FaultRun {
  private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(1);
  private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration QUIET = Duration.ofSeconds(3);

  /** Longer than any call takes: whoever was to be refused has been by then. */
  private static final Duration CALM = Duration.ofSeconds(12);

  private static final Duration CALM_WITHIN = Duration.ofMinutes(3);
  private static final long MIN_LIFE_MILLIS = 500;
  private static final int MORE_LIFE_MILLIS = 4000;
  private final BenchDatabase database;
  private final List<String> options;
  private final Report report;
  private final Consumer<String> progress;
  private final FaultLoad.Plan plan;
  private final Pause pause = Pause.real();
  private final Timeline timeline = new Timeline();
  private final FaultJudge judge;

  /**
   * A run on this database.
   *
   * @param options of the node's Java
   */
  FaultRun(BenchDatabase database, List<String> options, Report report, Consumer<String> progress) {
    this(database, options, FaultLoad.Plan.HARD, report, progress);
  }

  /** The same under another load. */
  FaultRun(
      BenchDatabase database,
      List<String> options,
      FaultLoad.Plan plan,
      Report report,
      Consumer<String> progress) {
    this.plan = plan;
    this.database = database;
    this.options = List.copyOf(options);
    this.report = report;
    this.progress = progress;
    this.judge = new FaultJudge(report, progress);
  }

  private FaultNode start() throws InterruptedException {
    List<String> java = new ArrayList<>(options);
    java.addAll(JavaProcess.databaseOptions(database.settings()));
    List<String> alone = List.of("--cluster-port", "0");
    return new FaultNode("node", alone, java, CLIENT_TIMEOUT, line -> {});
  }

  private FaultLoad load(FaultNode node, Promises promises) {
    return new FaultLoad(turn -> node.client(), promises, timeline, plan).work();
  }

  /** Kills the node so many times, at moments that the seed decides; true if all was kept. */
  boolean kill(int times, long seed) throws InterruptedException {
    Random random = new Random(seed);
    Promises promises = new Promises();
    long slowest = 0;
    try (FaultNode node = start();
        FaultLoad load = load(node, promises)) {
      Answers all = load.client().answersFromNow();
      for (int i = 1; i <= times; i++) {
        pause.of(Duration.ofMillis(MIN_LIFE_MILLIS + random.nextInt(MORE_LIFE_MILLIS)));
        node.kill();
        long from = System.nanoTime();
        node.startAgain();
        awaitAccepted(node, promises);
        slowest = Math.max(slowest, System.nanoTime() - from);
        progress.accept(
            "killed %d of %d times, %,d tasks accepted, %,d ended"
                .formatted(i, times, promises.acceptedCount(), promises.ended()));
      }
      report.fact("killed", times);
      report.fact("slowest from start to the next task accepted, seconds", slowest / 1e9);
      return judge.judge(load, promises, all);
    }
  }

  /** Stops the database for so long; true if all was kept and the node came back by itself. */
  boolean outage(Duration length) throws IOException, InterruptedException {
    PostgresServer server = database.startedServer();
    Promises promises = new Promises();
    try (FaultNode node = start();
        FaultLoad load = load(node, promises)) {
      pause.of(QUIET);
      int before = promises.acceptedCount();
      Answers meanwhile = load.client().answersFromNow();
      server.stop();
      pause.of(length);
      server.startAgain();
      long from = System.nanoTime();
      Answers after = load.client().answersFromNow();
      awaitAccepted(node, promises);
      report.fact("database away, seconds", (double) length.toSeconds());
      report.fact("accepted before", before);
      report.fact(
          "from its return to the next task accepted, seconds", (System.nanoTime() - from) / 1e9);
      progress.accept("the node accepts tasks again");
      long until = from + CALM_WITHIN.toNanos();
      while (System.nanoTime() - lastTrouble(meanwhile, after) < CALM.toNanos()
          && System.nanoTime() < until) {
        pause.of(Duration.ofMillis(100));
      }
      report.fact(
          "from its return to the last call that was refused, seconds",
          Math.max(0, lastTrouble(meanwhile, after) - from) / 1e9);
      // Calls begun while it was away may have been answered later.
      judge.write("meanwhile", meanwhile);
      report.fact("meanwhile, refused without Retry-After", meanwhile.busyWithoutRetryAfter());
      return judge.judge(load, promises, after) && meanwhile.busyWithoutRetryAfter() == 0;
    }
  }

  private static long lastTrouble(Answers before, Answers after) {
    return Math.max(before.lastTroubleNanos(), after.lastTroubleNanos());
  }

  /** Waits until more tasks are accepted than now. */
  private void awaitAccepted(FaultNode node, Promises promises) throws InterruptedException {
    int now = promises.acceptedCount();
    long until = System.nanoTime() + ANSWERED_WITHIN.toNanos();
    while (promises.acceptedCount() <= now) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "The node accepts nothing within " + ANSWERED_WITHIN + ": " + ready(node));
      }
      pause.of(Duration.ofMillis(20));
    }
  }

  private static String ready(FaultNode node) {
    try {
      return String.valueOf(node.client().call("GET", "/health/ready", null).body());
    } catch (RuntimeException e) {
      return "it does not answer either: " + e.getMessage();
    }
  }
}
