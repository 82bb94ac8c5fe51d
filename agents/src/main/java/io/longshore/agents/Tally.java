package io.longshore.agents;

import java.util.concurrent.CompletableFuture;

/** Adds up what came of messages to several mailboxes, whichever answers first. */
final class Tally {
  private final CompletableFuture<Sent> total = new CompletableFuture<>();
  private Sent sum = Sent.NOTHING;
  private int missing = 1;

  /** One more answer is expected; not after {@link #total}. */
  void add(CompletableFuture<Sent> answer) {
    synchronized (this) {
      missing++;
    }
    var unused = answer.thenAccept(this::count);
  }

  private void count(Sent sent) {
    Sent whole = null;
    synchronized (this) {
      sum = sum.plus(sent);
      missing--;
      if (missing == 0) {
        whole = sum;
      }
    }
    if (whole != null) {
      total.complete(whole);
    }
  }

  /** All of them together, once the last is there. */
  CompletableFuture<Sent> total() {
    count(Sent.NOTHING);
    return total;
  }
}
