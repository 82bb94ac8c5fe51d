package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.coordinator.Task.EndedBy;
import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.PartitionLogic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The life of a task: the only place that decides its state, attempts, leases, deadlines, retries
 * and idempotency.
 */
final class LedgerLogic implements PartitionLogic<LedgerState, TaskProtocol.Command<?>, LedgerEvent> {
  private static final int MAX_MESSAGE = 2_000;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private final LedgerSettings settings;

  LedgerLogic(LedgerSettings settings) {
    this.settings = settings;
  }

  @Override
  public LedgerState empty() {
    return new LedgerState();
  }

  @Override
  public List<LedgerEvent> opened(LedgerState state, long now) {
    return List.of(new LedgerEvent.Opened(state.epoch + 1, now));
  }

  @Override
  public void evolve(LedgerState state, LedgerEvent event) {
    state.apply(event);
  }

  @Override
  public Verdict<LedgerEvent> decide(LedgerState state, TaskProtocol.Command<?> command, long now) {
    if (command instanceof TaskProtocol.Submit submit) {
      return submit(state, submit, now);
    } else if (command instanceof TaskProtocol.Start start) {
      return start(state, start, now);
    } else if (command instanceof TaskProtocol.Complete complete) {
      return complete(state, complete, now);
    } else if (command instanceof TaskProtocol.Fail fail) {
      return fail(state, fail, now);
    } else if (command instanceof TaskProtocol.Release release) {
      return release(state, release, now);
    } else if (command instanceof TaskProtocol.Extend extend) {
      return extend(state, extend, now);
    } else if (command instanceof TaskProtocol.Cancel cancel) {
      return cancel(state, cancel, now);
    } else if (command instanceof TaskProtocol.Get get) {
      return Verdict.reply(get, read(state, get.taskId()));
    }
    TaskProtocol.ListTasks list = (TaskProtocol.ListTasks) command;
    return Verdict.reply(list, new TaskProtocol.ListReply(list(state, list.query())));
  }

  private Verdict<LedgerEvent> submit(LedgerState state, TaskProtocol.Submit submit, long now) {
    Task same = state.find(submit.taskId());
    if (same != null) {
      return Verdict.reply(submit, new TaskProtocol.Accepted(same.view(true), true));
    }
    NewTask spec = submit.task();
    long hash = contentHash(spec);
    LedgerState.KeyUse use =
        spec.idempotencyKey() == null ? null : state.keys.get(spec.idempotencyKey());
    if (use != null) {
      Task earlier = state.find(use.taskId());
      return use.contentHash() != hash || earlier == null
          ? Verdict.reply(submit, new TaskProtocol.KeyReused(use.taskId()))
          : Verdict.reply(submit, new TaskProtocol.Accepted(earlier.view(true), true));
    }
    if (state.live() >= settings.maxLive()) {
      return full(submit, settings.maxLive() + " live tasks in the partition");
    }
    if (state.bytes() + submit.weight() > settings.maxBytes()) {
      return full(submit, settings.maxBytes() + " bytes in the partition");
    }
    Task task = new Task(submit.taskId(), spec, now);
    return Verdict.reply(
        submit,
        new TaskProtocol.Accepted(task.view(true), false),
        new LedgerEvent.Submitted(submit.taskId(), spec, hash, now));
  }

  private Verdict<LedgerEvent> full(TaskProtocol.Submit submit, String limit) {
    return Verdict.reply(
        submit, new TaskProtocol.LedgerFull(limit, settings.fullRetry().toMillis()));
  }

  private Verdict<LedgerEvent> start(LedgerState state, TaskProtocol.Start start, long now) {
    Task task = state.find(start.taskId());
    String obstacle = obstacle(task, start, now);
    if (task == null || obstacle != null) {
      return Verdict.reply(
          start, new TaskProtocol.NotStartable(start.taskId(), String.valueOf(obstacle)));
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

  private static @Nullable String obstacle(
      @Nullable Task task, TaskProtocol.Start start, long now) {
    if (task == null) {
      return "no such task";
    } else if (task.state != TaskState.SUBMITTED) {
      return "it is " + task.state.wireName();
    } else if (task.retryAt > now) {
      return "its next attempt is not due yet";
    } else if (task.spec.deadlineAt() != 0 && task.spec.deadlineAt() <= now) {
      return "its deadline is over";
    } else if (task.spec.route().kind() == Route.Kind.AGENT
        && !task.spec.route().name().equals(start.agentId())) {
      return "it is for another agent";
    }
    return null;
  }

  private Verdict<LedgerEvent> complete(
      LedgerState state, TaskProtocol.Complete complete, long now) {
    Task task = state.find(complete.taskId());
    if (task != null && task.heldWith(complete.leaseToken())) {
      return Verdict.reply(
          complete,
          new TaskProtocol.LeaseDone(task.taskId, 0),
          new LedgerEvent.Completed(task.taskId, complete.output(), now));
    }
    return notHeld(complete, complete.taskId(), complete.leaseToken(), task, EndedBy.COMPLETE);
  }

  private Verdict<LedgerEvent> fail(LedgerState state, TaskProtocol.Fail fail, long now) {
    Task task = state.find(fail.taskId());
    if (task == null || !task.heldWith(fail.leaseToken())) {
      return notHeld(fail, fail.taskId(), fail.leaseToken(), task, EndedBy.FAIL);
    }
    return Verdict.reply(
        fail,
        new TaskProtocol.LeaseDone(task.taskId, 0),
        attemptOver(
            task,
            true,
            fail.code(),
            fail.message(),
            fail.retryable(),
            fail.retryAfterMillis(),
            now));
  }

  private Verdict<LedgerEvent> release(LedgerState state, TaskProtocol.Release release, long now) {
    Task task = state.find(release.taskId());
    if (task == null || !task.heldWith(release.leaseToken())) {
      return notHeld(release, release.taskId(), release.leaseToken(), task, EndedBy.RELEASE);
    }
    return Verdict.reply(
        release,
        new TaskProtocol.LeaseDone(task.taskId, 0),
        task.cancelAt != 0
            ? new LedgerEvent.Canceled(task.taskId, now)
            : new LedgerEvent.Released(task.taskId, now));
  }

  private Verdict<LedgerEvent> extend(LedgerState state, TaskProtocol.Extend extend, long now) {
    Task task = state.find(extend.taskId());
    if (task == null || !task.heldWith(extend.leaseToken())) {
      return notHeld(extend, extend.taskId(), extend.leaseToken(), task, EndedBy.NOBODY);
    }
    if (task.cancelAt != 0) {
      return Verdict.reply(extend, new TaskProtocol.LeaseCanceled(task.taskId));
    }
    long lease = extend.leaseMillis() > 0 ? extend.leaseMillis() : task.spec.leaseMillis();
    return Verdict.reply(
        extend,
        new TaskProtocol.LeaseDone(task.taskId, now + lease),
        new LedgerEvent.Extended(task.taskId, lease, now + lease, extend.progress(), now));
  }

  private Verdict<LedgerEvent> notHeld(
      TaskProtocol.Command<TaskProtocol.LeaseReply> command,
      String taskId,
      String token,
      @Nullable Task task,
      EndedBy by) {
    if (task == null) {
      return Verdict.reply(command, new TaskProtocol.LeaseLost(taskId, "there is no such task"));
    }
    if (by != EndedBy.NOBODY && task.endedWith(token, by)) {
      return Verdict.reply(command, new TaskProtocol.LeaseDone(taskId, 0));
    }
    if (task.state == TaskState.CANCELED && token.equals(task.leaseToken)) {
      return Verdict.reply(command, new TaskProtocol.LeaseCanceled(taskId));
    }
    return Verdict.reply(
        command,
        new TaskProtocol.LeaseLost(
            taskId,
            task.state == TaskState.WORKING
                ? "another lease on the task is newer"
                : "the lease is over and the task is " + task.state.wireName()));
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

  static TaskProtocol.GetReply read(LedgerState state, String taskId) {
    Task task = state.find(taskId);
    return task == null
        ? new TaskProtocol.NoSuchTask(taskId)
        : new TaskProtocol.Found(task.view(true));
  }

  private static List<TaskView> list(LedgerState state, TaskQuery query) {
    Comparator<Task> oldestFirst = Comparator.comparing(task -> task.taskId);
    PriorityQueue<Task> newest = new PriorityQueue<>(oldestFirst);
    for (Task task : state.all()) {
      if (matches(task, query)) {
        newest.add(task);
        if (newest.size() > query.limit()) {
          newest.remove();
        }
      }
    }
    return newest.stream().sorted(oldestFirst.reversed()).map(task -> task.view(false)).toList();
  }

  private static boolean matches(Task task, TaskQuery query) {
    return (query.beforeTaskId() == null || task.taskId.compareTo(query.beforeTaskId()) < 0)
        && (query.state() == null || task.state == query.state())
        && (query.route() == null || task.spec.route().equals(query.route()))
        && (query.agentId() == null || query.agentId().equals(task.agentId))
        && task.spec.labels().entrySet().containsAll(query.labels().entrySet());
  }

  @Override
  public List<LedgerEvent> due(LedgerState state, long now, int limit) {
    List<LedgerEvent> events = new ArrayList<>();
    for (Task task : state.takeDue(now, limit)) {
      events.add(due(task, now));
    }
    for (Map.Entry<String, LedgerState.KeyUse> key : state.keys.entrySet()) {
      if (events.size() >= limit
          || key.getValue().usedAt() + settings.keyRetention().toMillis() > now) {
        break;
      }
      events.add(new LedgerEvent.KeyForgotten(key.getKey(), now));
    }
    int excess = state.ended.size() - settings.maxEnded();
    for (String taskId : state.ended) {
      Task task = state.find(taskId);
      boolean over = task == null || task.updatedAt + settings.retention().toMillis() <= now;
      if (events.size() >= limit || (excess-- <= 0 && !over)) {
        break;
      }
      events.add(new LedgerEvent.Forgotten(taskId, now));
    }
    return events;
  }

  private LedgerEvent due(Task task, long now) {
    long deadline = task.spec.deadlineAt();
    if (deadline != 0 && deadline <= now) {
      return new LedgerEvent.Failed(
          task.taskId, false, "deadline-exceeded", "no result in time", false, now);
    }
    if (task.cancelAt != 0) {
      return new LedgerEvent.Canceled(task.taskId, now);
    }
    return attemptOver(
        task, false, "lease-expired", "no word from " + task.agentId, true, null, now);
  }

  private LedgerEvent attemptOver(
      Task task,
      boolean byAgent,
      String code,
      String message,
      boolean retryable,
      @Nullable Long retryAfterMillis,
      long now) {
    String brief = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    if (task.cancelAt != 0) {
      return new LedgerEvent.Canceled(task.taskId, now);
    }
    if (!retryable) {
      return new LedgerEvent.Failed(task.taskId, byAgent, code, brief, true, now);
    }
    if (task.attempts >= task.spec.maxAttempts()) {
      return new LedgerEvent.Failed(
          task.taskId, byAgent, "attempts-exhausted", code + ": " + brief, true, now);
    }
    long wait =
        retryAfterMillis != null
            ? retryAfterMillis
            : settings.backoff().delayMillis(task.taskId, task.attempts);
    return new LedgerEvent.AttemptFailed(task.taskId, byAgent, code, brief, now + wait, now);
  }

  /** FNV-1a over what makes two submissions the same work. */
  static long contentHash(NewTask task) {
    String rest =
        String.join(
            "\n",
            task.route().key(),
            task.priority().name(),
            Integer.toString(task.maxAttempts()),
            Long.toString(task.leaseMillis()),
            String.valueOf(task.correlationId()),
            new TreeMap<>(task.labels()).toString());
    return fnv1a(fnv1a(FNV_OFFSET, rest.getBytes(StandardCharsets.UTF_8)), task.input());
  }

  private static long fnv1a(long start, byte[] bytes) {
    long hash = start;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
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
