package io.longshore.coordinator;

import io.longshore.coordinator.LedgerState.KeyUse;
import io.longshore.coordinator.Task.EndedBy;
import io.longshore.coordinator.TaskView.Failure;
import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import java.util.ArrayList;

/** The snapshot format of {@link LedgerState}. Names and field order never change. */
enum LedgerSnapshotCodec implements BlobCodec<LedgerState> {
  INSTANCE;

  private static final String NAME = "ledger";

  @Override
  public String name(LedgerState state) {
    return NAME;
  }

  @Override
  public void write(LedgerState state, BlobWriter out) {
    out.number(state.epoch).number(state.keys.size());
    state.keys.forEach(
        (key, use) ->
            out.text(key).text(use.taskId()).number(use.contentHash()).number(use.usedAt()));
    out.number(state.tasks.size());
    for (String taskId : state.ended) {
      Task task = state.find(taskId);
      if (task != null) {
        write(task, out);
      }
    }
    for (Task task : state.all()) {
      if (!task.state.terminal()) {
        write(task, out);
      }
    }
  }

  @Override
  public LedgerState read(String name, BlobReader in) {
    if (!name.equals(NAME)) {
      throw new IllegalArgumentException(
          "Unknown snapshot '" + name + "': it was written by a newer version");
    }
    LedgerState state = new LedgerState();
    state.epoch = in.number();
    int keys = in.count();
    for (int i = 0; i < keys; i++) {
      state.keys.put(in.text(), new KeyUse(in.text(), in.number(), in.number()));
    }
    int tasks = in.count();
    for (int i = 0; i < tasks; i++) {
      state.add(readTask(in));
    }
    return state;
  }

  private static void write(Task task, BlobWriter out) {
    out.text(task.taskId).number(task.createdAt);
    LedgerEventCodec.writeTask(task.spec, out);
    out.text(task.state.wireName())
        .number(task.generation)
        .number(task.updatedAt)
        .number(task.attempts)
        .number(task.starts)
        .number(task.retryAt)
        .optionalText(task.agentId)
        .optionalText(task.leaseToken)
        .text(task.endedBy.name())
        .number(task.expiresAt)
        .number(task.cancelAt)
        .optionalBytes(task.progress)
        .optionalBytes(task.output);
    Failure failure = task.failure;
    out.flag(failure != null);
    if (failure != null) {
      out.text(failure.code())
          .text(failure.message())
          .number(failure.attempts())
          .flag(failure.deadLettered());
    }
    LedgerEventCodec.writeDecisions(task.decisions, out);
  }

  private static Task readTask(BlobReader in) {
    String taskId = in.text();
    long createdAt = in.number();
    Task task = new Task(taskId, LedgerEventCodec.readTask(in), createdAt);
    task.state = TaskState.ofWireName(in.text());
    task.generation = in.number();
    task.updatedAt = in.number();
    task.attempts = in.count();
    task.starts = in.count();
    task.retryAt = in.number();
    task.agentId = in.optionalText();
    task.leaseToken = in.optionalText();
    task.endedBy = EndedBy.valueOf(in.text());
    task.expiresAt = in.number();
    task.cancelAt = in.number();
    task.progress = in.optionalBytes();
    task.output = in.optionalBytes();
    if (in.flag()) {
      task.failure = new Failure(in.text(), in.text(), in.count(), in.flag());
    }
    task.decisions = new ArrayList<>(LedgerEventCodec.readDecisions(in));
    return task;
  }
}
