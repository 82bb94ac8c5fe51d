package io.longshore.agents;

import java.util.ArrayList;
import java.util.List;

/** One worker's acquire while it waits and while its starts are in flight. */
final class Acquirer {
  private final long number;
  private final int max;
  private long deadline;
  private final long leaseMillis;
  private final List<Lease> leases = new ArrayList<>();
  private boolean begun;
  private boolean hungUp;
  private int batch;
  private int inFlight;
  private long bytes;

  /**
   * A worker begins to wait.
   *
   * @param number not used before
   * @param max most leases it wants
   * @param deadline when it stops waiting for a first one, epoch milliseconds
   * @param leaseMillis how long they last; 0 for what each task asks
   */
  Acquirer(long number, int max, long deadline, long leaseMillis) {
    this.number = number;
    this.max = max;
    this.deadline = deadline;
    this.leaseMillis = leaseMillis;
  }

  long number() {
    return number;
  }

  long leaseMillis() {
    return leaseMillis;
  }

  long deadline() {
    return deadline;
  }

  List<Lease> leases() {
    return leases;
  }

  /**
   * How many refs it can be handed now. Once a batch is on its way only what falls out of it is
   * replaced, and only before the deadline: a worker is not kept waiting for a fuller answer. One
   * that does not wait at all is handed its batch at the deadline itself.
   */
  int wants(long now) {
    boolean late = begun ? now >= deadline : now > deadline;
    if (late) {
      return 0;
    }
    return isEmpty() ? max : batch - inFlight - leases.size();
  }

  /** It waits no more. */
  void hangUp() {
    hungUp = true;
    begun = true;
    deadline = Long.MIN_VALUE;
  }

  /** Whether nobody reads its answer. */
  boolean hungUp() {
    return hungUp;
  }

  /** It was handed these, at least one. */
  void handed(List<TaskRef> refs) {
    if (isEmpty()) {
      batch = refs.size();
    }
    begun = true;
    inFlight += refs.size();
    for (TaskRef ref : refs) {
      bytes += ref.bytes();
    }
  }

  /** How many bytes it has been handed, as far as is known. */
  long bytes() {
    return bytes;
  }

  /** A start of its batch succeeded. */
  void started(Lease lease) {
    inFlight--;
    leases.add(lease);
  }

  /** A start of its batch came to nothing; another ref may take its place. */
  void dropped(TaskRef ref) {
    inFlight--;
    bytes -= ref.bytes();
  }

  /** A start of its batch failed for reasons that another would meet too. */
  void failed(TaskRef ref) {
    inFlight--;
    batch--;
    bytes -= ref.bytes();
  }

  /** Whether to answer it now: its starts are answered and it has a lease or waits no longer. */
  boolean isDone(boolean closed, long now) {
    return inFlight == 0 && (!leases.isEmpty() || closed || now >= deadline);
  }

  /** Whether it waits for refs, not for the ledger. */
  boolean isIdle() {
    return inFlight == 0;
  }

  /** Whether it has neither a lease nor a start in flight. */
  boolean isEmpty() {
    return inFlight == 0 && leases.isEmpty();
  }
}
