package io.longshore.gateway;

import io.longshore.persistence.Door;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Refuses some of the requests, by chance, while the node is late with something that has nothing
 * to do. Requests that are done within microseconds are hardly ever at work together, so their
 * number tells nothing: what the node cannot do waits for its connection's turn, before any door.
 *
 * <p>The share that is let in follows the delay as the drop probability of PIE does (RFC 8033,
 * 4.2): each tenth of a second it changes by how far the delay is off what is acceptable, and by
 * how much it has changed; the second is what keeps it from swinging. Unlike there it changes in
 * proportion to itself, so that a flood of thirty times what the node can do is met as evenly as
 * one of three. A node that is a little late for less than three tenths of a second refuses nobody.
 *
 * <p>New work is refused first. Only when hardly any of it is let in are calls that get work done,
 * such as those that fetch messages or settle leases: a node that is late needs these most.
 *
 * <p>Thread-safe.
 */
final class LoadShedder {
  private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int PATIENT_WINDOWS = 3;
  private static final double BY_DISTANCE = 0.1;
  private static final double BY_CHANGE = 0.5;
  private static final double MOST_AT_ONCE = 1;

  /** So many times what is acceptable is too late for patience. */
  private static final double MUCH_TOO_LATE = 4;

  /** So many in a tenth of a second are let in anyhow: they are not why a node is late. */
  private static final int FEW = 8;

  /** Of either kind of call at least e^-5, one of 150, is let in. */
  private static final double LEAST = -5;

  /** What a call does to the work that is there. */
  enum Purpose {
    /** It brings more. */
    NEW_WORK,
    /** It gets some done, or asks about it. */
    OTHER
  }

  private final double acceptable;
  private final Door door;
  private final DoubleSupplier chance;
  private final LongSupplier nanos;

  /**
   * Logarithm of the share that is let in: of new work down to {@link #LEAST}, then of all else.
   */
  private volatile double logShare;

  private final AtomicInteger asked = new AtomicInteger();
  private long windowStart;
  private long samples;
  private double sum;
  private double before = 1;
  private int lateWindows;
  private volatile long delayMillis;

  /**
   * Refuses nobody yet.
   *
   * @param acceptable delay that is never too long
   * @param chance a random number from 0 to 1 each time
   * @param nanos tells elapsed time
   */
  LoadShedder(Duration acceptable, Door door, DoubleSupplier chance, LongSupplier nanos) {
    this.acceptable = acceptable.toNanos();
    this.door = door;
    this.chance = chance;
    this.nanos = nanos;
    this.windowStart = nanos.getAsLong();
    door.measures(() -> delayMillis, acceptable::toMillis);
  }

  /**
   * Lets a request in, or does not.
   *
   * @throws ProblemException {@link ProblemType#NODE_BUSY} if it does not, with as much time as
   *     spreads those that are refused over what the node can take
   */
  void check(Purpose purpose) {
    double now = logShare;
    if (now == 0 || asked.incrementAndGet() <= FEW) {
      return;
    }
    double letIn =
        Math.exp(purpose == Purpose.NEW_WORK ? Math.max(LEAST, now) : Math.min(0, now - LEAST));
    if (letIn < 1 && chance.getAsDouble() >= letIn) {
      door.refused("late");
      throw new ProblemException(
          Problem.of(
                  ProblemType.NODE_BUSY, "This node is late with what it has to do; it takes less.")
              .withRetryAfter(Duration.ofMillis((long) (1_000 / letIn))));
    }
  }

  /** What has nothing to do was so long under way in this node, nanoseconds. */
  synchronized void delayed(long delay) {
    samples++;
    sum += (double) delay;
    long now = nanos.getAsLong();
    if (now - windowStart >= WINDOW) {
      delayMillis = TimeUnit.NANOSECONDS.toMillis((long) (sum / samples));
      // In units no shorter than a window: else what comes in within one would make it swing.
      adapt(1 + (sum / samples - acceptable) / Math.max(acceptable, (double) WINDOW));
      windowStart = now;
      asked.set(0);
      samples = 0;
      sum = 0;
    }
  }

  /** At a delay of so many times what is acceptable. */
  private void adapt(double delay) {
    lateWindows = delay > 1 ? lateWindows + 1 : 0;
    // Below what is acceptable a change says nothing.
    double late = Math.max(1, delay);
    if (logShare < 0 || lateWindows > PATIENT_WINDOWS || delay > MUCH_TOO_LATE) {
      // What waits already takes its time, however few come in: it is no reason for ever fewer.
      double less = BY_DISTANCE * Math.min(1, delay - 1) + BY_CHANGE * (late - before);
      double bounded = Math.max(-MOST_AT_ONCE, Math.min(MOST_AT_ONCE, less));
      logShare = Math.max(2 * LEAST, Math.min(0, logShare - bounded));
    }
    before = late;
  }
}
