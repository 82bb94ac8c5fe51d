package io.longshore.persistence;

import java.time.Duration;

/**
 * How fast work leaves a queue, as a moving average over about five seconds, and what that says to
 * somebody who has to wait. Time in which the queue is empty does not count. All times are epoch
 * milliseconds. Thread-safe.
 */
public final class DrainRate {
  private static final long WINDOW_MILLIS = 1_000;

  /** What is left of an earlier measurement's weight after one second. */
  private static final double FADES_TO = 0.8;

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private double perSecond;
  private long inWindow;

  /** For how long there was something to drain in this window, up to {@link #since}. */
  private long busyMillis;

  /** Since when there is something to drain; 0 if there is nothing. */
  private volatile long since;

  /** Tells that there is something in the queue; costs next to nothing if that is known. */
  public void filled(long now) {
    if (since == 0) {
      fill(now);
    }
  }

  private synchronized void fill(long now) {
    since = now;
  }

  /** Tells that there is nothing in the queue any more. */
  public synchronized void emptied(long now) {
    busyMillis = busy(now);
    since = 0;
  }

  /** Tells that {@code count} units left. */
  public synchronized void drained(long count, long now) {
    inWindow += count;
    long busy = busy(now);
    if (busy >= WINDOW_MILLIS) {
      double measured = inWindow * 1000.0 / busy;
      double old = Math.pow(FADES_TO, busy / 1000.0);
      perSecond = perSecond == 0 ? measured : old * perSecond + (1 - old) * measured;
      inWindow = 0;
      busyMillis = 0;
      since = since == 0 ? 0 : now;
    }
  }

  private long busy(long now) {
    return since == 0 ? busyMillis : busyMillis + Math.max(0, now - since);
  }

  /** Units per second; 0 before anything was measured. */
  public synchronized double perSecond() {
    return perSecond;
  }

  /**
   * When {@code units} will have left: whole seconds, rounded up, one at least, a minute at most;
   * one if nothing was measured yet. A queue out of which less comes than before is taken to be as
   * slow as that.
   */
  public synchronized Duration retryAfter(long units, long now) {
    double rate = perSecond;
    long busy = busy(now);
    if (busy > WINDOW_MILLIS) {
      double atMost = (inWindow + 1) * 1000.0 / busy;
      rate = rate == 0 ? atMost : Math.min(rate, atMost);
    }
    if (rate <= 0) {
      return SHORTEST;
    }
    double seconds = Math.ceil(units / rate);
    if (seconds >= LONGEST.toSeconds()) {
      return LONGEST;
    }
    return seconds <= 1 ? SHORTEST : Duration.ofSeconds((long) seconds);
  }
}
