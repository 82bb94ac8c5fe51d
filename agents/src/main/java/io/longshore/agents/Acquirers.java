package io.longshore.agents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An agent's workers that wait for leases, first come first served. */
final class Acquirers {
  private final int limit;
  private final Map<Long, Acquirer> byNumber = new LinkedHashMap<>();

  /** An acquire that is over, and what came of it. */
  record Acquired(long number, List<Lease> leases, boolean hungUp) {}

  Acquirers(int limit) {
    this.limit = limit;
  }

  boolean isEmpty() {
    return byNumber.isEmpty();
  }

  /** Lets one more wait. False if as many wait as may. */
  boolean add(Acquirer acquirer) {
    if (byNumber.size() >= limit) {
      return false;
    }
    byNumber.put(acquirer.number(), acquirer);
    return true;
  }

  @Nullable Acquirer find(long number) {
    return byNumber.get(number);
  }

  /** Those that wait, longest first. */
  List<Acquirer> inOrder() {
    return List.copyOf(byNumber.values());
  }

  /**
   * Takes out those to be answered now.
   *
   * @param closed whether nobody should go on waiting
   */
  List<Acquired> takeDone(boolean closed, long now) {
    List<Acquired> done = new ArrayList<>();
    for (Acquirer acquirer : inOrder()) {
      if (acquirer.isDone(closed, now)) {
        byNumber.remove(acquirer.number());
        done.add(over(acquirer));
      }
    }
    return done;
  }

  /** Takes out all, with the leases that they have. */
  List<Acquired> takeAll() {
    List<Acquired> all = byNumber.values().stream().map(Acquirers::over).toList();
    byNumber.clear();
    return all;
  }

  private static Acquired over(Acquirer acquirer) {
    return new Acquired(acquirer.number(), acquirer.leases(), acquirer.hungUp());
  }

  /** When the first of them stops waiting, epoch milliseconds. */
  long nextDeadline() {
    long next = Long.MAX_VALUE;
    for (Acquirer acquirer : byNumber.values()) {
      if (acquirer.isIdle()) {
        next = Math.min(next, acquirer.deadline());
      }
    }
    return next;
  }
}
