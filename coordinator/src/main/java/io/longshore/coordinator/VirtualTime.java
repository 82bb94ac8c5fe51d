package io.longshore.coordinator;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes as fast as what happens in it can be computed. Events happen in order of their
 * millisecond and, within one, in the order they were planned: so the same plans always give the
 * same history.
 *
 * <p>A wheel of one slot a millisecond; an event further away than a turn stays in its slot until
 * its turn has come. Planning and happening cost the same however many events wait.
 */
final class VirtualTime {
  private static final int SLOTS = 1 << 17;
  private final @Nullable Planned[] first = new @Nullable Planned[SLOTS];
  private final @Nullable Planned[] last = new @Nullable Planned[SLOTS];
  private long now;

  private static final class Planned {
    final long at;
    final Runnable event;
    @Nullable Planned next;

    Planned(long at, Runnable event) {
      this.at = at;
      this.event = event;
    }
  }

  VirtualTime(long start) {
    now = start;
  }

  /** Milliseconds. */
  long now() {
    return now;
  }

  /**
   * Has something happen so many milliseconds from now; 0 for after all that is planned for now.
   */
  void after(long millis, Runnable event) {
    append(new Planned(now + Math.max(0, millis), event));
  }

  /** Lets time pass until then, or until {@code done} at the end of a millisecond. */
  void run(long until, BooleanSupplier done) {
    while (now < until && !done.getAsBoolean()) {
      happen();
      now++;
    }
  }

  private void happen() {
    int slot = slot(now);
    @Nullable Planned later = null;
    for (Planned due = take(slot); due != null; due = take(slot)) {
      if (due.at == now) {
        due.event.run();
      } else {
        due.next = later;
        later = due;
      }
    }
    // Those of a later turn go back in the order they had.
    @Nullable Planned back = null;
    while (later != null) {
      Planned next = later.next;
      later.next = back;
      back = later;
      later = next;
    }
    while (back != null) {
      Planned next = back.next;
      back.next = null;
      append(back);
      back = next;
    }
  }

  private @Nullable Planned take(int slot) {
    Planned taken = first[slot];
    if (taken != null) {
      first[slot] = taken.next;
      taken.next = null;
      if (first[slot] == null) {
        last[slot] = null;
      }
    }
    return taken;
  }

  private void append(Planned planned) {
    int slot = slot(planned.at);
    Planned before = last[slot];
    if (before == null) {
      first[slot] = planned;
    } else {
      before.next = planned;
    }
    last[slot] = planned;
  }

  private static int slot(long at) {
    return (int) (at & (SLOTS - 1));
  }
}
