package io.longshore.agents;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leases that workers inside this node hold, whichever mailbox they came from: so the node can
 * finish or release them before it leaves. Thread-safe.
 */
final class HeldLeases {
  private final WorkSource source;
  private final Timer timer;
  private final Clock clock;
  private final int maxOutput;
  private final Set<HeldLease> held = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> none = new CompletableFuture<>();
  private volatile boolean leaving;

  /** Runs something later. */
  interface Timer {
    /** What is returned calls it off. */
    Runnable after(Duration delay, Runnable task);
  }

  /**
   * None yet.
   *
   * @param maxOutput most bytes of a result
   */
  HeldLeases(WorkSource source, Timer timer, Clock clock, int maxOutput) {
    this.source = source;
    this.timer = timer;
    this.clock = clock;
    this.maxOutput = maxOutput;
  }

  /** Keeps this lease alive until its end is known to the ledger. */
  HeldLease take(Lease lease) {
    HeldLease taken = new HeldLease(lease, source, timer, clock, maxOutput, this::over);
    held.add(taken);
    taken.keep();
    return taken;
  }

  private void over(HeldLease lease) {
    held.remove(lease);
    completeIfNone();
  }

  /** Whether what is taken now should be released at once. */
  boolean leaving() {
    return leaving;
  }

  /**
   * From now on nothing should be begun. Completes when nothing is held any more.
   *
   * @param patience how long work may go on; then it is stopped and its leases released
   */
  CompletionStage<Void> leave(Duration patience) {
    leaving = true;
    timer.after(patience, () -> held.forEach(HeldLease::giveBack));
    completeIfNone();
    return none;
  }

  private void completeIfNone() {
    if (leaving && held.isEmpty()) {
      none.complete(null);
    }
  }
}
