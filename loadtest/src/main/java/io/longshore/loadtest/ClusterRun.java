package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import io.longshore.persistence.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Breaks something in a cluster under load, and then has every promise checked. */
final class ClusterRun {
  /** Every node is ready and sees all others. */
  static final Duration TOGETHER_WITHIN = Duration.ofMinutes(3);

  private static final Duration WARM_UP = Duration.ofSeconds(5);

  /** What stops sooner has stopped because of what broke. */
  private static final Duration AT_ONCE = Duration.ofSeconds(2);

  private static final Duration LOOK = Duration.ofMillis(200);
  private final DatabaseSettings database;
  private final Options options;
  private final Report report;
  private final Consumer<String> progress;
  private final FaultJudge judge;
  private final Timeline timeline = new Timeline();
  private final Promises promises = new Promises();
  private final Pause pause = Pause.real();
  private final List<Fall> falls = new ArrayList<>();

  /**
   * A fault, and when it began to count.
   *
   * @param struck the partitions that it may stop; empty if that is not known
   */
  private record Fall(Timeline.Event event, Set<Integer> struck) {}

  /**
   * What the runs have in common.
   *
   * @param nodes how many to begin with
   * @param plan of the load
   * @param every from one fault to the next, and how long one lasts that lasts
   * @param downFor how long a killed node stays away
   * @param times how many faults at least, where there may be several
   * @param stopped a partition that accepts nothing for longer has stopped
   * @param within how soon partitions have to accept again
   * @param java options of the nodes
   * @param logs a directory for what the nodes print
   */
  record Options(
      int nodes,
      FaultLoad.Plan plan,
      Duration every,
      Duration downFor,
      int times,
      Duration stopped,
      Duration within,
      long seed,
      List<String> java,
      Path logs) {}

  /** A run on this database. */
  ClusterRun(DatabaseSettings database, Options options, Report report, Consumer<String> progress) {
    this.database = database;
    this.options = options;
    this.report = report;
    this.progress = progress;
    this.judge = new FaultJudge(report, progress);
  }

  /** What happens to a running cluster; true if it went as it should. */
  interface Fault {
    boolean happen(ClusterFaults faults) throws IOException, InterruptedException;
  }

  /** Has a fault happen under load and judges; true if all was kept and went as it should. */
  boolean run(boolean linked, Fault fault) throws IOException, InterruptedException {
    int most = options.nodes + 1;
    try (FaultCluster cluster =
        new FaultCluster(database, most, options.java, options.logs, linked)) {
      cluster.start(options.nodes, TOGETHER_WITHIN);
      progress.accept(options.nodes + " nodes are ready");
      try (FaultLoad load = new FaultLoad(cluster::next, promises, timeline, options.plan)) {
        boolean good = fault.happen(new ClusterFaults(this, cluster, load));
        report.fact("nodes that ended by themselves", cluster.ownEnds());
        return judge.judge(load, promises, load.client().answersFromNow()) && good;
      }
    } finally {
      report.table(timeline);
    }
  }

  /** How it is run. */
  Options options() {
    return options;
  }

  /** Where all is written down. */
  Report report() {
    return report;
  }

  /** When what happened. */
  Timeline timeline() {
    return timeline;
  }

  /** What was promised so far. */
  Promises promises() {
    return promises;
  }

  /** Says how far it is. */
  void say(String progressMade) {
    progress.accept(progressMade);
  }

  /** How often something broke so far. */
  int broke() {
    return falls.size();
  }

  /** Lets some time pass in which nothing is counted, and counts answers from then on. */
  Answers warmUp(FaultLoad load) throws InterruptedException {
    pause.of(WARM_UP);
    return load.client().answersFromNow();
  }

  /** Gives what follows a fault the time to show. */
  void settle() throws InterruptedException {
    pause.of(WARM_UP);
  }

  /** Something breaks now. */
  void breaks(String what) {
    breaks(what, Set.of());
  }

  /**
   * Something breaks now.
   *
   * @param struck the partitions that it may stop; empty if that is not known
   */
  void breaks(String what, Set<Integer> struck) {
    progress.accept(what);
    falls.add(new Fall(timeline.happens(what), struck));
  }

  /** What broke is well again, and only from now on partitions have to accept. */
  void isOver() {
    falls.clear();
    falls.add(new Fall(timeline.happens("it is over"), Set.of()));
  }

  /**
   * Writes down what was answered and how long partitions stopped: at once when something broke, or
   * later, because they moved. One that lasts beyond the next thing that broke counts there alone.
   * True if only those stopped at once that it struck, and all of them accepted again in time, or
   * nothing more is submitted.
   */
  boolean write(Answers answers, FaultLoad load) {
    judge.write("meanwhile", answers);
    boolean full = load.isFull();
    Histogram back = new Histogram(3);
    Histogram moves = new Histogram(3);
    int most = 0;
    int others = 0;
    int never = 0;
    for (int i = 0; i < falls.size(); i++) {
      Fall fall = falls.get(i);
      boolean last = i + 1 == falls.size();
      long to = last ? System.nanoTime() : falls.get(i + 1).event.at();
      int atOnce = 0;
      for (Timeline.Outage outage : timeline.outages(fall.event.at(), to, options.stopped)) {
        boolean countsLater = !last && outage.until() > to - fall.event.at();
        if (countsLater || (full && outage.never())) {
          continue;
        }
        boolean struck = outage.from() < AT_ONCE.toNanos();
        if (outage.never()) {
          never++;
        } else if (struck) {
          atOnce++;
          back.recordValue(TimeUnit.NANOSECONDS.toMillis(outage.until()));
        } else {
          moves.recordValue(TimeUnit.NANOSECONDS.toMillis(outage.until() - outage.from()));
        }
        boolean other = !fall.struck.isEmpty() && !fall.struck.contains(outage.partition());
        others += struck && other ? 1 : 0;
      }
      most = Math.max(most, atOnce);
    }
    int ofOneNode = (FaultLoad.PARTITIONS + options.nodes - 1) / options.nodes;
    report.fact("times that something broke", falls.size());
    report.fact("most partitions that stopped at once", most);
    report.fact("most partitions of one node", ofOneNode);
    report.fact("partitions of other nodes that stopped at once", others);
    report.fact("partitions that accepted nothing again", never);
    seconds("until they accepted again", back);
    report.fact("stopped later, because they moved", moves.getTotalCount());
    seconds("pause of these", moves);
    boolean inTime = back.getValueAtPercentile(99) <= options.within.toMillis();
    return never == 0 && others == 0 && inTime;
  }

  private void seconds(String what, Histogram millis) {
    report.fact(what + ", p50, s", millis.getValueAtPercentile(50) / 1e3);
    report.fact(what + ", p99, s", millis.getValueAtPercentile(99) / 1e3);
    report.fact(what + ", longest, s", millis.getMaxValue() / 1e3);
  }

  /** Writes down what was answered while nothing broke. */
  void writeAnswers(Answers answers) {
    judge.write("meanwhile", answers);
  }

  /** Waits for a fact. */
  void await(String fact, BooleanSupplier holds) throws InterruptedException {
    await(fact, TOGETHER_WITHIN, holds);
  }

  /** Waits for a fact, for so long at most. */
  void await(String fact, Duration patience, BooleanSupplier holds) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("Not within " + patience + ": " + fact);
      }
      pause.of(LOOK);
    }
  }
}
