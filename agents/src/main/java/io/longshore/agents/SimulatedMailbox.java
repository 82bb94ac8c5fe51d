package io.longshore.agents;

import io.longshore.agents.Acquirers.Acquired;
import io.longshore.agents.HandOuts.Start;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.MailboxState.Effects;
import io.longshore.agents.Reports.Addressed;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.agents.WorkSource.Urgency;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import java.util.List;

/**
 * A mailbox without an actor and without a clock, for simulations: what it decides is decided by
 * the very code that a node runs. Times are milliseconds of whatever clock the simulation has, and
 * never 0. After each call, {@link #nextDue} says when {@link #tick} has to follow.
 */
public final class SimulatedMailbox {
  private final MailboxState state;
  private final Outside outside;
  private final int capacity;

  /** What the mailbox has done; called within the call that caused it. */
  public interface Outside {
    /** Asks the ledger to start a task; {@link #startAnswered} answers, or never if it is lost. */
    void start(TaskRef ref, long acquirer);

    /** Answers an acquire. */
    void acquired(long acquirer, List<Lease> leases);

    /** Tells a route's coordinator. */
    void report(Route route, MailboxReport report, Urgency urgency);
  }

  /** An empty mailbox of a registered agent, whose workers have not been heard yet. */
  public SimulatedMailbox(AgentRecord agent, MailboxSettings settings, Outside outside, long now) {
    state = new MailboxState(agent.agentId(), 1, settings, (record, at) -> null, now);
    state.know(agent);
    this.outside = outside;
    capacity = settings.capacity(settings.concurrency(agent.spec().concurrency()));
  }

  /** How many tasks it holds at most: concurrency and prefetch. */
  public int capacity() {
    return capacity;
  }

  /** A coordinator wants these done. */
  public void assign(List<TaskRef> refs, long now) {
    state.assign(refs, now);
    settle(now);
  }

  /** A coordinator wants these back if they have not started. */
  public void takeBack(Route route, List<String> taskIds, long now) {
    state.takeBack(route, taskIds);
    settle(now);
  }

  /**
   * A worker wants work.
   *
   * @param acquirer a number not used before
   * @param max most leases, at least 1
   * @param deadline when it stops waiting
   */
  public void acquire(long acquirer, int max, long deadline, long now) {
    state.heard(now);
    if (!state.acquire(acquirer, max, deadline, 0, now)) {
      outside.acquired(acquirer, List.of());
    }
    settle(now);
  }

  /** The ledger has answered a start. */
  public void startAnswered(TaskRef ref, long acquirer, StartReply reply, long now) {
    state.startAnswered(ref, acquirer, new Answer.Replied<>(reply), now);
    settle(now);
  }

  /** The ledger says that a lease is over; see {@link EndedLease}. */
  public void ended(EndedLease lease, long now) {
    state.ended(List.of(lease), now);
    settle(now);
  }

  /** The ledger says that a lease lasts longer. */
  public void extended(ExtendedLease lease, long now) {
    state.extended(List.of(lease), now);
    settle(now);
  }

  /** Time has passed. */
  public void tick(long now) {
    settle(now);
  }

  /** When to call {@link #tick} even if nothing else happens. */
  public long nextDue(long now) {
    return state.nextDue(now);
  }

  private void settle(long now) {
    Effects effects = state.settle(now);
    for (Start start : effects.starts()) {
      outside.start(start.ref(), start.acquirer());
    }
    for (Acquired acquired : effects.acquired()) {
      outside.acquired(acquired.number(), acquired.leases());
    }
    for (Addressed due : effects.reports()) {
      outside.report(due.route(), due.report(), due.urgency());
    }
  }
}
