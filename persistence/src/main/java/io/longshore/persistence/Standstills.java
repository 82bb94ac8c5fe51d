package io.longshore.persistence;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Counts how often this process has stood still: stopped, suspended with its machine, or starved.
 * It looks at the clock twice a second, and when there were five seconds between two looks it did
 * not run. That something else took long, such as a commit, is no standstill. Thread-safe.
 */
final class Standstills {

  /** What takes so long may have been overtaken by others. */
  static final long LONG_MILLIS = 5_000;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final Clock machine;
  private long lastLook;
  private int count;

  /** Those by a clock; somebody has to ask for the count again and again. */
  Standstills(Clock machine) {
    this.machine = machine;
    this.lastLook = machine.millis();
  }

  /** One for all: made when it is first needed. */
  private static final class OfProcess {
    /** Not an injected clock, which a test may move: this is about the process itself. */
    static final Standstills ALL = new Standstills(Clock.systemUTC());

    static {
      ScheduledThreadPoolExecutor thread =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread made = new Thread(task, "longshore-standstills");
                made.setDaemon(true);
                return made;
              });
      long millis = BETWEEN_LOOKS.toMillis();
      var unused = thread.scheduleWithFixedDelay(ALL::count, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Those of this process, by the machine's clock: it goes on while a process is stopped and is set
   * right after a machine was suspended.
   */
  static Standstills ofProcess() {
    return OfProcess.ALL;
  }

  /** How often it has stood still so far. To ask is to look: whoever runs first after it, tells. */
  synchronized int count() {
    long now = machine.millis();
    if (now - lastLook >= LONG_MILLIS) {
      count++;
    }
    lastLook = now;
    return count;
  }

  /** The machine's time. */
  long now() {
    return machine.millis();
  }
}
