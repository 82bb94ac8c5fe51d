package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The fault runs, short. They check every promise themselves. */
class FaultRunTest {
  private final List<String> said = new ArrayList<>();
  private final Report report = new Report("test");

  /** In the end each task is read and submitted once more; so fewer take less time. */
  private final FaultLoad.Plan plan = FaultLoad.Plan.ofRate(Integer.MAX_VALUE, 400);

  @ParameterizedTest
  @EnumSource(value = BenchDatabase.Kind.class, names = "BOTH", mode = Mode.EXCLUDE)
  void when_a_node_is_killed_twice_under_load_then_all_it_promised_is_kept(BenchDatabase.Kind kind)
      throws IOException, InterruptedException {
    try (BenchDatabase database = BenchDatabase.start(kind)) {
      FaultRun run = new FaultRun(database, ShortLived.JAVA, plan, report, said::add);
      assertTrue(run.kill(2, 7), () -> said + report.markdown());
    }
  }

  @Test
  void when_the_database_goes_away_and_comes_back_then_clients_are_told_and_nothing_is_lost()
      throws IOException, InterruptedException {
    try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.POSTGRESQL)) {
      List<String> impatient = new ArrayList<>(ShortLived.JAVA);
      impatient.add("-Dlongshore.ledger.partitions.reply-timeout=1s");
      FaultRun run = new FaultRun(database, impatient, plan, report, said::add);
      assertTrue(run.outage(Duration.ofSeconds(5)), () -> said + report.markdown());
      String seen = report.markdown();
      assertTrue(seen.contains("meanwhile, submit: 503"), seen);
    }
  }
}
