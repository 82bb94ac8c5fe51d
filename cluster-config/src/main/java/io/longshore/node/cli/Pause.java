package io.longshore.node.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lets time pass. Handed in, so that tests need not wait. */
@FunctionalInterface
public interface Pause {

  /** Returns after this long; at once if it is not positive. */
  void of(Duration duration) throws InterruptedException;

  /** The one that really waits. */
  static Pause real() {
    return duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos());
  }
}
