package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Has clusters of several sizes do the same and looks at the processor time that it takes them. */
final class ClusterBench {

  /** What has been left to do is done, and what was told to wait for quiet has waited. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  /** A client's rate shows only after what an earlier one has left is done. */
  private static final Duration STEADY = Duration.ofSeconds(20);

  private static final Duration SLICE = Duration.ofSeconds(5);

  /** Cores that the compilers of one node take at most while something is counted. */
  private static final double COMPILED = 0.02;

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

  private record Seen(
      int nodes, boolean apart, long warmUp, Counted fast, Counted paced, Counted idle) {}

  ClusterBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Measures so many nodes: one cluster, or each a cluster of its own. */
  void run(int size, boolean apart) throws IOException, InterruptedException {
    List<BenchCluster> clusters = new ArrayList<>();
    String what = size + " node(s)" + (apart ? " apart" : "");
    try {
      int count = apart ? size : 1;
      for (int i = 0; i < count; i++) {
        Path logs = options.logs().resolve(what.replace(' ', '-')).resolve(Integer.toString(i));
        clusters.add(BenchCluster.start(size / count, options.java(), logs));
      }
      progress.accept(what + " are ready");
      long warmUp;
      Counted fast;
      try (LivesClients clients = new LivesClients(clusters, options.batch(), 0)) {
        warmUp = warmUp(clusters, size, clients);
        progress.accept(what + " are warm after " + warmUp + " s");
        fast = counted(clusters, () -> clients.run(Duration.ofSeconds(options.seconds())));
      }
      Counted paced;
      try (LivesClients clients = new LivesClients(clusters, options.batch(), options.rate())) {
        clients.run(STEADY);
        paced = counted(clusters, () -> clients.run(Duration.ofSeconds(options.seconds())));
      }
      pause.of(QUIET);
      Counted idle = counted(clusters, this::nothing);
      all.add(new Seen(size, apart, warmUp, fast, paced, idle));
      progress.accept(
          "%s: %,.0f lives/s, %.0f µs each; at a rate %.0f µs each"
              .formatted(what, fast.rate(), fast.microsEach(), paced.microsEach()));
    } finally {
      clusters.forEach(BenchCluster::close);
    }
  }

  private Slice nothing() throws InterruptedException {
    long from = System.nanoTime();
    pause.of(Duration.ofSeconds(options.seconds()));
    return new Slice(0, (System.nanoTime() - from) / 1e9, 0, new Histogram(2));
  }

  /** Works until the nodes compile little any more; says for how many seconds. */
  private long warmUp(List<BenchCluster> clusters, int nodes, LivesClients clients)
      throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      long from = System.nanoTime();
      Duration before = sum(clusters, BenchCluster::compiling);
      clients.run(SLICE);
      double seconds = (System.nanoTime() - from) / 1e9;
      double compiling =
          sum(clusters, BenchCluster::compiling).minus(before).toMillis() / 1e3 / seconds;
      long passed = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      boolean compiled = compiling <= COMPILED * nodes;
      if (passed >= options.warmUpMost() || (compiled && passed >= options.warmUpSeconds())) {
        return passed;
      }
    }
  }

  private static Duration sum(
      List<BenchCluster> clusters, Function<BenchCluster, Duration> figure) {
    return clusters.stream().map(figure).reduce(Duration.ZERO, Duration::plus);
  }

  private interface Work {
    Slice run() throws InterruptedException;
  }

  private static Counted counted(List<BenchCluster> clusters, Work work)
      throws InterruptedException {
    long rowsBefore = clusters.stream().mapToLong(BenchCluster::rows).sum();
    Duration before = sum(clusters, BenchCluster::cpu);
    Duration compiledBefore = sum(clusters, BenchCluster::compiling);
    Slice slice = work.run();
    double cpu = sum(clusters, BenchCluster::cpu).minus(before).toMillis() / 1e3;
    double compiling =
        sum(clusters, BenchCluster::compiling).minus(compiledBefore).toMillis() / 1e3;
    long rows = clusters.stream().mapToLong(BenchCluster::rows).sum() - rowsBefore;
    return new Counted(slice.done(), slice.seconds(), cpu, compiling, rows, slice.micros());
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
              (seen.nodes() == 1 ? "1 node" : seen.nodes() + " nodes")
                  + (seen.apart() ? " apart" : ""),
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
