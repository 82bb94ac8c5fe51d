package io.longshore.coordinator;

import io.longshore.agents.Lease.Exchange;
import io.longshore.coordinator.LedgerEvent.TaskEvent;
import io.longshore.coordinator.Task.EndedBy;
import io.longshore.persistence.PartitionLogic.Verdict;
import java.util.Arrays;
import java.util.List;

/** What agents ask the submitter of a task, and what they are answered. */
final class ExchangeLogic {
  /** The failure of a task whose agents ask more than they may. */
  static final String TOO_MANY = "too-many-exchanges";

  /** A question leaves at least so many bytes for its answer. */
  static final int LEAST_ANSWER = 1_024;

  private final LedgerSettings settings;
  private final LedgerRoom room;

  ExchangeLogic(LedgerSettings settings, LedgerRoom room) {
    this.settings = settings;
    this.room = room;
  }

  Verdict<LedgerEvent> requireInput(
      LedgerState state, TaskProtocol.RequireInput require, long now) {
    Task task = state.find(require.taskId());
    if (task == null || !task.heldWith(require.leaseToken())) {
      EndedBy by = task == null ? EndedBy.REQUIRE_INPUT : endOfQuestion(task);
      return LeaseLogic.notHeld(require, require.taskId(), require.leaseToken(), task, by);
    }
    TaskProtocol.LedgerFull full = require.refusable() ? room.forResult(state, now) : null;
    if (full != null) {
      return Verdict.reply(require, full);
    }
    return LeaseLogic.over(require, task, asked(task, require.prompt(), now));
  }

  /** How a lease has ended whose agent asked last: with one question too many, as a failure. */
  static EndedBy endOfQuestion(Task task) {
    boolean tooMany = task.failure != null && task.failure.code().equals(TOO_MANY);
    return tooMany ? EndedBy.FAIL : EndedBy.REQUIRE_INPUT;
  }

  private TaskEvent asked(Task task, byte[] prompt, long now) {
    if (task.cancelAt != 0) {
      return new LedgerEvent.Canceled(task.taskId, now);
    }
    long bytes = task.exchangedBytes() + prompt.length;
    if (task.exchanges.size() >= settings.maxExchanges()
        || bytes + LEAST_ANSWER > settings.maxExchangeBytes()) {
      String message =
          "a question after %d exchanges, of %d bytes in all; a task may have %d of %d bytes"
              .formatted(
                  task.exchanges.size(),
                  bytes,
                  settings.maxExchanges(),
                  settings.maxExchangeBytes());
      return new LedgerEvent.Failed(task.taskId, true, TOO_MANY, message, true, now);
    }
    return new LedgerEvent.InputRequired(task.taskId, prompt, now);
  }

  Verdict<LedgerEvent> resume(LedgerState state, TaskProtocol.Resume resume, long now) {
    Task task = state.find(resume.taskId());
    if (task == null) {
      return Verdict.reply(resume, new TaskProtocol.NoSuchTask(resume.taskId()));
    }
    if (isRepeated(task, resume)) {
      return Verdict.reply(resume, new TaskProtocol.Resumed(task.view(true)));
    }
    Long expected = resume.ifGeneration();
    if (expected != null && expected != task.generation) {
      return Verdict.reply(
          resume, new TaskProtocol.GenerationChanged(task.taskId, task.generation));
    }
    if (task.state != TaskState.INPUT_REQUIRED) {
      return Verdict.reply(resume, new TaskProtocol.NotWaitingForInput(task.taskId, task.state));
    }
    int bytes = resume.input().length;
    long left = settings.maxExchangeBytes() - task.exchangedBytes();
    if (bytes > left) {
      return Verdict.reply(resume, new TaskProtocol.InputTooLarge(task.taskId, left));
    }
    TaskProtocol.LedgerFull full = room.forBytes(state, bytes, now);
    if (full != null) {
      return Verdict.reply(resume, full);
    }
    LedgerEvent.Resumed event = new LedgerEvent.Resumed(task.taskId, resume.input(), now);
    Task after = task.copy();
    after.apply(event);
    return Verdict.reply(resume, new TaskProtocol.Resumed(after.view(true)), event);
  }

  /** Whether this very answer was the last that happened to the task. */
  private static boolean isRepeated(Task task, TaskProtocol.Resume resume) {
    List<Exchange> exchanges = task.exchanges;
    Long expected = resume.ifGeneration();
    return task.state == TaskState.SUBMITTED
        && task.endedBy == EndedBy.REQUIRE_INPUT
        && !exchanges.isEmpty()
        && (expected == null || expected == task.generation - 1)
        && Arrays.equals(exchanges.get(exchanges.size() - 1).input(), resume.input());
  }
}
