package io.longshore.agents;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task on its way to an agent: enough to place it, not to do it.
 *
 * @param taskId which task
 * @param route the coordinator that placed it: a capability, or one agent
 * @param priority how urgent
 * @param deadlineAt when its result is worth nothing, epoch milliseconds; 0 for never
 * @param createdAt when it was submitted, epoch milliseconds
 * @param decisions what was decided about it since it was offered; kept with the task at start
 * @param bytes how large its input is; 0 if unknown
 */
public record TaskRef(
    String taskId,
    Route route,
    Priority priority,
    long deadlineAt,
    long createdAt,
    List<Decision> decisions,
    int bytes) {

  public TaskRef {
    decisions = List.copyOf(decisions);
  }

  /** A task of which it is not known how large it is. */
  public TaskRef(
      String taskId,
      Route route,
      Priority priority,
      long deadlineAt,
      long createdAt,
      List<Decision> decisions) {
    this(taskId, route, priority, deadlineAt, createdAt, decisions, 0);
  }

  /** The same ref with one more decision. */
  public TaskRef with(Decision decision) {
    List<Decision> more = new ArrayList<>(decisions);
    more.add(decision);
    return new TaskRef(taskId, route, priority, deadlineAt, createdAt, more, bytes);
  }

  /** How urgent a task is; in this order. */
  public enum Priority {
    /** Before all others. */
    HIGH,
    /** The default. */
    NORMAL,
    /** When nothing else waits. */
    LOW
  }

  /**
   * One decision about a task and its reason.
   *
   * @param at epoch milliseconds
   * @param kind what was decided
   * @param agentId about which agent, if any
   * @param reason why, for people
   */
  public record Decision(long at, Kind kind, @Nullable String agentId, String reason) {

    /** What was decided. */
    public enum Kind {
      /** No agent can take it yet. */
      WAITING,
      /** Given to an agent's mailbox. */
      ASSIGNED,
      /** The agent's mailbox would not have it. */
      REFUSED,
      /** Taken back from an agent before it started. */
      MOVED,
      /** The agent has a lease on it. */
      STARTED,
      /** An attempt ended without a result and another will follow. */
      RETRIED,
      /** Its agent needs more input: it waits for the submitter. */
      PAUSED,
      /** The submitter gave the input. */
      RESUMED,
      /** It reached a terminal state. */
      ENDED
    }
  }
}
