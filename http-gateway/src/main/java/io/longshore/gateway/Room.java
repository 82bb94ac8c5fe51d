package io.longshore.gateway;

import io.longshore.persistence.Door;
import io.longshore.persistence.DrainRate;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** So much of something at a time; what is over it is refused. Thread-safe. */
final class Room {
  private final LongSupplier limit;
  private final String what;
  private final Door door;
  private final Clock clock;
  private final AtomicLong taken = new AtomicLong();
  private final DrainRate drain = new DrainRate();

  /**
   * Empty room.
   *
   * @param what it has room for, for people
   */
  Room(LongSupplier limit, String what, Door door, Clock clock) {
    this.limit = limit;
    this.what = what;
    this.door = door;
    this.clock = clock;
    door.measures(taken::get, limit);
  }

  /**
   * Takes some of it.
   *
   * @throws ProblemException {@link ProblemType#NODE_BUSY} if there is not so much left, with the
   *     time in which as much as is missing has lately been given back
   */
  void take(long amount) {
    if (amount == 0) {
      return;
    }
    long most = limit.getAsLong();
    long before = taken.get();
    while (before + amount <= most) {
      if (taken.compareAndSet(before, before + amount)) {
        drain.filled(clock.millis());
        return;
      }
      before = taken.get();
    }
    throw full(before + amount - most, most);
  }

  /**
   * Refuses what could not be taken now, without taking it.
   *
   * @throws ProblemException {@link ProblemType#NODE_BUSY}
   */
  void check(long amount) {
    long over = taken.get() + amount - limit.getAsLong();
    if (over > 0) {
      throw full(over, limit.getAsLong());
    }
  }

  /** Takes what is there already, whether there is room for it or not. */
  void force(long amount) {
    taken.addAndGet(amount);
    drain.filled(clock.millis());
  }

  void giveBack(long amount) {
    if (amount == 0) {
      return;
    }
    long now = clock.millis();
    drain.drained(amount, now);
    if (taken.addAndGet(-amount) == 0) {
      drain.emptied(now);
    }
  }

  long taken() {
    return taken.get();
  }

  private ProblemException full(long missing, long most) {
    door.refused("full");
    return new ProblemException(
        Problem.of(
                ProblemType.NODE_BUSY,
                // Not formatted: in a flood this is said a thousand times a second.
                "This node takes no more than " + most + " " + what + " at a time now.")
            .withRetryAfter(drain.retryAfter(missing, clock.millis())));
  }
}
