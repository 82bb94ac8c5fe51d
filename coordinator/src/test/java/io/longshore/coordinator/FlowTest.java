package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FlowTest {
  private static final long FORGET = 15_000;
  private final Flow flow = new Flow(FORGET);
  private long now = Given.NOW;
  private long behindInFirst;

  /** So many new tasks are offered in each of so many seconds, and so many more wait behind. */
  private void seconds(int count, int offered, long behind) {
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < offered; j++) {
        flow.fresh(now, now);
      }
      behindInFirst += behind;
      flow.behind(0, behindInFirst, now);
      now += 1_000;
      flow.tick(now);
    }
  }

  @Test
  void when_tasks_come_evenly_then_that_is_the_rate_from_the_beginning() {
    flow.tick(now);
    seconds(3, 20, 0);
    assertEquals(20, flow.perSecond(), 0.01);
    seconds(300, 50, 0);
    assertEquals(50, flow.perSecond(), 1);
    seconds(600, 0, 0);
    assertEquals(0, flow.perSecond(), 0.01);
  }

  @Test
  void when_more_come_than_are_offered_then_what_waits_behind_counts_too() {
    flow.behind(0, 0, now);
    flow.behind(1, 7, now);
    flow.tick(now);
    seconds(10, 2, 3);
    assertEquals(5, flow.perSecond(), 1);
    seconds(10, 3, -3);
    assertEquals(2.5, flow.perSecond(), 0.5);
  }

  @Test
  void when_a_coordinator_is_new_then_what_waits_already_has_not_come_now() {
    flow.tick(now);
    for (int i = 0; i < 500; i++) {
      flow.fresh(Given.NOW - 1, now);
    }
    flow.behind(0, 10_000, now);
    flow.tick(now + 1_000);
    assertEquals(0, flow.perSecond());
    assertEquals(10_000, flow.behind());
  }

  @Test
  void when_tasks_are_parked_then_they_have_not_come_again() {
    flow.behind(0, 10, now);
    flow.tick(now);
    flow.parked(5);
    flow.behind(0, 15, now);
    flow.tick(now + 1_000);
    assertEquals(0, flow.perSecond());
  }

  @Test
  void when_a_partition_is_silent_then_nothing_waits_there() {
    flow.behind(0, 10, now);
    flow.tick(now + FORGET - 1);
    assertEquals(10, flow.behind());
    flow.tick(now + FORGET);
    assertEquals(0, flow.behind());
  }
}
