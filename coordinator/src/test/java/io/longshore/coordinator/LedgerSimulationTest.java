package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.EnumSet;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class LedgerSimulationTest {

  @Test
  void when_messages_are_lost_and_the_partition_crashes_then_every_promise_is_kept() {
    Transitions seen = new Transitions();
    LongAdder left = new LongAdder();
    Seeds.eachInParallel(
        LedgerSimulationTest.class,
        10_000,
        seed -> {
          Transitions own = new Transitions();
          left.add(new LedgerSimulation(seed, own).run(150));
          seen.add(own);
        });
    assumeTrue(Long.getLong("longshore.seed") == null, "one seed alone does not see everything");
    assertEquals(EnumSet.allOf(TaskTransition.class), seen.seen());
    assertTrue(left.sum() > 1_000, () -> "only " + left + " tasks left for the archive");
  }
}
