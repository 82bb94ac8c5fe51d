package io.longshore.agents;

/**
 * How often something happens: a moving average in which what is older than a few seconds counts
 * little. Times are epoch milliseconds.
 */
final class Rate {
  private static final long WINDOW = 1_000;
  private static final double MEMORY = 3_000;
  private static final long SHORTEST = 100;
  private double perSecond;
  private boolean measured;
  private long windowStart;
  private long inWindow;

  /** It happened so many times. */
  void count(int times, long now) {
    roll(now);
    inWindow += times;
  }

  /** Times per second; 0 before anything happened. */
  double perSecond(long now) {
    roll(now);
    return measured || windowStart == 0
        ? perSecond
        : inWindow * 1000.0 / Math.max(SHORTEST, now - windowStart);
  }

  private void roll(long now) {
    if (windowStart == 0) {
      windowStart = now;
    }
    long elapsed = now - windowStart;
    if (elapsed >= WINDOW) {
      double last = inWindow * 1000.0 / elapsed;
      double weight = measured ? 1 - Math.exp(-elapsed / MEMORY) : 1;
      perSecond += weight * (last - perSecond);
      measured = true;
      windowStart = now;
      inWindow = 0;
    }
  }
}
