package io.longshore.agents;

import java.time.Duration;

/**
 * Keeps work off an endpoint that fails: open after so many failures in a row, then half open until
 * one trial shows whether it works again. Each failed trial doubles the pause. Times are epoch
 * milliseconds.
 */
final class Breaker {
  private final int threshold;
  private final long firstPause;
  private final long longestPause;
  private int failures;
  private long pause;
  private long openUntil;

  /** Closed; {@code failures} in a row open it. */
  Breaker(int failures, Duration firstPause, Duration longestPause) {
    this.threshold = failures;
    this.firstPause = firstPause.toMillis();
    this.longestPause = longestPause.toMillis();
  }

  /** The endpoint works. */
  void succeeded() {
    failures = 0;
    pause = 0;
    openUntil = 0;
  }

  /** The endpoint failed. True if this opened the breaker for the first time in a row. */
  boolean failed(long now) {
    failures++;
    if (failures < threshold || isOpen(now)) {
      return false;
    }
    boolean first = pause == 0;
    pause = first ? firstPause : Math.min(pause * 2, longestPause);
    openUntil = now + pause;
    return first;
  }

  /** Whether nothing may be sent. */
  boolean isOpen(long now) {
    return now < openUntil;
  }

  /** Whether one request at a time may be sent, to see whether it works. */
  boolean isHalfOpen(long now) {
    return openUntil != 0 && now >= openUntil;
  }

  /** When it is half open, if it is open now. */
  long openUntil() {
    return openUntil;
  }

  /** How many failures there were in a row. */
  int failures() {
    return failures;
  }
}
