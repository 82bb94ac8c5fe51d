package io.longshore.coordinator;

import io.longshore.coordinator.LedgerEvent.TaskEvent;
import org.jspecify.annotations.Nullable;

/**
 * Every change that a task's life may have, and no other: which event leads from which state to
 * which, what causes it and what it does. Tests hold the ledger to it, and {@code
 * docs/task-lifecycle.md} is made of it.
 *
 * <p>An ended task leaves the partition's memory later; that is no change of its state.
 */
enum TaskTransition {
  SUBMITTED(null, LedgerEvent.Submitted.class, TaskState.SUBMITTED, 0, false, "`POST /v1/tasks`"),
  STARTED(
      TaskState.SUBMITTED,
      LedgerEvent.Started.class,
      TaskState.WORKING,
      1,
      false,
      "`leases:acquire` of the agent it was assigned to"),
  EXTENDED(
      TaskState.WORKING,
      LedgerEvent.Extended.class,
      TaskState.WORKING,
      0,
      false,
      "`leases:extend`, or the ledger was away when the lease ran out"),
  CANCEL_REQUESTED(
      TaskState.WORKING,
      LedgerEvent.CancelRequested.class,
      TaskState.WORKING,
      0,
      false,
      "`:cancel`; the agent is told when it extends"),
  COMPLETED(
      TaskState.WORKING,
      LedgerEvent.Completed.class,
      TaskState.COMPLETED,
      0,
      false,
      "`leases:complete`"),
  RETRIED(
      TaskState.WORKING,
      LedgerEvent.AttemptFailed.class,
      TaskState.SUBMITTED,
      0,
      false,
      "`leases:fail`, or the lease ran out, and attempts are left: offered after the delay"),
  RELEASED(
      TaskState.WORKING,
      LedgerEvent.Released.class,
      TaskState.SUBMITTED,
      -1,
      false,
      "`leases:release`"),
  INPUT_REQUIRED(
      TaskState.WORKING,
      LedgerEvent.InputRequired.class,
      TaskState.INPUT_REQUIRED,
      -1,
      false,
      "`leases:require-input`"),
  RESUMED(
      TaskState.INPUT_REQUIRED,
      LedgerEvent.Resumed.class,
      TaskState.SUBMITTED,
      0,
      false,
      "`:resume`"),
  CANCELED_WAITING(
      TaskState.SUBMITTED, LedgerEvent.Canceled.class, TaskState.CANCELED, 0, false, "`:cancel`"),
  CANCELED_ASKING(
      TaskState.INPUT_REQUIRED,
      LedgerEvent.Canceled.class,
      TaskState.CANCELED,
      0,
      false,
      "`:cancel`"),
  CANCELED_WORKING(
      TaskState.WORKING,
      LedgerEvent.Canceled.class,
      TaskState.CANCELED,
      0,
      false,
      "after `:cancel` the agent let go of it, or its lease or the grace ran out"),
  REJECTED(
      TaskState.SUBMITTED,
      LedgerEvent.Rejected.class,
      TaskState.REJECTED,
      0,
      false,
      "`rejectIfLate`, and no agent is expected to meet the deadline; only before the first start"),
  LATE_WAITING(
      TaskState.SUBMITTED, LedgerEvent.Failed.class, TaskState.FAILED, 0, false, "the deadline"),
  LATE_ASKING(
      TaskState.INPUT_REQUIRED,
      LedgerEvent.Failed.class,
      TaskState.FAILED,
      0,
      false,
      "the deadline"),
  LATE_WORKING(
      TaskState.WORKING, LedgerEvent.Failed.class, TaskState.FAILED, 0, false, "the deadline"),
  GIVEN_UP(
      TaskState.WORKING,
      LedgerEvent.Failed.class,
      TaskState.FAILED,
      0,
      true,
      "`leases:fail` with `retryable: false`, one question too many, or the last attempt failed or"
          + " its lease ran out");

  /** The state it leads from; null before the first. */
  final @Nullable TaskState from;

  /** What happens. */
  final Class<? extends TaskEvent> event;

  /** The state it leads to. */
  final TaskState to;

  /** How it changes the number of attempts. */
  final int attempts;

  /** Whether the task becomes a dead letter. */
  final boolean deadLetter;

  /** The call or the time that brings it about, in Markdown. */
  final String cause;

  TaskTransition(
      @Nullable TaskState from,
      Class<? extends TaskEvent> event,
      TaskState to,
      int attempts,
      boolean deadLetter,
      String cause) {
    this.from = from;
    this.event = event;
    this.to = to;
    this.attempts = attempts;
    this.deadLetter = deadLetter;
    this.cause = cause;
  }

  /**
   * The transition that an event makes of a task in this state.
   *
   * @throws IllegalArgumentException if there is none
   */
  static TaskTransition of(@Nullable TaskState from, TaskEvent event) {
    boolean deadLetter = event instanceof LedgerEvent.Failed failed && failed.deadLettered();
    for (TaskTransition transition : values()) {
      if (transition.from == from
          && transition.event == event.getClass()
          && transition.deadLetter == deadLetter) {
        return transition;
      }
    }
    throw new IllegalArgumentException("Nothing leads from " + from + " by " + event.getClass());
  }

  /** Whether the task is offered to coordinators from now on. */
  boolean offered() {
    return to == TaskState.SUBMITTED;
  }

  /** Whether an agent's hold on the task begins, goes on or ends; empty if nobody holds it. */
  String lease() {
    if (from == TaskState.WORKING) {
      return to == TaskState.WORKING ? "goes on" : "ends";
    }
    return to == TaskState.WORKING ? "begins" : "";
  }

  /** Whether those hear of it who wait for the end or for a question, not for any change. */
  boolean concludes() {
    return to.terminal() || to == TaskState.INPUT_REQUIRED;
  }
}
