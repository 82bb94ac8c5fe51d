package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertEquals(Duration.ofSeconds(1), rate.retryAfter(1_000_000, START));
    rate.filled(START);
    rate.drained(5, START);
    assertEquals(Duration.ofSeconds(1), rate.retryAfter(1_000_000, START));
  }

  @Test
  void when_work_leaves_steadily_then_the_wait_is_the_queue_divided_by_the_rate() {
    rate.filled(START);
    long now = drain(START, 1_000, 10);
    assertEquals(1_000, rate.perSecond(), 1);
    assertEquals(Duration.ofSeconds(5), rate.retryAfter(5_000, now));
    assertEquals(Duration.ofSeconds(6), rate.retryAfter(5_001, now), "never too early");
  }

  @Test
  void when_the_wait_would_be_less_than_a_second_or_more_than_a_minute_then_it_is_bounded() {
    rate.filled(START);
    long now = drain(START, 1_000, 2);
    assertEquals(Duration.ofSeconds(1), rate.retryAfter(0, now));
    assertEquals(Duration.ofSeconds(1), rate.retryAfter(1, now));
    assertEquals(Duration.ofSeconds(60), rate.retryAfter(60_000, now));
    assertEquals(Duration.ofSeconds(60), rate.retryAfter(Long.MAX_VALUE, now));
  }

  @Test
  void when_the_rate_changes_then_the_average_follows_within_some_seconds() {
    rate.filled(START);
    long now = drain(START, 1_000, 10);
    now = drain(now, 10_000, 5);
    assertTrue(rate.perSecond() > 6_000, "after 5 s: " + rate.perSecond());
    drain(now, 10_000, 15);
    assertEquals(10_000, rate.perSecond(), 500);
  }

  @Test
  void when_less_leaves_than_before_then_the_wait_is_as_long_as_that_says() {
    rate.filled(START);
    long now = drain(START, 1_000, 10);
    assertEquals(Duration.ofSeconds(10), rate.retryAfter(1, now + 10_000), "nothing for 10 s");
  }

  @Test
  void when_there_was_nothing_to_drain_then_that_time_does_not_count() {
    rate.filled(START);
    long now = drain(START, 1_000, 5);
    rate.emptied(now);
    long later = now + 3_600_000;
    rate.filled(later);
    later = drain(later, 1_000, 2);
    assertEquals(1_000, rate.perSecond(), 10);
    assertEquals(Duration.ofSeconds(2), rate.retryAfter(2_000, later));
  }

  /** Room comes as a seeded process lets work leave, and what was said of it is remembered. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 7, 40, 900})
  void when_work_leaves_at_random_then_the_estimate_is_within_a_factor_of_two(double perSecond) {
    long seed = 20_26L;
    Random random = new Random(seed);
    rate.filled(START);
    double at = START;
    long units = (long) Math.ceil(perSecond * 20);
    List<double[]> said = new ArrayList<>();
    int honest = 0;
    int judged = 0;
    for (long left = 1; left <= 400 + 10 * units; left++) {
      at += (0.2 + 1.6 * random.nextDouble()) * 1000 / perSecond;
      rate.drained(1, (long) at);
      if (left > units) {
        said.add(new double[] {left + units, at, rate.retryAfter(units, (long) at).toMillis()});
      }
      while (!said.isEmpty() && said.get(0)[0] == left) {
        double[] estimate = said.remove(0);
        double took = at - estimate[1];
        judged++;
        honest += estimate[2] <= 2 * took + 1_000 && estimate[2] >= took / 2 ? 1 : 0;
      }
    }
    assertTrue(judged > 100, "seed " + seed);
    assertTrue(
        honest >= 0.9 * judged, honest + " of " + judged + " within a factor of 2, seed " + seed);
  }
}
