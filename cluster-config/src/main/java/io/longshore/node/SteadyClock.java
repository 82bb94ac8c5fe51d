package io.longshore.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time of a node: that of its machine, except that it never goes back. So nobody who waits for
 * a time to come waits longer because the machine's clock was set back, and nothing has to be
 * prepared for what happened in the future.
 *
 * <p>When the machine's clock is set back this one goes on from where it was, a 24th slower, until
 * the other has caught up: an hour takes a day. A wait of a minute then lasts two seconds and a
 * half longer, which those who ask for it across nodes allow for. When the machine's clock is put
 * forward, this one follows at once. Thread-safe.
 */
final class SteadyClock implements InstantSource {
  private static final Logger log = LoggerFactory.getLogger(SteadyClock.class);
  private static final double SPEED = 1 - 1.0 / 24;
  private static final double NANOS_PER_MILLI = 1e6;

  /** Clocks are set by less again and again, and nobody needs to know. */
  private static final long WORTH_TELLING = Duration.ofSeconds(5).toMillis();

  private final InstantSource machine;
  private final LongSupplier nanos;

  /** The last time that was told, epoch milliseconds. */
  private volatile long told;

  /** When that was, on the other scale; what is not told yet of the time since then is kept. */
  private double toldAtNanos;

  /** By how much the last time that was told is ahead of the machine's, in milliseconds. */
  private long ahead;

  /**
   * A clock that shows what the machine's does.
   *
   * @param nanos as {@link System#nanoTime}
   */
  SteadyClock(InstantSource machine, LongSupplier nanos) {
    this.machine = machine;
    this.nanos = nanos;
    this.told = machine.millis();
    this.toldAtNanos = nanos.getAsLong();
  }

  /** That of this machine. */
  static Clock system() {
    return new SteadyClock(InstantSource.system(), System::nanoTime).withZone(ZoneOffset.UTC);
  }

  @Override
  public long millis() {
    long shown = machine.millis();
    return shown == told ? shown : next();
  }

  /** Reads the machine's clock itself: whoever was kept waiting has a time that is long past. */
  private synchronized long next() {
    long shown = machine.millis();
    long at = nanos.getAsLong();
    long passed = (long) ((at - toldAtNanos) * SPEED / NANOS_PER_MILLI);
    long own = ahead > 0 ? told + passed : told;
    if (shown >= own) {
      told = shown;
      toldAtNanos = at;
      ahead = 0;
    } else {
      told += passed;
      toldAtNanos += passed * NANOS_PER_MILLI / SPEED;
      isAheadBy(told - shown);
    }
    return told;
  }

  private void isAheadBy(long millis) {
    if (ahead < WORTH_TELLING && millis >= WORTH_TELLING) {
      log.warn(
          "The machine's clock was set back by {} s. This node goes on with its own time, a little"
              + " slower, until the machine's has caught up, or until it is started again.",
          millis / 1000);
    }
    ahead = millis;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
