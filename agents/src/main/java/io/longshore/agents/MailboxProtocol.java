package io.longshore.agents;

import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Refusable;
import io.longshore.registry.AgentRecord;
import java.util.List;
import org.apache.pekko.actor.Address;
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
          Removed,
          Deliver,
          Receive,
          Carry {}

  /** All replies; each command names its own family. */
  public sealed interface Reply extends Wire
      permits AcquireReply, HeartbeatAnswer, StatusReply, DeliverReply, ReceiveReply, CarryReply {}

  /** Answers any question in place of a mailbox that has more to do than it may keep. */
  public record Overloaded(long retryAfterMillis)
      implements AcquireReply, HeartbeatAnswer, StatusReply, ReceiveReply {}

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
      implements Command, Refusable {
    @Override
    public void refuse(long retryAfterMillis) {
      replyTo.tell(new Overloaded(retryAfterMillis));
    }
  }

  /** Sent by {@link Mailboxes}: the worker of this acquire does not wait any more. */
  public record HangUp(long call) implements Command {}

  /** Answers {@link Acquire}. */
  public sealed interface AcquireReply extends Reply permits Leases, TooManyWaiting, Overloaded {}

  /**
   * What there was; empty if nothing came in time or the agent is draining.
   *
   * @param at the URL of the node that has the mailbox; null if it does not say
   */
  public record Leases(List<Lease> leases, @Nullable String at) implements AcquireReply {}

  /** As many workers, or readers, of this agent wait as may; nothing was handed out. */
  public record TooManyWaiting(int limit) implements AcquireReply, ReceiveReply {}

  /** Sent by {@link Mailboxes} for a worker: I am here. */
  public record Heartbeat(AgentRecord agent, ActorRef<HeartbeatAnswer> replyTo)
      implements Command, Refusable {
    @Override
    public void refuse(long retryAfterMillis) {
      replyTo.tell(new Overloaded(retryAfterMillis));
    }
  }

  /** Answers {@link Heartbeat}. */
  public sealed interface HeartbeatAnswer extends Reply permits HeartbeatReply, Overloaded {}

  /** Whether the agent should finish what it has and leave. */
  public record HeartbeatReply(boolean drain) implements HeartbeatAnswer {}

  /** Sent by {@link Mailboxes}: how are you? */
  public record GetStatus(AgentRecord agent, ActorRef<StatusReply> replyTo)
      implements Command, Refusable {
    @Override
    public void refuse(long retryAfterMillis) {
      replyTo.tell(new Overloaded(retryAfterMillis));
    }
  }

  /** Answers {@link GetStatus}. */
  public sealed interface StatusReply extends Reply permits MailboxStatus, Overloaded {}

  /**
   * How a mailbox is.
   *
   * @param room as reported to coordinators
   * @param lastHeardAt when a worker was last heard, epoch milliseconds; null if never
   * @param estimatedWaitMillis how long a task assigned now would wait; null if unknown
   * @param messages how its messages are
   */
  public record MailboxStatus(
      String agentId,
      Room room,
      @Nullable Long lastHeardAt,
      @Nullable Long estimatedWaitMillis,
      MessageStatus messages)
      implements StatusReply {}

  /** Sent by {@link Mailboxes} after the agent was removed from the registry: give all back. */
  public record Removed(String agentId) implements Command {}

  /**
   * Sent by a shard's relay to a mailbox that may not be alive: take these messages, in this order.
   *
   * @param number which it is for the relay; the answer has the same
   * @param ifRead whether to take them only if somebody reads the agent's messages
   */
  public record Deliver(
      long number, List<Message> messages, boolean ifRead, ActorRef<DeliverReply> replyTo)
      implements Command, Refusable {
    @Override
    public void refuse(long retryAfterMillis) {
      Sent none = Sent.refused(messages.size(), Sent.Reason.BUSY, retryAfterMillis);
      replyTo.tell(new DeliverReply(number, new Taken(none, 0, true)));
    }
  }

  /** Answers {@link Deliver} with the same number. */
  public record DeliverReply(long number, Taken taken) implements Reply {}

  /**
   * What a mailbox made of messages.
   *
   * @param waiting how many it holds now
   * @param read whether somebody reads its messages
   */
  public record Taken(Sent sent, int waiting, boolean read) {}

  /**
   * Sent by {@link Messages} for a reader: give me messages.
   *
   * @param agent the reader's record as the receiving node knows it
   * @param max most messages wanted, at least 1
   * @param waitMillis how long to wait for the first
   * @param after the last one that the reader has; null if it does not say
   * @param resumes whether {@code after} was the last of another reader, whose place this one takes
   * @param reader a random number, the same for all of one reader's calls and for no other's
   * @param call a random number, to hang up by; that of the reader if it makes no other call
   */
  public record Receive(
      AgentRecord agent,
      int max,
      long waitMillis,
      @Nullable MessageId after,
      boolean resumes,
      long reader,
      long call,
      ActorRef<ReceiveReply> replyTo)
      implements Command, Refusable {
    /** Whether the reader makes no other call. */
    boolean isOnly() {
      return call == reader;
    }

    @Override
    public void refuse(long retryAfterMillis) {
      replyTo.tell(new Overloaded(retryAfterMillis));
    }
  }

  /** Answers {@link Receive}. */
  public sealed interface ReceiveReply extends Reply
      permits Received, Replaced, TooManyWaiting, Overloaded {}

  /**
   * What there was; empty if nothing came in time.
   *
   * @param gap what the reader has missed before these; null if nothing
   */
  public record Received(@Nullable MessageGap gap, List<ReceivedMessage> messages)
      implements ReceiveReply {}

  /** Another reader has resumed where this one was: it gets nothing more. */
  public record Replaced() implements ReceiveReply {}

  /**
   * Sent by a node's lane to the relay of a shard: hand these to mailboxes there.
   *
   * @param number rises by one with every batch of the lane
   */
  public record Carry(long number, List<Parcel> parcels, ActorRef<CarryReply> replyTo)
      implements Command {}

  /** Messages for one mailbox, as in {@link Deliver}. */
  public record Parcel(String agentId, List<Message> messages, boolean ifRead) {}

  /** Answers {@link Carry} with the same number: what came of each parcel, in order. */
  public record CarryReply(long number, List<Taken> taken) implements Reply {}

  /** Sent by the mailbox to itself, or by this node's {@link Messages}. */
  sealed interface Internal extends Letter
      permits Tick, Leave, NodeGone, WebhookAnswered, StartAnswered, RegistryAnswered, Look {}

  /** Something that was put in is due sooner than what the mailbox waits for. */
  record Look() implements Internal {}

  /** Time has passed, or there is room for work inside the node. */
  record Tick() implements Internal {}

  /** The node is about to leave the cluster: give back what has not started. */
  record Leave() implements Internal {}

  /** A node does not answer any more: whoever waits there for work is not given any. */
  record NodeGone(Address address) implements Internal {}

  /** A webhook request is over: whether the endpoint works. */
  record WebhookAnswered(boolean healthy) implements Internal {}

  /**
   * The registry was asked whether it still has the agent that registered then.
   *
   * @param gone whether it has none; false too if it did not answer
   */
  record RegistryAnswered(long registeredAt, boolean gone) implements Internal {}

  /** The ledger has answered a start, or has not in time. */
  record StartAnswered(TaskRef ref, long acquirer, Answer<StartReply> answer) implements Internal {}
}
