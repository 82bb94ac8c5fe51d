package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  private LongSummaryStatistics delays(int attempt) {
    return IntStream.range(0, 2_000)
        .mapToLong(i -> backoff.delayMillis("task-" + i, attempt))
        .summaryStatistics();
  }

  @Test
  void when_attempts_go_on_then_the_wait_doubles_between_half_and_all() {
    for (int attempt = 1; attempt <= 8; attempt++) {
      long full = 1_000L << (attempt - 1);
      LongSummaryStatistics delays = delays(attempt);
      assertTrue(delays.getMin() >= full / 2 && delays.getMin() < full * 0.55, "" + delays);
      assertTrue(delays.getMax() <= full && delays.getMax() > full * 0.95, "" + delays);
      assertEquals(full * 0.75, delays.getAverage(), full * 0.02);
    }
  }

  @Test
  void when_very_many_attempts_were_made_then_it_is_the_longest_and_never_less_than_nothing() {
    for (int attempt : new int[] {10, 31, 64, 1_000, Integer.MAX_VALUE}) {
      assertTrue(delays(attempt).getMin() >= 150_000);
      assertTrue(delays(attempt).getMax() <= 300_000);
    }
    assertTrue(backoff.delayMillis("t", 0) >= 500);
  }

  @Test
  void when_asked_again_then_it_is_the_same() {
    assertEquals(backoff.delayMillis("t", 3), backoff.delayMillis("t", 3));
  }

  @Test
  void when_the_times_make_no_sense_then_it_says_so() {
    assertThrows(
        IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
