package io.longshore.gateway;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many requests may be at work at a time, found out by their latency: when it grows the node is
 * past the point at which more at a time get more done, and the rest only waits.
 *
 * <p>Each tenth of a second the mean latency is compared with what is allowed: one and a half times
 * that of a node that is not loaded, or {@code acceptable} where that is longer. While it is longer
 * the limit shrinks in proportion, by a tenth at most, and at once to what is made use of, but not
 * to fewer than 256; while it is not, and the limit is made use of, it grows by a twentieth. This
 * is the gradient of Netflix's concurrency-limits ({@code Gradient2Limit}, after TCP Vegas), with
 * two differences. What is acceptable has a floor, because here latency grows with load by design:
 * commands are committed in batches, and many small waits make large, cheap ones. And the latency
 * of the unloaded node is not a long average, which would take a flood for normal after some
 * minutes: it follows what is faster at once, and what is slower only where no more than the floor
 * are at work, so that it is hardly they who wait for each other.
 *
 * <p>Time is in nanoseconds of any origin. Thread-safe.
 */
final class ConcurrencyLimit {
  private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_WINDOW = TimeUnit.SECONDS.toNanos(1);
  private static final int FEWEST_SAMPLES = 10;
  private static final double TOLERANCE = 1.5;

  private static final double LEAST_GRADIENT = 0.5;
  private static final double SHRINKS_BY = 0.2;
  private static final double GROWS_BY = 0.05;
  private static final double FALLS_BY = 0.2;
  private static final double RISES_BY = 0.5;

  private final double floor;
  private final double ceiling;
  private final double acceptable;
  private volatile double limit;
  private double unloaded;
  private long windowStart;
  private long samples;
  private double sum;
  private int mostAtWork;

  /**
   * Begins at the ceiling: who was never seen to be slow is not held back.
   *
   * @param floor least it becomes
   * @param ceiling most it becomes
   * @param acceptable latency that is never too long
   */
  ConcurrencyLimit(int floor, int ceiling, Duration acceptable) {
    this.floor = Math.min(floor, ceiling);
    this.ceiling = ceiling;
    this.acceptable = acceptable.toNanos();
    this.limit = ceiling;
  }

  /** How many may be at work now. */
  int limit() {
    return (int) limit;
  }

  /**
   * A request is done.
   *
   * @param latency how long it was at work
   * @param atWork how many were, itself included
   */
  synchronized void done(long latency, int atWork, long now) {
    if (samples == 0) {
      windowStart = now;
    }
    samples++;
    sum += latency;
    mostAtWork = Math.max(mostAtWork, atWork);
    long window = now - windowStart;
    if (window >= LONGEST_WINDOW || (window >= WINDOW && samples >= FEWEST_SAMPLES)) {
      adapt(sum / samples, mostAtWork);
      samples = 0;
      sum = 0;
      mostAtWork = 0;
    }
  }

  private void adapt(double latency, int atWork) {
    learn(latency, atWork);
    double allowed = Math.max(acceptable, TOLERANCE * unloaded);
    if (latency > allowed) {
      double gradient = Math.max(LEAST_GRADIENT, allowed / latency);
      double used = Math.min(limit, atWork);
      limit = Math.max(floor, used * (1 - SHRINKS_BY * (1 - gradient)));
    } else if (atWork >= limit / 2) {
      limit = Math.min(ceiling, limit + Math.max(1, GROWS_BY * limit));
    }
  }

  private void learn(double latency, int atWork) {
    if (unloaded == 0) {
      unloaded = latency;
    } else if (latency < unloaded) {
      unloaded += FALLS_BY * (latency - unloaded);
    } else if (atWork <= floor) {
      unloaded += RISES_BY * (latency - unloaded);
    }
  }
}
