package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code longshore bench cluster}: what more nodes cost. */
@Command(
    name = "cluster",
    description =
        "Measure whole lives of tasks in bulk over HTTP on clusters of some nodes on this machine,"
            + " one cluster after the other on a new PostgreSQL: how many a second, and the"
            + " processor time that all nodes take for each; and what the nodes take while nothing"
            + " happens. The nodes, their clients and the database share the cores, so more nodes"
            + " can not be faster here: what is measured is what they cost.")
final class ClusterBenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--nodes",
      split = ",",
      description = "Sizes of clusters, compared with the first (default 1,2,4).")
  List<Integer> nodes = List.of(1, 2, 4);

  @Option(
      names = "--rate",
      description =
          "Lives a second where all sizes are given the same to do (default ${DEFAULT-VALUE}).")
  int rate = 2_000;

  @Option(names = "--batch", description = "Tasks a submission (default ${DEFAULT-VALUE}).")
  int batch = 100;

  @Option(
      names = "--warm-up-most",
      description =
          "Seconds it warms up at most while the nodes still compile (default ${DEFAULT-VALUE}).")
  int warmUpMost = 900;

  @Option(
      names = "--apart",
      description =
          "Besides each size as many nodes that know nothing of each other, each with a database of"
              + " its own, to share the same work: what so many processes cost here anyhow.")
  boolean apart;

  @Option(
      names = "--java",
      paramLabel = "OPTION",
      description = "An option of the nodes' Java. May be repeated.")
  List<String> javaOptions = List.of();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the nodes. May be repeated.")
  Map<String, String> settings = Map.of();

  ClusterBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nodes.isEmpty() || nodes.stream().anyMatch(n -> n < 1) || rate < 1 || batch < 1) {
      throw new IllegalArgumentException("--nodes, --rate and --batch must be at least 1");
    }
    bench.run(
        terminal,
        report -> {
          report.fact("lives a second, the same for all", rate);
          report.fact("tasks a submission", batch);
          report.fact("archive of classes", JavaProcess.hasReadyMadeClasses());
          settings.forEach(report::fact);
          List<String> java = new ArrayList<>(javaOptions);
          javaOptions.forEach(option -> report.fact("option of Java", option));
          settings.forEach((key, value) -> java.add("-D" + key + "=" + value));
          ClusterBench.Options options =
              new ClusterBench.Options(
                  rate,
                  batch,
                  bench.warmUp,
                  warmUpMost,
                  bench.seconds,
                  java,
                  Path.of("target", "bench", "cluster-logs"));
          ClusterBench measured = new ClusterBench(options, terminal.err()::println);
          try {
            for (int size : nodes) {
              measured.run(size, false);
              if (apart && size > 1) {
                measured.run(size, true);
              }
            }
          } finally {
            report.table(measured.table());
          }
        });
    return 0;
  }
}
