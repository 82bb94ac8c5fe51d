package io.longshore.agents;

import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What can be said to an agent's mailbox and what it answers. */
public final class MailboxProtocol {
  private MailboxProtocol() {}

  /** Everything of this floor that travels between nodes; bound to one serializer. */
  public sealed interface Wire permits Command, Reply {}

  /** All that arrives at a mailbox: from others, or from itself. */
  sealed interface Letter permits Command, Internal {}

  /** What others can say to a mailbox. */
  public sealed interface Command extends Wire, Letter
      permits Assign,
          TakeBack,
          Enlist,
          Ended,
          Extended,
          Acquire,
          HangUp,
          Heartbeat,
          GetStatus,
          Removed {}

  /** All replies; each command names its own family. */
  public sealed interface Reply extends Wire permits AcquireReply, HeartbeatReply, MailboxStatus {}

  /**
   * Sent by a coordinator: take these. Answered through {@link WorkSource#report} with what was
   * accepted and refused. A task it already holds counts as accepted.
   */
  public record Assign(AgentRecord agent, List<TaskRef> refs) implements Command {}

  /**
   * Sent by a coordinator: give back these tasks if they have not started. Answered through {@link
   * WorkSource#report} with those given back, if only with none.
   */
  public record TakeBack(Route route, List<String> taskIds) implements Command {}

  /**
   * Sent by a coordinator that does not know this mailbox's room: report it to this route, now and
   * on every change, also where the agent's record does not name the route. A mailbox that has
   * passivated or moved has forgotten it, so a coordinator that hears nothing says it again.
   */
  public record Enlist(AgentRecord agent, Route route) implements Command {}

  /** Sent by the ledger once it has committed that these leases of the agent are over. */
  public record Ended(List<EndedLease> leases) implements Command {}

  /**
   * A lease that is over.
   *
   * @param leaseToken which hold on it: a later one of the same agent stays
   * @param worked whether the agent did the work, so that its time counts as service time
   */
  public record EndedLease(String taskId, String leaseToken, boolean worked) {}

  /**
   * Sent by the ledger once it has committed that these leases of the agent last longer. Without it
   * the mailbox takes them for lost when their first term is over, and their slots for free.
   */
  public record Extended(List<ExtendedLease> leases) implements Command {}

  /**
   * A lease that lasts longer.
   *
   * @param leaseToken which hold on it
   * @param expiresAt its new end, epoch milliseconds
   */
  public record ExtendedLease(String taskId, String leaseToken, long expiresAt) {}

  /**
   * Sent by {@link Mailboxes} for a worker: give me work.
   *
   * @param agent the worker's record as the receiving node knows it
   * @param max most leases wanted, at least 1
   * @param waitMillis how long to wait for the first
   * @param leaseMillis how long the leases last; 0 for what each task asks
   * @param call a random number, to hang up by
   */
  public record Acquire(
      AgentRecord agent,
      int max,
      long waitMillis,
      long leaseMillis,
      long call,
      ActorRef<AcquireReply> replyTo)
      implements Command {}

  /** Sent by {@link Mailboxes}: the worker of this acquire does not wait any more. */
  public record HangUp(long call) implements Command {}

  /** Answers {@link Acquire}. */
  public sealed interface AcquireReply extends Reply permits Leases, TooManyWaiting {}

  /** What there was; empty if nothing came in time or the agent is draining. */
  public record Leases(List<Lease> leases) implements AcquireReply {}

  /** As many workers of this agent wait as may; nothing was started. */
  public record TooManyWaiting(int limit) implements AcquireReply {}

  /** Sent by {@link Mailboxes} for a worker: I am here. */
  public record Heartbeat(AgentRecord agent, ActorRef<HeartbeatReply> replyTo) implements Command {}

  /** Answers {@link Heartbeat}: whether the agent should finish what it has and leave. */
  public record HeartbeatReply(boolean drain) implements Reply {}

  /** Sent by {@link Mailboxes}: how are you? */
  public record GetStatus(AgentRecord agent, ActorRef<MailboxStatus> replyTo) implements Command {}

  /**
   * Answers {@link GetStatus}.
   *
   * @param room as reported to coordinators
   * @param lastHeardAt when a worker was last heard, epoch milliseconds; null if never
   * @param estimatedWaitMillis how long a task assigned now would wait; null if unknown
   */
  public record MailboxStatus(
      String agentId, Room room, @Nullable Long lastHeardAt, @Nullable Long estimatedWaitMillis)
      implements Reply {}

  /** Sent by {@link Mailboxes} after the agent was removed from the registry: give all back. */
  public record Removed(String agentId) implements Command {}

  /** Sent by the mailbox to itself. */
  sealed interface Internal extends Letter permits Tick, Leave, WebhookAnswered, StartAnswered {}

  /** Time has passed, or there is room for work inside the node. */
  record Tick() implements Internal {}

  /** The node is about to leave the cluster: give back what has not started. */
  record Leave() implements Internal {}

  /** A webhook request is over: whether the endpoint works. */
  record WebhookAnswered(boolean healthy) implements Internal {}

  /** The ledger has answered a start, or has not in time. */
  record StartAnswered(TaskRef ref, long acquirer, Answer<StartReply> answer) implements Internal {}
}
