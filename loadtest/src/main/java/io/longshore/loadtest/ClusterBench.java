package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Has clusters of several sizes do the same and looks at the processor time that it takes them. */
final class ClusterBench {
  private static final int CONNECTIONS = 32;
  private static final int AGENTS = 400;
  private static final int INPUT_BYTES = 200;

  /** What has been left to do is done, and what was told to wait for quiet has waited. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  /** A client's rate shows only after what an earlier one has left is done. */
  private static final Duration STEADY = Duration.ofSeconds(20);

  private static final Duration SLICE = Duration.ofSeconds(5);

  /** Cores that the compilers of one node take at most while something is counted. */
  private static final double COMPILED = 0.02;

  private static final Duration EVEN_WITHIN = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(200);
  private final Options options;
  private final Consumer<String> progress;
  private final Pause pause = Pause.real();
  private final List<Seen> all = new ArrayList<>();

  /**
   * What is done.
   *
   * @param rate lives a second where the rate is given
   * @param batch tasks a submission
   * @param warmUpSeconds as fast as it goes, not counted, at least
   * @param warmUpMost the same, at most: it ends when little is compiled any more
   * @param seconds of each thing that is counted
   * @param java options of the nodes
   * @param logs a directory for what the nodes print
   */
  record Options(
      int rate,
      int batch,
      int warmUpSeconds,
      int warmUpMost,
      int seconds,
      List<String> java,
      Path logs) {}

  /** What nodes did in some time, the processor time that they took for it, and rows written. */
  private record Counted(
      long done, double seconds, double cpuSeconds, double compiling, long rows, Histogram micros) {
    double rate() {
      return done / seconds;
    }

    double cores() {
      return cpuSeconds / seconds;
    }

    double rowsEach() {
      return (double) rows / Math.max(1, done);
    }

    double microsEach() {
      return 1e6 * cpuSeconds / Math.max(1, done);
    }

    double compilingMicrosEach() {
      return 1e6 * compiling / Math.max(1, done);
    }
  }

  private record Seen(int nodes, long warmUp, Counted fast, Counted paced, Counted idle) {}

  ClusterBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Measures a cluster of so many nodes. */
  void run(BenchDatabase database, int size) throws IOException, InterruptedException {
    Path logs = options.logs().resolve(Integer.toString(size));
    try (FaultCluster cluster =
        new FaultCluster(database.settings(), size, options.java(), logs, false)) {
      cluster.start(size, ClusterRun.TOGETHER_WITHIN);
      awaitEven(cluster);
      // The balancer's looks are no part of what is counted.
      cluster.watch().close();
      progress.accept(size + " node(s) are ready");
      long warmUp;
      Counted fast;
      try (ClientProcess client = client(cluster, 0)) {
        warmUp = warmUp(cluster, client);
        progress.accept(size + " node(s) are warm after " + warmUp + " s");
        fast = lives(cluster, database, client);
      }
      Counted paced;
      try (ClientProcess client = client(cluster, options.rate())) {
        client.run(STEADY);
        paced = lives(cluster, database, client);
      }
      pause.of(QUIET);
      Counted idle =
          counted(
              cluster,
              database,
              () -> {
                long from = System.nanoTime();
                pause.of(Duration.ofSeconds(options.seconds()));
                return new Slice(0, (System.nanoTime() - from) / 1e9, 0, new Histogram(2));
              });
      all.add(new Seen(size, warmUp, fast, paced, idle));
      progress.accept(
          "%d node(s): %,.0f lives/s, %.0f µs each; at a rate %.0f µs each"
              .formatted(size, fast.rate(), fast.microsEach(), paced.microsEach()));
    }
  }

  private void awaitEven(FaultCluster cluster) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + EVEN_WITHIN.toNanos();
    while (!ClusterWatch.isEven(cluster.watch().shares())) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "The partitions are not even after %d s: %s; the nodes' logs are in %s"
                .formatted(EVEN_WITHIN.toSeconds(), cluster.watch().shares(), options.logs()));
      }
      pause.of(LOOK);
    }
  }

  private ClientProcess client(FaultCluster cluster, int rate) {
    return ClientProcess.ofCluster(
        "lives",
        cluster.nodes().stream().map(FaultNode::url).toList(),
        List.of(
            "--connections=" + CONNECTIONS,
            "--batch=" + options.batch(),
            "--agents=" + AGENTS,
            "--rate=" + rate,
            "--input-bytes=" + INPUT_BYTES));
  }

  /** Works until the nodes compile little any more; says for how many seconds. */
  private long warmUp(FaultCluster cluster, ClientProcess client) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      long from = System.nanoTime();
      Duration before = cluster.compiling();
      client.run(SLICE);
      double seconds = (System.nanoTime() - from) / 1e9;
      double compiling = cluster.compiling().minus(before).toMillis() / 1e3 / seconds;
      long passed = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      boolean compiled = compiling <= COMPILED * cluster.nodes().size();
      if (passed >= options.warmUpMost() || (compiled && passed >= options.warmUpSeconds())) {
        return passed;
      }
    }
  }

  private Counted lives(FaultCluster cluster, BenchDatabase database, ClientProcess client)
      throws InterruptedException {
    return counted(cluster, database, () -> client.run(Duration.ofSeconds(options.seconds())));
  }

  private interface Work {
    Slice run() throws InterruptedException;
  }

  private static Counted counted(FaultCluster cluster, BenchDatabase database, Work work)
      throws InterruptedException {
    long rowsBefore = rows(database);
    Duration before = cluster.cpu();
    Duration compiledBefore = cluster.compiling();
    Slice slice = work.run();
    double cpu = cluster.cpu().minus(before).toMillis() / 1e3;
    double compiling = cluster.compiling().minus(compiledBefore).toMillis() / 1e3;
    long rows = rows(database) - rowsBefore;
    return new Counted(slice.done(), slice.seconds(), cpu, compiling, rows, slice.micros());
  }

  /** How many rows the journal ever had: those that are deleted count too. */
  private static long rows(BenchDatabase database) {
    String sql = "SELECT COALESCE(MAX(\"ordering\"), 0) FROM \"event_journal\"";
    return Long.parseLong(RawJournal.query(database.settings(), sql));
  }

  /** What was seen so far; each size compared with the first. */
  Comparison table() {
    List<String> columns =
        List.of(
            "warm after, s",
            "fast: lives/s",
            "fast: × first",
            "fast: processor µs a life",
            "fast: µs × first",
            "at the rate: lives/s",
            "at the rate: processor µs a life",
            "at the rate: µs × first",
            "at the rate: of it compiling",
            "at the rate: journal rows a life",
            "idle: cores of one node");
    List<Comparison.Row> rows = new ArrayList<>();
    for (Seen seen : all) {
      Seen first = all.get(0);
      rows.add(
          new Comparison.Row(
              seen.nodes() == 1 ? "1 node" : seen.nodes() + " nodes",
              List.of(
                  seen.warmUp(),
                  Math.round(seen.fast().rate()),
                  seen.fast().rate() / first.fast().rate(),
                  Math.round(seen.fast().microsEach()),
                  seen.fast().microsEach() / first.fast().microsEach(),
                  Math.round(seen.paced().rate()),
                  Math.round(seen.paced().microsEach()),
                  seen.paced().microsEach() / first.paced().microsEach(),
                  Math.round(seen.paced().compilingMicrosEach()),
                  seen.paced().rowsEach(),
                  seen.idle().cores() / seen.nodes()),
              seen.paced().micros()));
    }
    return new Comparison("Clusters on one machine", columns, rows, 1e-3);
  }
}
