package io.longshore.agents;

import io.longshore.agents.Acquirers.Acquired;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.agents.WorkSource.StartReply.Started;
import io.longshore.persistence.Answer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands an agent's refs out to the workers that wait: each is started in the ledger first, and what
 * cannot be started is given back. Times are epoch milliseconds.
 */
final class HandOuts {
  private static final long LONGEST_PAUSE = 1_000;

  private final Holdings holdings;
  private final Reports reports;
  private final Acquirers acquirers;
  private final long startTimeout;
  private final int maxBytes;
  private final List<Lease> late = new ArrayList<>();
  private long pausedUntil;

  /** A start to ask the ledger for. */
  record Start(TaskRef ref, long acquirer, long leaseMillis) {}

  /** Nobody waits yet. */
  HandOuts(Holdings holdings, Reports reports, MailboxSettings settings) {
    this.holdings = holdings;
    this.reports = reports;
    this.acquirers = new Acquirers(settings.maxWaiting());
    this.startTimeout = settings.startTimeout().toMillis();
    this.maxBytes = settings.maxAcquiredBytes();
  }

  /** A worker wants work. False if as many wait as may. */
  boolean acquire(Acquirer acquirer) {
    return acquirers.add(acquirer);
  }

  /** A worker waits no more; what is being started for it still is. */
  void hangUp(long acquirer) {
    Acquirer waiting = acquirers.find(acquirer);
    if (waiting != null) {
      waiting.hangUp();
    }
  }

  /** Whether no worker waits. */
  boolean isEmpty() {
    return acquirers.isEmpty();
  }

  /** The ledger has answered a start. The lease of one that was given up is of no use here. */
  void startAnswered(TaskRef ref, long acquirer, Answer<StartReply> answer, long now) {
    Acquirer waiting = acquirers.find(acquirer);
    if (waiting == null || !holdings.startAnswered(ref, acquirer)) {
      if (answer instanceof Answer.Replied<StartReply> replied
          && replied.reply() instanceof Started started) {
        late.add(started.lease());
      }
      return;
    }
    if (!(answer instanceof Answer.Replied<StartReply> replied)) {
      failed(ref, waiting);
      if (!(answer instanceof Answer.Indeterminate<StartReply>)) {
        pausedUntil = now + Math.min(answer.retryAfter().toMillis(), LONGEST_PAUSE);
      }
    } else if (replied.reply() instanceof Started started) {
      holdings.started(started.lease(), now);
      waiting.started(started.lease());
    } else {
      waiting.dropped(ref);
    }
  }

  /** Starts that had no answer in time fail. */
  void giveUpStarts(long now) {
    for (Holdings.Starting start : holdings.giveUpStarts(now - startTimeout)) {
      failed(start.ref(), acquirers.find(start.acquirer()));
    }
  }

  private void failed(TaskRef ref, @Nullable Acquirer waiting) {
    reports.returned(ref);
    if (waiting != null) {
      waiting.failed(ref);
    }
  }

  /** The refs that go to the ledger now. */
  List<Start> next(int concurrency, long now) {
    List<Start> starts = new ArrayList<>();
    for (Acquirer acquirer : acquirers.inOrder()) {
      int wanted = Math.min(acquirer.wants(now), ready(concurrency, now));
      long room = maxBytes - acquirer.bytes();
      List<TaskRef> refs = holdings.start(wanted, room, acquirer.isEmpty(), acquirer.number(), now);
      if (!refs.isEmpty()) {
        acquirer.handed(refs);
      }
      for (TaskRef ref : refs) {
        starts.add(new Start(ref, acquirer.number(), acquirer.leaseMillis()));
      }
    }
    return starts;
  }

  /** How many refs a worker would be handed at once if it asked. */
  int ready(int concurrency, long now) {
    int slots = Math.max(0, concurrency - holdings.busy());
    return now < pausedUntil ? 0 : Math.min(slots, holdings.queued());
  }

  /**
   * Takes out the acquires to be answered now.
   *
   * @param closed whether nobody should go on waiting
   */
  List<Acquired> takeDone(boolean closed, long now) {
    return acquirers.takeDone(closed, now);
  }

  /** Takes out all acquires, whatever is still being started for them. */
  List<Acquired> takeAll() {
    return acquirers.takeAll();
  }

  /** Takes out the leases that came too late, to be given back. */
  List<Lease> takeLate() {
    List<Lease> all = List.copyOf(late);
    late.clear();
    return all;
  }

  /** When something is due even if nothing is told; {@code Long.MAX_VALUE} for never. */
  long nextDue(long now) {
    long due = acquirers.nextDeadline();
    Long oldestStart = holdings.oldestStart();
    if (oldestStart != null) {
      due = Math.min(due, oldestStart + startTimeout);
    }
    return now < pausedUntil && !acquirers.isEmpty() ? Math.min(due, pausedUntil) : due;
  }
}
