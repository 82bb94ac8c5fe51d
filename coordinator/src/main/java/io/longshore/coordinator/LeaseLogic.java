package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.coordinator.CoordinatorProtocol.Mark;
import io.longshore.coordinator.LedgerEvent.TaskEvent;
import io.longshore.coordinator.Task.EndedBy;
import io.longshore.persistence.PartitionLogic.Verdict;
import org.jspecify.annotations.Nullable;

/** Who holds a task: grants, prolongs and ends leases, and decides what follows an attempt. */
final class LeaseLogic {
  private static final int MAX_MESSAGE = 2_000;
  private final Backoff backoff;
  private final LedgerRoom room;

  LeaseLogic(Backoff backoff, LedgerRoom room) {
    this.backoff = backoff;
    this.room = room;
  }

  Verdict<LedgerEvent> start(LedgerState state, TaskProtocol.Start start, long now) {
    Task task = state.find(start.taskId());
    if (task == null) {
      return Verdict.reply(start, new TaskProtocol.NotStartable(start.taskId(), "no such task"));
    }
    String obstacle = obstacle(task, start.agentId(), now);
    if (obstacle != null) {
      return Verdict.reply(start, new TaskProtocol.NotStartable(task.taskId, obstacle));
    }
    long lease = start.leaseMillis() > 0 ? start.leaseMillis() : task.spec.leaseMillis();
    LedgerEvent.Started started =
        new LedgerEvent.Started(
            task.taskId,
            start.agentId(),
            Long.toString(state.epoch, 36) + "." + Integer.toString(task.starts + 1, 36),
            lease,
            now + lease,
            start.decisions(),
            now);
    return Verdict.reply(
        start, new TaskProtocol.Started(task.lease(started, task.attempts + 1)), started);
  }

  private static @Nullable String obstacle(Task task, String agentId, long now) {
    if (task.state != TaskState.SUBMITTED) {
      return "it is " + task.state.wireName();
    } else if (task.retryAt > now) {
      return "its next attempt is not due yet";
    } else if (task.spec.deadlineAt() != 0 && task.spec.deadlineAt() <= now) {
      return "its deadline is over";
    } else if (task.spec.route().kind() == Route.Kind.AGENT
        && !task.spec.route().name().equals(agentId)) {
      return "it is for another agent";
    }
    return null;
  }

  Verdict<LedgerEvent> complete(LedgerState state, TaskProtocol.Complete complete, long now) {
    Task task = state.find(complete.taskId());
    if (task == null || !task.heldWith(complete.leaseToken())) {
      return notHeld(complete, complete.taskId(), complete.leaseToken(), task, EndedBy.COMPLETE);
    }
    TaskProtocol.LedgerFull full = complete.refusable() ? room.forResult(state, now) : null;
    if (full != null) {
      return Verdict.reply(complete, full);
    }
    return Verdict.reply(
        complete,
        new TaskProtocol.LeaseDone(task.taskId, 0),
        new LedgerEvent.Completed(task.taskId, complete.output(), now));
  }

  Verdict<LedgerEvent> fail(LedgerState state, TaskProtocol.Fail fail, long now) {
    Task task = state.find(fail.taskId());
    if (task == null || !task.heldWith(fail.leaseToken())) {
      return notHeld(fail, fail.taskId(), fail.leaseToken(), task, EndedBy.FAIL);
    }
    Long after = fail.retryAfterMillis();
    long wait = after != null ? Math.max(0, after) : backoffMillis(task);
    return over(
        fail,
        task,
        attemptOver(task, true, fail.code(), fail.message(), fail.retryable(), wait, now));
  }

  Verdict<LedgerEvent> release(LedgerState state, TaskProtocol.Release release, long now) {
    Task task = state.find(release.taskId());
    if (task == null || !task.heldWith(release.leaseToken())) {
      return notHeld(release, release.taskId(), release.leaseToken(), task, EndedBy.RELEASE);
    }
    return over(
        release,
        task,
        task.cancelAt != 0
            ? new LedgerEvent.Canceled(task.taskId, now)
            : new LedgerEvent.Released(task.taskId, now));
  }

  Verdict<LedgerEvent> extend(LedgerState state, TaskProtocol.Extend extend, long now) {
    Task task = state.find(extend.taskId());
    if (task == null || !task.heldWith(extend.leaseToken())) {
      return notHeld(extend, extend.taskId(), extend.leaseToken(), task, EndedBy.NOBODY);
    }
    if (task.cancelAt != 0) {
      return Verdict.reply(extend, new TaskProtocol.LeaseCanceled(task.taskId));
    }
    long lease = extend.leaseMillis() > 0 ? extend.leaseMillis() : task.spec.leaseMillis();
    byte[] progress = extend.progress();
    boolean kept = progress != null && room.forProgress(state, task, progress);
    return Verdict.reply(
        extend,
        new TaskProtocol.LeaseDone(task.taskId, now + lease),
        new LedgerEvent.Extended(task.taskId, lease, now + lease, kept ? progress : null, now));
  }

  /** The agent has let go without a result; the same call again is given the same answer. */
  static Verdict<LedgerEvent> over(
      TaskProtocol.Command<TaskProtocol.LeaseReply> command, Task task, TaskEvent event) {
    return Verdict.reply(
        command,
        event instanceof LedgerEvent.Canceled
            ? new TaskProtocol.LeaseCanceled(task.taskId)
            : new TaskProtocol.LeaseDone(task.taskId, 0),
        event);
  }

  /** The token proves no hold: whoever ended it so hears the same again, others that it is lost. */
  static Verdict<LedgerEvent> notHeld(
      TaskProtocol.Command<TaskProtocol.LeaseReply> command,
      String taskId,
      String token,
      @Nullable Task task,
      EndedBy by) {
    return Verdict.reply(
        command, task == null ? new TaskProtocol.NoSuchTask(taskId) : notHeld(task, token, by));
  }

  /** The answer to an agent that does not hold the task, or not any more. */
  private static TaskProtocol.LeaseReply notHeld(Task task, String token, EndedBy by) {
    if (by != EndedBy.NOBODY && task.endedWith(token, by)) {
      return new TaskProtocol.LeaseDone(task.taskId, 0);
    }
    if (task.state == TaskState.CANCELED && token.equals(task.leaseToken)) {
      return new TaskProtocol.LeaseCanceled(task.taskId);
    }
    return new TaskProtocol.LeaseLost(
        task.taskId,
        task.state == TaskState.WORKING
            ? "another lease on the task is newer"
            : "the lease is over and the task is " + task.state.wireName());
  }

  /** The answer to an agent whose task has ended and left for the archive. */
  static TaskProtocol.LeaseReply ended(Task task, TaskProtocol.Command<?> command) {
    if (command instanceof TaskProtocol.Complete complete) {
      return notHeld(task, complete.leaseToken(), EndedBy.COMPLETE);
    } else if (command instanceof TaskProtocol.Fail fail) {
      return notHeld(task, fail.leaseToken(), EndedBy.FAIL);
    } else if (command instanceof TaskProtocol.Release release) {
      return notHeld(task, release.leaseToken(), EndedBy.RELEASE);
    } else if (command instanceof TaskProtocol.RequireInput require) {
      return notHeld(task, require.leaseToken(), ExchangeLogic.endOfQuestion(task));
    }
    return notHeld(task, ((TaskProtocol.Extend) command).leaseToken(), EndedBy.NOBODY);
  }

  /** What follows when a lease, or the grace of a canceled one, runs out. */
  TaskEvent expired(Task task, long now) {
    String message = "no word from " + task.agentId;
    return attemptOver(task, false, "lease-expired", message, true, backoffMillis(task), now);
  }

  /** What the end of a lease says against its agent; null for nothing. */
  static @Nullable Mark setback(LedgerEvent event) {
    if (event instanceof LedgerEvent.AttemptFailed failed) {
      return failed.byAgent() ? Mark.FAILURE : Mark.LOST_LEASE;
    } else if (event instanceof LedgerEvent.Failed failed && failed.deadLettered()) {
      return failed.byAgent() ? Mark.FAILURE : Mark.LOST_LEASE;
    }
    return null;
  }

  private static TaskEvent attemptOver(
      Task task,
      boolean byAgent,
      String code,
      String message,
      boolean retryable,
      long wait,
      long now) {
    if (task.cancelAt != 0) {
      return new LedgerEvent.Canceled(task.taskId, now);
    }
    String brief = Decisions.brief(message, MAX_MESSAGE);
    if (!retryable) {
      return new LedgerEvent.Failed(task.taskId, byAgent, code, brief, true, now);
    }
    if (task.attempts >= task.spec.maxAttempts()) {
      return new LedgerEvent.Failed(
          task.taskId, byAgent, "attempts-exhausted", code + ": " + brief, true, now);
    }
    return new LedgerEvent.AttemptFailed(task.taskId, byAgent, code, brief, now + wait, now);
  }

  private long backoffMillis(Task task) {
    return backoff.delayMillis(task.taskId, task.attempts);
  }
}
