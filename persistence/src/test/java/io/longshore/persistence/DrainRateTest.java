package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainRateTest {
  private static final long START = 1_700_000_000_000L;
  private final DrainRate rate = new DrainRate();

  /** Lets so many units leave in each of so many seconds. */
  private long drain(long from, int perSecond, int seconds) {
    long now = from;
    for (int tenth = 0; tenth < 10 * seconds; tenth++) {
      now += 100;
      rate.drained(perSecond / 10, now);
    }
    return now;
  }

  @Test
  void when_nothing_was_measured_then_one_second_is_the_guess() {
    assertEquals(0, rate.perSecond());
    assertEquals(Duration.ofSeconds(1), rate.retryAfter(1_000_000));
    rate.drained(5, START);
    assertEquals(Duration.ofSeconds(1), rate.retryAfter(1_000_000));
  }

  @Test
  void when_work_leaves_steadily_then_the_wait_is_the_queue_divided_by_the_rate() {
    rate.drained(0, START);
    drain(START, 1_000, 10);
    assertEquals(1_000, rate.perSecond(), 1);
    assertEquals(Duration.ofSeconds(5), rate.retryAfter(5_000));
    assertEquals(Duration.ofSeconds(6), rate.retryAfter(5_001), "never too early");
  }

  @Test
  void when_the_wait_would_be_less_than_a_second_or_more_than_a_minute_then_it_is_bounded() {
    rate.drained(0, START);
    drain(START, 1_000, 2);
    assertEquals(Duration.ofSeconds(1), rate.retryAfter(0));
    assertEquals(Duration.ofSeconds(1), rate.retryAfter(1));
    assertEquals(Duration.ofSeconds(60), rate.retryAfter(60_000));
    assertEquals(Duration.ofSeconds(60), rate.retryAfter(Long.MAX_VALUE));
  }

  @Test
  void when_the_rate_changes_then_the_average_follows_within_some_seconds() {
    rate.drained(0, START);
    long now = drain(START, 1_000, 10);
    now = drain(now, 10_000, 5);
    assertTrue(rate.perSecond() > 6_000, "after 5 s: " + rate.perSecond());
    drain(now, 10_000, 15);
    assertEquals(10_000, rate.perSecond(), 500);
  }
}
