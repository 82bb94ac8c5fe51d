package io.longshore.persistence;

import java.time.Duration;

/**
 * How fast work leaves a queue, as a moving average over about five seconds, and what that says to
 * somebody who has to wait. Thread-safe.
 */
public final class DrainRate {
  private static final long WINDOW_MILLIS = 1_000;
  private static final double WEIGHT = 0.2;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private double perSecond;
  private long windowStart;
  private long inWindow;

  /** Tells that {@code count} units left at {@code now}, epoch milliseconds. */
  public synchronized void drained(int count, long now) {
    if (windowStart == 0) {
      windowStart = now;
    }
    inWindow += count;
    long elapsed = now - windowStart;
    if (elapsed >= WINDOW_MILLIS) {
      double measured = inWindow * 1000.0 / elapsed;
      perSecond = perSecond == 0 ? measured : perSecond + WEIGHT * (measured - perSecond);
      windowStart = now;
      inWindow = 0;
    }
  }

  /** Units per second; 0 before anything was measured. */
  public synchronized double perSecond() {
    return perSecond;
  }

  /** When {@code queued} units will have left: one second at least, a minute at most. */
  public synchronized Duration retryAfter(long queued) {
    if (perSecond <= 0) {
      return SHORTEST;
    }
    double seconds = Math.ceil(queued / perSecond);
    if (seconds >= LONGEST.toSeconds()) {
      return LONGEST;
    }
    Duration wait = Duration.ofSeconds((long) seconds);
    return wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait;
  }
}
