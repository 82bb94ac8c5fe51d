package io.longshore.loadtest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.loadtest.History.Trouble;
import io.longshore.node.cli.Pause;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Several agents under a steady load, of which one gets into trouble, a phase for each kind of it;
 * what became of the tasks is read from their own decisions.
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

  private static final String CAPABILITY = "stuck";
  private static final long MAX_MILLIS = 3_600_000;
  private static final Duration QUIET_WITHIN = Duration.ofMinutes(3);
  private static final Duration FLAP = Duration.ofSeconds(2);
  private final Options options;
  private final LoadClient client;
  private final Consumer<String> progress;
  private final Clock clock = Clock.systemUTC();
  private final Pause pause = Pause.real();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<StuckAgent> agents = new ArrayList<>();
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

  /** Registers the agents with a node, and has them work. */
  StuckRun(String url, Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    client = new LoadClient(url);
    for (int i = 0; i < options.agents(); i++) {
      agents.add(
          new StuckAgent(
              url,
              "stuck-" + i,
              CAPABILITY,
              options.concurrency(),
              options.serviceMillis(),
              timer,
              options.seed() + i));
    }
  }

  /** Loads the node for so long without looking. */
  void warmUp(int seconds) throws InterruptedException {
    send(Duration.ofSeconds(seconds), new ConcurrentHashMap<>(), new AtomicInteger());
    awaitQuiet();
  }

  /** Plays one phase to its end, when all its tasks have ended. */
  void play(Phase phase) throws InterruptedException {
    Map<String, Long> accepted = new ConcurrentHashMap<>();
    AtomicInteger failed = new AtomicInteger();
    Duration quarter = Duration.ofSeconds(options.seconds()).dividedBy(4);
    send(quarter, accepted, failed);
    long from = clock.millis();
    StuckAgent victim = agents.get(0);
    begin(phase, victim);
    if (phase == Phase.FLAPPING) {
      flap(victim, quarter.multipliedBy(3), accepted, failed);
    } else {
      send(quarter.multipliedBy(3), accepted, failed);
    }
    long until = clock.millis();
    end(phase, victim);
    awaitQuiet();
    judge(phase, new Trouble(victim.id(), from, until), accepted, failed.get());
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

  private void flap(
      StuckAgent victim, Duration length, Map<String, Long> accepted, AtomicInteger failed)
      throws InterruptedException {
    boolean gone = false;
    for (Duration left = length; !left.isNegative() && !left.isZero(); left = left.minus(FLAP)) {
      gone = !gone;
      victim.become(gone ? StuckAgent.Mode.GONE : StuckAgent.Mode.WELL);
      send(left.compareTo(FLAP) < 0 ? left : FLAP, accepted, failed);
    }
  }

  /** Submits at a constant rate, whatever the answers; notes when each accepted task was made. */
  private void send(Duration length, Map<String, Long> accepted, AtomicInteger failed) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("capability", CAPABILITY)
            .put("leaseSeconds", options.leaseSeconds())
            .put("maxAttempts", 100)
            .put("input", "x".repeat(100));
    long start = System.nanoTime();
    int count = (int) (options.rate() * length.toMillis() / 1_000);
    for (int i = 0; i < count; i++) {
      long due = start + (long) (i / options.rate() * 1e9);
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
      }
      var unused =
          client
              .send("POST", "/v1/tasks", body, "Idempotency-Key", UUID.randomUUID().toString())
              .whenComplete(
                  (answer, failure) -> {
                    if (failure == null && answer.isOk()) {
                      accepted.put(
                          answer.body().path("taskId").asText(),
                          Instant.parse(answer.body().path("createdAt").asText()).toEpochMilli());
                    } else {
                      failed.incrementAndGet();
                    }
                  });
    }
    long end = start + length.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(Math.max(1, end - System.nanoTime()));
    }
  }

  private void awaitQuiet() throws InterruptedException {
    new Baseline(client, CAPABILITY, 0).awaitQuiet(QUIET_WITHIN, pause);
  }

  private void judge(Phase phase, Trouble trouble, Map<String, Long> accepted, int failed) {
    Histogram others = new Histogram(MAX_MILLIS, 3);
    Histogram all = new Histogram(MAX_MILLIS, 3);
    long behind = 0;
    long over = 0;
    long inVain = 0;
    long moves = 0;
    long again = 0;
    long doubled = 0;
    long lost = failed;
    for (Map.Entry<String, Long> task : accepted.entrySet()) {
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
                accepted.size(),
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
            .formatted(phase, accepted.size(), behind));
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
    agents.forEach(StuckAgent::close);
    timer.shutdownNow();
  }
}
