package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long BEGIN = 1_800_000_000_000L;

  private long machine = BEGIN;
  private long nanos = -5;
  private final SteadyClock clock =
      new SteadyClock(() -> Instant.ofEpochMilli(machine), () -> nanos);

  private void pass(long millis) {
    machine += millis;
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void when_nobody_sets_the_clock_then_it_is_that_of_the_machine() {
    assertEquals(BEGIN, clock.millis());
    pass(17);
    assertEquals(BEGIN + 17, clock.millis());
    assertEquals(Instant.ofEpochMilli(BEGIN + 17), clock.instant());
  }

  @Test
  void when_the_machines_clock_is_put_forward_then_it_follows_at_once() {
    machine += HOUR;
    assertEquals(BEGIN + HOUR, clock.millis());
  }

  @Test
  void when_the_machines_clock_is_set_back_then_it_goes_on_a_little_slower() {
    pass(1_000);
    assertEquals(BEGIN + 1_000, clock.millis());
    machine -= HOUR;
    assertEquals(BEGIN + 1_000, clock.millis());

    for (int i = 0; i < 24_000; i++) {
      pass(1); // less than a millisecond of its own each time, and nothing of it is lost
      clock.millis();
    }

    assertEquals(BEGIN + 1_000 + 23_000, clock.millis());
  }

  @Test
  void when_the_machines_clock_has_caught_up_then_it_is_that_of_the_machine_again() {
    machine -= HOUR;
    assertEquals(BEGIN, clock.millis());
    pass(24 * HOUR - 1_000);
    long before = clock.millis();
    assertTrue(before > machine);
    pass(1_000);
    assertEquals(machine, clock.millis());
    assertTrue(clock.millis() > before);
    pass(10);
    assertEquals(machine, clock.millis());
  }

  @Test
  void when_it_is_set_back_twice_then_no_time_before_that_counts() {
    clock.millis();
    pass(10 * HOUR); // nobody asks meanwhile
    machine -= HOUR;
    assertEquals(machine, clock.millis());
    machine -= HOUR;
    assertEquals(machine + HOUR, clock.millis());
    pass(240);
    assertEquals(machine + HOUR - 10, clock.millis());
  }
}
