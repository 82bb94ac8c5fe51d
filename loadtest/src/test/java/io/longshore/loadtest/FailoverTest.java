package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cluster runs, short. They check every promise themselves. */
class FailoverTest {
  private static final int ENDLESS = Integer.MAX_VALUE;
  private final List<String> said = new ArrayList<>();
  private final Report report = new Report("test");
  @TempDir Path logs;

  private void run(boolean linked, int seconds, int tasks, ClusterRun.Fault fault)
      throws IOException, InterruptedException {
    // A build machine may be slow: that all come back in the end is what counts here.
    ClusterRun.Options options =
        new ClusterRun.Options(
            3,
            new FaultLoad.Plan(tasks, Duration.ofSeconds(1), Duration.ofSeconds(4)),
            Duration.ofSeconds(seconds),
            Duration.ZERO,
            1,
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
  void
      when_a_node_is_killed_and_one_stands_still_then_nothing_is_lost_and_their_partitions_come_back()
          throws IOException, InterruptedException {
    run(false, 15, ENDLESS, faults -> faults.kill() && faults.freeze());
  }

  @Test
  void when_a_node_is_cut_off_and_then_one_way_is_then_the_others_serve_everything()
      throws IOException, InterruptedException {
    assumeLinks();
    run(true, 30, ENDLESS, faults -> faults.cutOff() && faults.cutOneWay());
  }

  @Test
  void when_all_nodes_are_killed_at_once_then_all_that_was_accepted_is_done()
      throws IOException, InterruptedException {
    run(false, 5, 500, ClusterFaults::killAll);
  }

  /** Each node has an address of its own, which other systems than Linux have to be told. */
  private static void assumeLinks() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress("127.0.0.2", 0));
    } catch (IOException e) {
      assumeTrue(false, "This system has no address 127.0.0.2, which a cut between nodes needs");
    }
  }
}
