package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cluster runs, short. They check every promise themselves. */
class FailoverTest {
  private final List<String> said = new ArrayList<>();
  private final Report report = new Report("test");
  @TempDir Path logs;

  private void run(boolean linked, int seconds, int times, ClusterRun.Fault fault)
      throws IOException, InterruptedException {
    // A build machine may be slow: that all come back in the end is what counts here.
    ClusterRun.Options options =
        new ClusterRun.Options(
            3,
            new FaultLoad.Plan(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofSeconds(4)),
            Duration.ofSeconds(seconds),
            Duration.ZERO,
            times,
            Duration.ofSeconds(12),
            Duration.ofSeconds(60),
            7,
            ShortLived.JAVA,
            logs);
    try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.POSTGRESQL)) {
      ClusterRun run = new ClusterRun(database.settings(), options, report, said::add);
      assertTrue(run.run(linked, fault), () -> said + report.markdown());
    }
  }

  @Test
  void when_a_node_is_killed_under_load_then_nothing_is_lost_and_its_partitions_come_back()
      throws IOException, InterruptedException {
    run(false, 5, 1, ClusterFaults::kill);
  }

  @Test
  void when_a_node_is_cut_off_then_the_others_serve_everything_and_it_refuses()
      throws IOException, InterruptedException {
    run(true, 30, 1, ClusterFaults::cutOff);
  }
}
