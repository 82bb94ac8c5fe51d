package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What can happen to a cluster under load; each is true if it went as it should. */
final class ClusterFaults {
  private static final Duration LOOK = Duration.ofMillis(200);

  /** Longer than the balancer takes to find out that a node is not ready. */
  static final Duration DRAIN = Duration.ofSeconds(2);

  private static final Duration FULL_WITHIN = Duration.ofMinutes(15);
  private static final double CALM_P99_MILLIS = 1000;
  private final ClusterRun run;
  private final FaultCluster cluster;
  private final FaultLoad load;
  private final ClusterRun.Options options;
  private final Random random;
  private final Pause pause = Pause.real();

  ClusterFaults(ClusterRun run, FaultCluster cluster, FaultLoad load) {
    this.run = run;
    this.cluster = cluster;
    this.load = load;
    this.options = run.options();
    this.random = new Random(options.seed());
  }

  /** A random node is killed again and again and started again. */
  boolean kill() throws InterruptedException {
    load.work();
    run.await(
        "each node has its share of the partitions",
        () -> ClusterWatch.isEven(cluster.watch().shares()));
    Answers answers = run.warmUp(load);
    boolean endless = options.plan().limit() == Integer.MAX_VALUE;
    while (run.broke() < options.times() || !(endless || load.isFull())) {
      long next = System.nanoTime() + options.every().toNanos();
      int victim = anyNode();
      FaultNode node = cluster.nodes().get(victim);
      run.breaks("kill -9 " + node.name(), cluster.watch().partitions().get(victim));
      node.kill();
      pause.of(options.downFor());
      node.startAgain();
      cluster.awaitReady(ClusterRun.TOGETHER_WITHIN);
      run.timeline().happens("all nodes are together again");
      run.say(
          "killed %d times, %,d tasks accepted, %,d ended"
              .formatted(run.broke(), run.promises().acceptedCount(), run.promises().ended()));
      pauseUntil(next);
    }
    return run.write(answers, load);
  }

  /** All nodes are killed at once, with everything that was accepted still to be done. */
  boolean killAll() throws InterruptedException {
    run.await("as much is accepted as should be", FULL_WITHIN, load::isFull);
    run.report().fact("live tasks when all were killed", run.promises().acceptedCount());
    run.breaks("kill -9 of all nodes");
    forEachNode(FaultNode::kill);
    long from = System.nanoTime();
    forEachNode(FaultNode::startAgain);
    cluster.awaitReady(ClusterRun.TOGETHER_WITHIN);
    run.report().fact("from start to all nodes ready, s", (System.nanoTime() - from) / 1e9);
    run.timeline().happens("all nodes are ready");
    load.work();
    return true;
  }

  /** A node stands still for longer than any lease and than the others wait for it. */
  boolean freeze() throws InterruptedException {
    Answers answers = run.warmUp(load.work());
    FaultNode node = cluster.nodes().get(anyNode());
    run.breaks("SIGSTOP " + node.name());
    node.freeze();
    pause.of(options.every());
    run.timeline().happens("SIGCONT " + node.name());
    node.thaw();
    run.await("the others have put it out", () -> node.ownEnds() > 0);
    cluster.awaitReady(ClusterRun.TOGETHER_WITHIN);
    run.timeline().happens("all nodes are together again");
    run.settle();
    return run.write(answers, load);
  }

  /** One node is cut off from all others. */
  boolean cutOff() throws InterruptedException {
    int odd = anyNode();
    MinorityProbe probe = new MinorityProbe(cluster.nodes().get(odd));
    boolean good = cut(cluster.nodes().get(odd).name() + " is cut off", odd, odd, probe);
    return good && probe.wasRefusedAtLast();
  }

  /** Nothing passes any more from one node to another; the way back is open. */
  boolean cutOneWay() throws InterruptedException {
    int from = anyNode();
    int to = (from + 1) % cluster.nodes().size();
    String what = "nothing passes from node-%d to node-%d".formatted(from + 1, to + 1);
    return cut(what, from, to, new MinorityProbe(cluster.nodes().get(from)));
  }

  private boolean cut(String what, int from, int to, MinorityProbe probe)
      throws InterruptedException {
    Answers answers = run.warmUp(load.work());
    run.breaks(what);
    if (from == to) {
      cluster.links().isolate(from);
    } else {
      cluster.links().cut(from, to);
    }
    probe.begin();
    long until = System.nanoTime() + options.every().toNanos();
    while (System.nanoTime() < until) {
      probe.ask();
      pause.of(LOOK);
    }
    run.timeline().happens("the network is whole again");
    probe.end();
    cluster.links().heal();
    cluster.awaitReady(ClusterRun.TOGETHER_WITHIN);
    run.timeline().happens("all nodes are together again");
    run.settle();
    probe.writeTo(run.report());
    return run.write(answers, load);
  }

  /** Every node is stopped as an operator does and started again, one after the other. */
  boolean rolling() throws InterruptedException {
    Answers answers = run.warmUp(load.work());
    boolean stopped = true;
    for (FaultNode node : cluster.nodes()) {
      run.breaks(node.name() + " is stopped");
      long from = System.nanoTime();
      stopped &= node.stop();
      run.report().fact(node.name() + " took to stop, s", (System.nanoTime() - from) / 1e9);
      run.timeline().happens(node.name() + " is started");
      node.startAgain();
      cluster.awaitReady(ClusterRun.TOGETHER_WITHIN);
      run.settle();
    }
    boolean calm = isCalm(answers);
    return run.write(answers, load) && stopped && calm;
  }

  /** One node more joins. */
  boolean join() throws InterruptedException {
    Answers answers = run.warmUp(load.work());
    run.breaks("one more node is started");
    cluster.join(ClusterRun.TOGETHER_WITHIN);
    run.timeline().happens("it is ready");
    pause.of(options.every());
    List<Integer> shares = cluster.watch().shares();
    run.report().fact("partitions of each node at last", shares);
    boolean even = ClusterWatch.isEven(shares);
    boolean calm = isCalm(answers);
    return run.write(answers, load) && even && calm;
  }

  /**
   * Nothing happens, and nobody may think that something does. What it costs is counted after a
   * while, when Java has compiled what is run often.
   */
  boolean calm(Duration warmUp) throws InterruptedException {
    load.work();
    pause.of(warmUp);
    Answers answers = load.client().answersFromNow();
    int endedBefore = run.promises().ended();
    Duration cpuBefore = cluster.cpu();
    long from = System.nanoTime();
    long until = System.nanoTime() + options.every().toNanos();
    while (System.nanoTime() < until) {
      cluster.watch().lookForUnreachable();
      pause.of(LOOK);
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    double cpu = cluster.cpu().minus(cpuBefore).toMillis();
    int ended = run.promises().ended() - endedBefore;
    int unreachable = cluster.watch().unreachable();
    run.report().fact("seconds", seconds);
    run.report().fact("tasks that ended, per second", ended / seconds);
    run.report().fact("processor time of all nodes, cores", cpu / 1000 / seconds);
    run.report().fact("processor time of all nodes per task, ms", cpu / Math.max(1, ended));
    run.writeAnswers(answers);
    run.report().fact("times that a node was seen as unreachable", unreachable);
    return cluster.ownEnds() == 0 && unreachable == 0;
  }

  /** Something is the matter with the database for a while. */
  boolean database(String what, DatabaseTrouble trouble) throws IOException, InterruptedException {
    Answers answers = run.warmUp(load.work());
    run.breaks(what);
    trouble.begin();
    pause.of(options.every());
    trouble.end();
    run.isOver();
    int before = run.promises().acceptedCount();
    run.await("tasks are accepted again", () -> run.promises().acceptedCount() > before);
    cluster.awaitReady(ClusterRun.TOGETHER_WITHIN);
    run.settle();
    long silent = answers.busyWithoutRetryAfter();
    run.report().fact("refused without Retry-After", silent);
    return run.write(answers, load) && silent == 0 && cluster.ownEnds() == 0;
  }

  private int anyNode() {
    return random.nextInt(cluster.nodes().size());
  }

  /** No call broke, and hardly one took long. */
  private boolean isCalm(Answers answers) {
    run.report().fact("calls that broke", answers.broken());
    return answers.broken() == 0 && answers.percentileMillis("submit", 99) < CALM_P99_MILLIS;
  }

  private void pauseUntil(long nanos) throws InterruptedException {
    pause.of(Duration.ofNanos(nanos - System.nanoTime()));
  }

  /** Something done to a node that takes a while. */
  private interface Step {
    void take(FaultNode node) throws InterruptedException;
  }

  private void forEachNode(Step step) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (FaultNode node : cluster.nodes()) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  step.take(node);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              node.name());
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
