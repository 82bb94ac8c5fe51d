package io.longshore.agents;

import io.longshore.persistence.Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where a mailbox's work comes from and what it reports back. The floor above implements it and
 * hands it in when the node is wired, so that no arrow points up.
 */
public interface WorkSource {

  /**
   * Starts a task for an agent: commits the start and grants a lease.
   *
   * @param leaseMillis how long the lease lasts; 0 for what the task asks
   */
  CompletionStage<Answer<StartReply>> start(TaskRef ref, String agentId, long leaseMillis);

  /** Ends a lease with a result, for workers inside the node. False if the lease was lost. */
  CompletionStage<Answer<Boolean>> complete(String taskId, String leaseToken, byte[] output);

  /** Ends a lease without a result, for workers inside the node. False if the lease was lost. */
  CompletionStage<Answer<Boolean>> fail(String taskId, String leaseToken, TaskFailure failure);

  /**
   * Ends a lease with a question to the submitter, one JSON value as UTF-8, for workers inside the
   * node. False if the lease was lost.
   */
  CompletionStage<Answer<Boolean>> requireInput(String taskId, String leaseToken, byte[] prompt);

  /** Gives a lease back untried, for workers inside the node. False if the lease was lost. */
  CompletionStage<Answer<Boolean>> release(String taskId, String leaseToken);

  /**
   * Prolongs a lease by what its task asks, from now on, for workers inside the node.
   *
   * @param progress one JSON value as UTF-8, or null to keep what is known
   */
  CompletionStage<Answer<ExtendReply>> extend(
      String taskId, String leaseToken, byte @Nullable [] progress);

  /**
   * Whether the agent still holds the task: that a lease is over is told to its mailbox once, and
   * may be lost.
   */
  CompletionStage<Answer<Boolean>> isHeld(String taskId, String agentId);

  /**
   * Tells a route's coordinator something; may be lost, and is then told again by heartbeat.
   * Reports of one mailbox arrive in order, however urgent each is.
   */
  void report(Route route, MailboxReport report, Urgency urgency);

  /** How long a report may wait for those of other mailboxes. */
  enum Urgency {
    /** Not at all: the coordinator would go wrong, or could place more than it knows. */
    NOW(Duration.ZERO),
    /** A moment: what the coordinator takes the room for is near enough. */
    SOON(Duration.ofMillis(50)),
    /** Little beside the time between two signs of life of a mailbox: nothing has changed. */
    SIGN(Duration.ofMillis(250));

    private final Duration patience;

    Urgency(Duration patience) {
      this.patience = patience;
    }

    /** For how long. */
    public Duration patience() {
      return patience;
    }
  }

  /** Answers {@link #start}. */
  sealed interface StartReply {

    /** Committed; the agent holds the task. */
    record Started(Lease lease) implements StartReply {}

    /** Not to be started any more: canceled, ended, or held by another agent. */
    record NotStartable(String taskId, String reason) implements StartReply {}
  }

  /** Answers {@link #extend}. */
  sealed interface ExtendReply {

    /** Committed: the lease lasts until then, epoch milliseconds. */
    record Prolonged(long expiresAt) implements ExtendReply {}

    /** The submitter has canceled the task: stop and let go of it. */
    record Canceled() implements ExtendReply {}

    /** The lease is over: stop. */
    record Lost() implements ExtendReply {}
  }

  /**
   * What a mailbox tells a coordinator. Reports of one mailbox arrive in order.
   *
   * @param agentId whose mailbox
   * @param incarnation differs for every life of the mailbox: refs given to another life are lost
   * @param room what it can take as of this report
   * @param accepted ids of tasks it has just taken
   * @param refused tasks it has just refused
   * @param returned ids of unstarted tasks it has just given back
   */
  record MailboxReport(
      String agentId,
      long incarnation,
      Room room,
      List<String> accepted,
      List<Refusal> refused,
      List<String> returned) {

    /** The same of an agent that takes no more work. */
    public MailboxReport offline() {
      Room none =
          new Room(
              Status.OFFLINE,
              0,
              room.queued(),
              room.running(),
              room.concurrency(),
              room.serviceMillis());
      return new MailboxReport(agentId, incarnation, none, accepted, refused, returned);
    }
  }

  /**
   * What a mailbox can take.
   *
   * @param status whether work may be sent at all
   * @param free how many more tasks it would accept now
   * @param queued tasks accepted and not started
   * @param running tasks started, or being started, and not ended
   * @param concurrency how many run at once
   * @param serviceMillis moving average of the time from start to end; 0 if not yet known
   */
  record Room(
      Status status, int free, int queued, int running, int concurrency, long serviceMillis) {}

  /** Whether an agent takes work. */
  enum Status {
    /** Heard of within the session timeout. */
    ONLINE,
    /** Not heard of for the session timeout. */
    OFFLINE,
    /** Finishes what it has and takes nothing new. */
    DRAINING
  }

  /**
   * One refused task.
   *
   * @param taskId which
   * @param reason why, for people
   * @param capacityInMillis when room is expected; null if unknown
   */
  record Refusal(String taskId, String reason, @Nullable Long capacityInMillis) {}
}
