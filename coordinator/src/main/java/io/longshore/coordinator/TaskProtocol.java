package io.longshore.coordinator;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.persistence.NoRoom;
import io.longshore.persistence.PartitionCommand;
import io.longshore.persistence.PartitionMessage;
import io.longshore.persistence.Refusable;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What can be said to a ledger partition and what it answers. */
public final class TaskProtocol {
  /** How {@link LedgerFull} names the limit of bytes. */
  static final String BYTES = " bytes in the partition";

  /** What a command takes that says little. */
  private static final int SMALL = 128;

  /** What a task takes in an answer, as far as whoever asks for it can tell: most are small. */
  private static final int WHOLE = 2_048;

  /** The same in a list, without payloads and decisions. */
  private static final int LISTED = 512;

  private static final int DECISION = 100;

  private TaskProtocol() {}

  /** Everything about tasks that travels between nodes; bound to one serializer. */
  public sealed interface Wire permits Command, Reply, Soft {}

  /** Sent by {@link Tasks} through the partition client; each is decided and committed. */
  public sealed interface Command<R extends Reply> extends Wire, PartitionCommand<R> {
    /** Which task; names the partition. */
    String taskId();
  }

  /** All replies; each command names its own family. */
  public sealed interface Reply extends Wire
      permits SubmitReply,
          StartReply,
          LeaseReply,
          GetReply,
          CancelReply,
          ResumeReply,
          RejectReply,
          ListReply {}

  /**
   * Accepts a task under an id the sender chose, so that sending it again changes nothing.
   *
   * @param brief whether a task that is new may be answered with {@link Taken}; an older partition
   *     answers {@link Accepted} all the same
   */
  public record Submit(String taskId, NewTask task, boolean brief) implements Command<SubmitReply> {

    /** One that is answered with the whole task. */
    public Submit(String taskId, NewTask task) {
      this(taskId, task, false);
    }

    @Override
    public int weight() {
      return task.weight();
    }
  }

  /** Answers {@link Submit}. */
  public sealed interface SubmitReply extends Reply
      permits Accepted, Taken, KeyReused, LedgerFull, Existed {}

  /**
   * Committed just now, if the sender asked for a brief answer: it knows the task but for this, and
   * there is no need to send it all the way back.
   *
   * @param createdAt when it was accepted, epoch milliseconds
   */
  public record Taken(long createdAt) implements SubmitReply {}

  /** Committed; {@code existed} if an earlier submission with the same key made it. */
  public record Accepted(TaskView task, boolean existed) implements SubmitReply {}

  /** The key was used for other content, or its task is kept no more; nothing has changed. */
  public record KeyReused(String taskId) implements SubmitReply {}

  /** An earlier submission with the same key made this task, and it has left for the archive. */
  public record Existed(String taskId) implements SubmitReply {}

  /** The partition holds as much as it may; nothing has changed, a lease goes on. */
  public record LedgerFull(String limit, long retryAfterMillis)
      implements SubmitReply, ResumeReply, LeaseReply, NoRoom {
    @Override
    public String lacking() {
      return limit.endsWith(BYTES) ? "bytes" : "tasks";
    }
  }

  /**
   * Grants an agent a lease.
   *
   * @param leaseMillis 0 for what the task asks
   * @param decisions made since the task was offered
   * @param bytes how large the input is that the answer brings; 0 if unknown
   */
  public record Start(
      String taskId, String agentId, long leaseMillis, List<Decision> decisions, int bytes)
      implements Command<StartReply> {

    /** One for a task of which it is not known how large it is. */
    public Start(String taskId, String agentId, long leaseMillis, List<Decision> decisions) {
      this(taskId, agentId, leaseMillis, decisions, 0);
    }

    @Override
    public int weight() {
      int weight = SMALL + bytes;
      for (Decision decision : decisions) {
        weight += DECISION + decision.reason().length();
      }
      return weight;
    }
  }

  /** Answers {@link Start}. */
  public sealed interface StartReply extends Reply permits Started, NotStartable {}

  /** Committed. */
  public record Started(Lease lease) implements StartReply {}

  /** Not waiting to be started; nothing has changed. */
  public record NotStartable(String taskId, String reason) implements StartReply {}

  /**
   * Ends a lease with a result.
   *
   * @param refusable whether it may be answered with {@link LedgerFull}, which an older sender does
   *     not expect
   */
  public record Complete(String taskId, String leaseToken, byte[] output, boolean refusable)
      implements Command<LeaseReply> {

    /** One that is not refused however full the partition is. */
    public Complete(String taskId, String leaseToken, byte[] output) {
      this(taskId, leaseToken, output, false);
    }

    @Override
    public int weight() {
      return SMALL + output.length;
    }
  }

  /**
   * Ends a lease without a result.
   *
   * @param retryAfterMillis the agent's own delay before the next attempt; null for the backoff
   */
  public record Fail(
      String taskId,
      String leaseToken,
      String code,
      String message,
      boolean retryable,
      @Nullable Long retryAfterMillis)
      implements Command<LeaseReply> {
    @Override
    public int weight() {
      return SMALL + code.length() + message.length();
    }
  }

  /** Gives a lease back untried: the attempt does not count. */
  public record Release(String taskId, String leaseToken) implements Command<LeaseReply> {}

  /**
   * Prolongs a lease.
   *
   * @param leaseMillis from now; 0 for what the task asks
   * @param progress one JSON value as UTF-8, or null to keep what is known; a partition that is
   *     full keeps that too
   */
  public record Extend(
      String taskId, String leaseToken, long leaseMillis, byte @Nullable [] progress)
      implements Command<LeaseReply> {
    @Override
    public int weight() {
      return SMALL + (progress == null ? 0 : progress.length);
    }
  }

  /**
   * Ends a lease with a question to the submitter: the attempt does not count, and the task waits
   * for {@link Resume}. One question too many fails the task instead.
   *
   * @param prompt the question, one JSON value as UTF-8
   * @param refusable whether it may be answered with {@link LedgerFull}, which an older sender does
   *     not expect
   */
  public record RequireInput(String taskId, String leaseToken, byte[] prompt, boolean refusable)
      implements Command<LeaseReply> {

    /** One that is not refused however full the partition is. */
    public RequireInput(String taskId, String leaseToken, byte[] prompt) {
      this(taskId, leaseToken, prompt, false);
    }

    @Override
    public int weight() {
      return SMALL + prompt.length;
    }
  }

  /**
   * Answers {@link Complete}, {@link Fail}, {@link Release}, {@link Extend} and {@link
   * RequireInput}.
   */
  public sealed interface LeaseReply extends Reply
      permits LeaseDone, LeaseCanceled, LeaseLost, LedgerFull, NoSuchTask {}

  /**
   * Committed, or was so before: the same call again changes nothing.
   *
   * @param expiresAt the lease's new end after an extension, epoch milliseconds; else 0
   */
  public record LeaseDone(String taskId, long expiresAt) implements LeaseReply {}

  /** The submitter has canceled the task: stop working on it. */
  public record LeaseCanceled(String taskId) implements LeaseReply {}

  /** The token is stale or the task unknown; nothing has changed. */
  public record LeaseLost(String taskId, String reason) implements LeaseReply {}

  /** Reads a task. */
  public record Get(String taskId) implements Command<GetReply> {
    @Override
    public int weight() {
      return WHOLE;
    }
  }

  /** Answers {@link Get} and {@link Await}. */
  public sealed interface GetReply extends Reply permits Found, NoSuchTask {}

  /** The task. */
  public record Found(TaskView task) implements GetReply {}

  /** There is none of this id, or its retention is over; from a partition: or it was archived. */
  public record NoSuchTask(String taskId)
      implements GetReply, CancelReply, ResumeReply, LeaseReply {}

  /** Withdraws a task: at once if it waits; if an agent holds it, it is told when it extends. */
  public record Cancel(String taskId) implements Command<CancelReply> {
    @Override
    public int weight() {
      return WHOLE;
    }
  }

  /** Answers {@link Cancel}. */
  public sealed interface CancelReply extends Reply
      permits CancelAccepted, AlreadyEnded, NoSuchTask {}

  /** The task as it is now: canceled, or still working with a request to stop. */
  public record CancelAccepted(TaskView task) implements CancelReply {}

  /** The task had ended before; nothing has changed. */
  public record AlreadyEnded(TaskView task) implements CancelReply {}

  /**
   * Answers the question of a task's agent. Repeated while nothing else has happened to the task,
   * it changes nothing and is answered alike.
   *
   * @param input the answer, one JSON value as UTF-8
   * @param ifGeneration only if the task is of this generation, so that the answer can never meet
   *     another question; null for any
   */
  public record Resume(String taskId, byte[] input, @Nullable Long ifGeneration)
      implements Command<ResumeReply> {
    @Override
    public int weight() {
      return WHOLE + input.length;
    }
  }

  /** Answers {@link Resume}. */
  public sealed interface ResumeReply extends Reply
      permits Resumed,
          NotWaitingForInput,
          GenerationChanged,
          InputTooLarge,
          LedgerFull,
          NoSuchTask {}

  /** Committed, or was so before: the task as it is now. */
  public record Resumed(TaskView task) implements ResumeReply {}

  /** Nobody asks anything of the submitter; nothing has changed. */
  public record NotWaitingForInput(String taskId, TaskState state) implements ResumeReply {}

  /** The task is of another generation than was expected; nothing has changed. */
  public record GenerationChanged(String taskId, long generation) implements ResumeReply {}

  /** The task's exchanges have room for so many bytes; nothing has changed. */
  public record InputTooLarge(String taskId, long maxBytes) implements ResumeReply {}

  /**
   * Sent by a coordinator: no agent is expected to meet the task's deadline. Rejects it if it asks
   * for that and was never begun.
   *
   * @param reason for people
   */
  public record Reject(String taskId, String reason) implements Command<RejectReply> {}

  /** Answers {@link Reject}. */
  public sealed interface RejectReply extends Reply permits Rejected, NotRejectable {}

  /** Committed: the task has ended. */
  public record Rejected(String taskId) implements RejectReply {}

  /** It was begun, has ended, or would rather be late; nothing has changed. */
  public record NotRejectable(String taskId) implements RejectReply {}

  /**
   * Lists tasks of one partition, newest first.
   *
   * @param taskId any id of the partition: it names the partition only
   * @param query which
   */
  public record ListTasks(String taskId, TaskQuery query) implements Command<ListReply> {
    @Override
    public int weight() {
      return SMALL + LISTED * query.limit();
    }
  }

  /** Answers {@link ListTasks} without inputs, outputs and decisions. */
  public record ListReply(List<TaskView> tasks) implements Reply {}

  /** Messages that change nothing durable and may be lost. */
  public sealed interface Soft extends Wire, PartitionMessage
      permits Await, Reoffer, Noted, Park, Unpark {}

  /**
   * Waits for a task to go beyond a generation, or to end or need the submitter. Answered when it
   * does, when the wait is over with the task as it is then, or at once if there is no such task.
   *
   * @param afterGeneration -1 to wait until it ends or requires input
   * @param until epoch milliseconds, by the sender's clock: for older partitions, and where {@code
   *     waitMillis} is 0
   * @param waitMillis how long it waits, by the partition's clock; 0 from an older sender
   */
  public record Await(
      String taskId, long afterGeneration, long until, ActorRef<GetReply> replyTo, long waitMillis)
      implements Soft, Refusable {

    /** When it is answered at the latest if it comes at {@code now}, by the partition's clock. */
    long until(long now) {
      return waitMillis > 0 ? now + waitMillis : until;
    }

    @Override
    public void refuse(long retryAfterMillis) {
      PartitionMessage.Refused.tell(replyTo, retryAfterMillis);
    }
  }

  /** Sent by a new incarnation of a coordinator: offer all tasks of this route again. */
  public record Reoffer(Route route) implements Soft {}

  /** Sent by a coordinator: decisions about tasks that have not been given to an agent. */
  public record Noted(List<Note> notes) implements Soft {}

  /**
   * Sent by a coordinator: nobody can do these offered tasks as they are, while others wait behind
   * them. They are not offered for so long, or until {@link Unpark} or {@link Reoffer}.
   */
  public record Park(List<String> taskIds, long forMillis) implements Soft {}

  /** Sent by a coordinator: somebody has come who may do what is parked of this route. */
  public record Unpark(Route route) implements Soft {}

  /** A decision about one task. */
  public record Note(String taskId, Decision decision) {}
}
