package io.longshore.loadtest;

import io.longshore.loadtest.History.Trouble;
import io.longshore.node.cli.Pause;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Several agents under a steady load, of which one gets into trouble; what became of the tasks is
 * read from their own decisions. Each kind of trouble has a phase, and each phase agents of its
 * own: what the last one left behind would be seen in the next.
 */
final class StuckRun implements AutoCloseable {
  static final List<String> COLUMNS =
      List.of(
          "tasks",
          "behind it unstarted, longest ms",
          "of these over 2 s",
          "leased to it in vain, longest ms",
          "wait of others p50 ms",
          "wait of others p99 ms",
          "wait of all p99 ms",
          "moves",
          "started again",
          "doubled",
          "lost");

  /** Nothing unstarted may lie behind an agent in trouble for longer. */
  static final long GOAL_MILLIS = 2_000;

  private static final long MAX_MILLIS = 3_600_000;
  private static final Duration QUIET_WITHIN = Duration.ofMinutes(3);
  private static final Duration FLAP = Duration.ofSeconds(2);
  private final Options options;
  private final String url;
  private final LoadClient client;
  private final Consumer<String> progress;
  private final Clock clock = Clock.systemUTC();
  private final Pause pause = Pause.real();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<Comparison.Row> rows = new ArrayList<>();
  private boolean good = true;

  /**
   * The load.
   *
   * @param agents how many, all alike
   * @param concurrency of each
   * @param serviceMillis that a task takes on average
   * @param utilization of them all together
   * @param leaseSeconds of each task
   * @param seconds that each phase lasts
   * @param seed of how long tasks take
   */
  record Options(
      int agents,
      int concurrency,
      int serviceMillis,
      double utilization,
      int leaseSeconds,
      int seconds,
      long seed) {

    /** Tasks a second. */
    double rate() {
      return utilization * agents * concurrency * 1_000.0 / serviceMillis;
    }
  }

  /** What can happen to the first agent. */
  enum Phase {
    /** Nothing: what the others are compared with. */
    BEFORE,
    /** It heartbeats and does nothing else. */
    STUCK,
    /** Its process is gone. */
    KILLED,
    /** It is told to take no new work. */
    DRAINED,
    /** Its tasks take ten times as long. */
    SLOW,
    /** It comes and goes every two seconds. */
    FLAPPING
  }

  /** Against this node. */
  StuckRun(String url, Options options, Consumer<String> progress) {
    this.url = url;
    this.options = options;
    this.progress = progress;
    client = new LoadClient(url);
  }

  private List<StuckAgent> hire(String capability) {
    List<StuckAgent> agents = new ArrayList<>();
    for (int i = 0; i < options.agents(); i++) {
      agents.add(
          new StuckAgent(
              url,
              capability + "-" + i,
              capability,
              options.concurrency(),
              options.serviceMillis(),
              timer,
              options.seed() + i));
    }
    return agents;
  }

  /** Loads the node for so long without looking. */
  void warmUp(int seconds) throws InterruptedException {
    List<StuckAgent> agents = hire("warm-up");
    new StuckLoad(client, options, "warm-up").send(Duration.ofSeconds(seconds));
    awaitQuiet("warm-up");
    agents.forEach(StuckAgent::close);
  }

  /** Plays one phase to its end, when all its tasks have ended. */
  void play(Phase phase) throws InterruptedException {
    String capability = phase.name().toLowerCase(Locale.ROOT);
    List<StuckAgent> agents = hire(capability);
    StuckLoad load = new StuckLoad(client, options, capability);
    Duration quarter = Duration.ofSeconds(options.seconds()).dividedBy(4);
    load.send(quarter);
    long from = clock.millis();
    StuckAgent victim = agents.get(0);
    begin(phase, victim);
    if (phase == Phase.FLAPPING) {
      flap(victim, quarter.multipliedBy(3), load);
    } else {
      load.send(quarter.multipliedBy(3));
    }
    long until = clock.millis();
    end(phase, victim);
    awaitQuiet(capability);
    judge(phase, new Trouble(victim.id(), from, until), load);
    agents.forEach(StuckAgent::close);
  }

  private static void begin(Phase phase, StuckAgent victim) {
    switch (phase) {
      case STUCK -> victim.become(StuckAgent.Mode.STUCK);
      case KILLED -> victim.become(StuckAgent.Mode.GONE);
      case SLOW -> victim.become(StuckAgent.Mode.SLOW);
      case DRAINED -> victim.drain(true);
      case BEFORE, FLAPPING -> {}
    }
  }

  private static void end(Phase phase, StuckAgent victim) {
    if (phase == Phase.DRAINED) {
      victim.drain(false);
    }
    victim.become(StuckAgent.Mode.WELL);
  }

  private static void flap(StuckAgent victim, Duration length, StuckLoad load) {
    boolean gone = false;
    for (Duration left = length; !left.isNegative() && !left.isZero(); left = left.minus(FLAP)) {
      gone = !gone;
      victim.become(gone ? StuckAgent.Mode.GONE : StuckAgent.Mode.WELL);
      load.send(left.compareTo(FLAP) < 0 ? left : FLAP);
    }
  }

  private void awaitQuiet(String capability) throws InterruptedException {
    new Baseline(client, capability, 0).awaitQuiet(QUIET_WITHIN, pause);
  }

  private void judge(Phase phase, Trouble trouble, StuckLoad load) {
    Histogram others = new Histogram(MAX_MILLIS, 3);
    Histogram all = new Histogram(MAX_MILLIS, 3);
    long behind = 0;
    long over = 0;
    long inVain = 0;
    long moves = 0;
    long again = 0;
    long doubled = 0;
    long lost = load.failed();
    for (Map.Entry<String, Long> task : load.accepted().entrySet()) {
      String path = "/v1/tasks/" + task.getKey();
      History history =
          History.of(task.getValue(), client.call("GET", path + "/decisions", null).required());
      String state = client.call("GET", path, null).required().path("state").asText();
      lost += state.equals("completed") ? 0 : 1;
      moves += history.moves();
      again += history.startedAgain();
      doubled += history.doubled();
      if (history.waitMillis() >= 0 && history.createdAt() >= trouble.from()) {
        all.recordValue(history.waitMillis());
        if (!history.met(trouble.agentId())) {
          others.recordValue(history.waitMillis());
        }
      }
      if (phase != Phase.BEFORE) {
        behind = Math.max(behind, history.behindMillis(trouble));
        over += history.behindMillis(trouble) > GOAL_MILLIS ? 1 : 0;
        inVain = Math.max(inVain, history.leasedInVainMillis(trouble));
      }
    }
    good &= over == 0 && doubled == 0 && lost == 0;
    rows.add(
        new Comparison.Row(
            phase.name().toLowerCase(Locale.ROOT),
            List.of(
                load.accepted().size(),
                behind,
                over,
                inVain,
                others.getValueAtPercentile(50),
                others.getValueAtPercentile(99),
                all.getValueAtPercentile(99),
                moves,
                again,
                doubled,
                lost),
            others));
    progress.accept(
        "%s: %,d tasks, unstarted behind it for %,d ms at most"
            .formatted(phase, load.accepted().size(), behind));
  }

  /** All phases played so far, with the waits of tasks that the agent in trouble never had. */
  Comparison table() {
    return new Comparison("one of the agents in trouble", COLUMNS, rows, 1);
  }

  /** Whether nothing was lost or doubled, and nothing unstarted lay behind it for too long. */
  boolean isGood() {
    return good;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
