package io.longshore.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How many more a client wants: never more are given than it has asked for. */
final class Credit {
  private final int max;
  private int amount;
  private @Nullable CompletableFuture<Integer> waiting;

  /**
   * None yet.
   *
   * @param max the most that may be open at a time
   */
  Credit(int max) {
    this.max = max;
  }

  /** Whether it would still be what it may be with so many more. */
  synchronized boolean hasRoomFor(int more) {
    return more <= max - amount;
  }

  /** Adds to it. */
  void add(int more) {
    CompletableFuture<Integer> told;
    int now;
    synchronized (this) {
      amount += more;
      now = amount;
      told = amount > 0 ? waiting : null;
      waiting = amount > 0 ? null : waiting;
    }
    if (told != null) {
      told.complete(now);
    }
  }

  /** How much there is, as soon as there is any. One may wait at a time. */
  synchronized CompletionStage<Integer> some() {
    if (amount > 0) {
      return CompletableFuture.completedFuture(amount);
    }
    if (waiting == null) {
      waiting = new CompletableFuture<>();
    }
    return waiting;
  }

  /** So many were given. */
  synchronized void use(int count) {
    amount -= count;
  }
}
