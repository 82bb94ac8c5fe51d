package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A cluster on a database of its own whose partitions are even, and what it has taken so far. */
final class BenchCluster implements AutoCloseable {
  private static final Duration EVEN_WITHIN = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(200);
  private final BenchDatabase database;
  private final FaultCluster cluster;

  private BenchCluster(BenchDatabase database, FaultCluster cluster) {
    this.database = database;
    this.cluster = cluster;
  }

  /**
   * Starts so many nodes and waits until each has its share.
   *
   * @param java options of the nodes
   * @param logs a directory for what the nodes print
   */
  static BenchCluster start(int size, List<String> java, Path logs)
      throws IOException, InterruptedException {
    BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.POSTGRESQL);
    FaultCluster cluster = new FaultCluster(database.settings(), size, java, logs, false);
    BenchCluster started = new BenchCluster(database, cluster);
    try {
      cluster.start(size, ClusterRun.TOGETHER_WITHIN);
      started.awaitEven(logs);
      // The balancer's looks are no part of what is counted.
      cluster.watch().close();
      return started;
    } catch (IOException | InterruptedException | RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void awaitEven(Path logs) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + EVEN_WITHIN.toNanos();
    while (!ClusterWatch.isEven(cluster.watch().shares())) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "The partitions are not even after %d s: %s; the nodes' logs are in %s"
                .formatted(EVEN_WITHIN.toSeconds(), cluster.watch().shares(), logs));
      }
      Pause.real().of(LOOK);
    }
  }

  /** Where its nodes are reached. */
  List<String> urls() {
    return cluster.nodes().stream().map(FaultNode::url).toList();
  }

  /** The processor time that its nodes have taken. */
  Duration cpu() {
    return cluster.cpu();
  }

  /** What of it they have spent on compiling. */
  Duration compiling() {
    return cluster.compiling();
  }

  /** How many rows the journal ever had: those that are deleted count too. */
  long rows() {
    String sql = "SELECT COALESCE(MAX(\"ordering\"), 0) FROM \"event_journal\"";
    return Long.parseLong(RawJournal.query(database.settings(), sql));
  }

  @Override
  public void close() {
    cluster.close();
    try {
      database.close();
    } catch (IOException e) {
      throw new UncheckedIOException("The database's files cannot be removed", e);
    }
  }
}
