package io.longshore.agents;

import org.jspecify.annotations.Nullable;

/** How long an agent takes for a task: a moving average in which the newest fifth counts most. */
final class ServiceTime {
  private static final double WEIGHT_OF_NEWEST = 0.2;
  private double millis;

  /** One task took this long. */
  void took(long sample) {
    double atLeastOne = Math.max(1, sample);
    millis = millis == 0 ? atLeastOne : millis + WEIGHT_OF_NEWEST * (atLeastOne - millis);
  }

  /** The average; 0 if nothing was measured yet. */
  long millis() {
    return Math.round(millis);
  }

  /**
   * How long until {@code ends} more tasks have ended, with {@code concurrency} done at once; null
   * if nothing was measured yet.
   */
  @Nullable Long until(int ends, int concurrency) {
    if (ends <= 0) {
      return 0L;
    }
    return millis == 0 ? null : (long) Math.ceil(millis * ends / concurrency);
  }
}
