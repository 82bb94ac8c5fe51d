package io.longshore.coordinator;

import io.longshore.coordinator.LedgerState.KeyUse;
import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.PartitionLogic;
import java.util.ArrayList;
import java.util.List;

/**
 * The life of a task: the only place that decides its state, attempts, leases, deadlines, retries
 * and idempotency.
 */
final class LedgerLogic
    implements PartitionLogic<LedgerState, TaskProtocol.Command<?>, LedgerEvent> {
  private final LedgerSettings settings;
  private final LedgerRoom room;
  private final LeaseLogic leases;
  private final ExchangeLogic exchanges;
  private final LedgerDue due;

  LedgerLogic(LedgerSettings settings) {
    this.settings = settings;
    room = new LedgerRoom(settings);
    leases = new LeaseLogic(settings.backoff(), room);
    exchanges = new ExchangeLogic(settings, room);
    due = new LedgerDue(settings, leases);
  }

  @Override
  public LedgerState empty() {
    return new LedgerState();
  }

  @Override
  public List<LedgerEvent> opened(LedgerState state, long now) {
    List<LedgerEvent> events = new ArrayList<>();
    events.add(new LedgerEvent.Opened(state.epoch + 1, now));
    events.addAll(due.opened(state, now));
    return events;
  }

  @Override
  public void evolve(LedgerState state, LedgerEvent event) {
    state.apply(event);
  }

  @Override
  public List<LedgerEvent> due(LedgerState state, long now, int limit) {
    return due.due(state, now, limit);
  }

  @Override
  public Verdict<LedgerEvent> decide(LedgerState state, TaskProtocol.Command<?> command, long now) {
    if (command instanceof TaskProtocol.Submit submit) {
      return submit(state, submit, now);
    } else if (command instanceof TaskProtocol.Start start) {
      return leases.start(state, start, now);
    } else if (command instanceof TaskProtocol.Complete complete) {
      return leases.complete(state, complete, now);
    } else if (command instanceof TaskProtocol.Fail fail) {
      return leases.fail(state, fail, now);
    } else if (command instanceof TaskProtocol.Release release) {
      return leases.release(state, release, now);
    } else if (command instanceof TaskProtocol.Extend extend) {
      return leases.extend(state, extend, now);
    } else if (command instanceof TaskProtocol.RequireInput require) {
      return exchanges.requireInput(state, require, now);
    } else if (command instanceof TaskProtocol.Resume resume) {
      return exchanges.resume(state, resume, now);
    } else if (command instanceof TaskProtocol.Cancel cancel) {
      return cancel(state, cancel, now);
    } else if (command instanceof TaskProtocol.Reject reject) {
      return reject(state, reject, now);
    } else if (command instanceof TaskProtocol.Get get) {
      return Verdict.reply(get, LedgerQueries.read(state, get.taskId()));
    }
    TaskProtocol.ListTasks list = (TaskProtocol.ListTasks) command;
    return Verdict.reply(list, new TaskProtocol.ListReply(LedgerQueries.list(state, list.query())));
  }

  private Verdict<LedgerEvent> submit(LedgerState state, TaskProtocol.Submit submit, long now) {
    Task same = state.find(submit.taskId());
    if (same != null) {
      return Verdict.reply(submit, new TaskProtocol.Accepted(same.view(true), true));
    }
    NewTask spec = submit.task();
    String key = spec.idempotencyKey();
    long hash = key == null ? 0 : spec.contentHash();
    KeyUse use = key == null ? null : state.keys().get(key);
    if (use != null) {
      Task earlier = state.find(use.taskId());
      if (use.contentHash() != hash) {
        return Verdict.reply(submit, new TaskProtocol.KeyReused(use.taskId()));
      }
      return Verdict.reply(
          submit,
          earlier == null
              ? new TaskProtocol.Existed(use.taskId())
              : new TaskProtocol.Accepted(earlier.view(true), true));
    }
    long weight = spec.weight() + (key == null ? 0 : LedgerState.keyWeight(key));
    TaskProtocol.LedgerFull full = room.forTask(state, weight, now);
    if (full != null) {
      return Verdict.reply(submit, full);
    }
    return Verdict.reply(
        submit,
        submit.brief()
            ? new TaskProtocol.Taken(now)
            : new TaskProtocol.Accepted(TaskView.submitted(submit.taskId(), spec, now), false),
        new LedgerEvent.Submitted(submit.taskId(), spec, hash, now));
  }

  private Verdict<LedgerEvent> cancel(LedgerState state, TaskProtocol.Cancel cancel, long now) {
    Task task = state.find(cancel.taskId());
    if (task == null) {
      return Verdict.reply(cancel, new TaskProtocol.NoSuchTask(cancel.taskId()));
    }
    if (task.cancelAt != 0 || task.state == TaskState.CANCELED) {
      return Verdict.reply(cancel, new TaskProtocol.CancelAccepted(task.view(true)));
    }
    if (task.state.terminal()) {
      return Verdict.reply(cancel, new TaskProtocol.AlreadyEnded(task.view(true)));
    }
    LedgerEvent.TaskEvent event =
        task.state == TaskState.WORKING
            ? new LedgerEvent.CancelRequested(
                task.taskId, now + settings.cancelGrace().toMillis(), now)
            : new LedgerEvent.Canceled(task.taskId, now);
    Task after = task.copy();
    after.apply(event);
    return Verdict.reply(cancel, new TaskProtocol.CancelAccepted(after.view(true)), event);
  }

  private static Verdict<LedgerEvent> reject(
      LedgerState state, TaskProtocol.Reject reject, long now) {
    Task task = state.find(reject.taskId());
    if (task == null
        || task.state != TaskState.SUBMITTED
        || task.starts > 0
        || !task.spec.rejectIfLate()) {
      return Verdict.reply(reject, new TaskProtocol.NotRejectable(reject.taskId()));
    }
    String message = Decisions.brief(reject.reason(), Decisions.MAX_REASON);
    return Verdict.reply(
        reject,
        new TaskProtocol.Rejected(task.taskId),
        new LedgerEvent.Rejected(task.taskId, "deadline-unreachable", message, now));
  }

  @Override
  public BlobCodec<LedgerEvent> events() {
    return LedgerEventCodec.INSTANCE;
  }

  @Override
  public BlobCodec<LedgerState> snapshots() {
    return LedgerSnapshotCodec.INSTANCE;
  }
}
