package io.longshore.coordinator;

import io.longshore.agents.Lease.Exchange;
import io.longshore.coordinator.LedgerState.KeyUse;
import io.longshore.coordinator.Task.EndedBy;
import io.longshore.coordinator.TaskView.Failure;
import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import java.util.ArrayList;
import java.util.List;

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
    out.number(state.epoch).number(state.keys().size());
    state
        .keys()
        .forEach(
            (key, use) ->
                out.text(key).text(use.taskId()).number(use.contentHash()).number(use.usedAt()));
    out.number(state.all().size());
    state.ended().forEach(task -> out.nested(blob -> writeTask(task, blob)));
    for (Task task : state.all()) {
      if (!task.state.terminal()) {
        out.nested(blob -> writeTask(task, blob));
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
      state.remember(in.text(), new KeyUse(in.text(), in.number(), in.number()));
    }
    int tasks = in.count();
    for (int i = 0; i < tasks; i++) {
      state.add(readTask(new BlobReader(in.bytes())));
    }
    return state;
  }

  /** A task for itself, so that fields can be added at its end, and to its specification. */
  static void writeTask(Task task, BlobWriter out) {
    out.text(task.taskId)
        .number(task.createdAt)
        .nested(spec -> LedgerEventCodec.writeTask(task.spec, spec))
        .text(task.state.wireName())
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
    LedgerEventCodec.writeDecisions(task.decisions.kept(), out);
    // Most tasks are never asked about. Whoever adds fields after these writes these always.
    if (task.prompt != null || !task.exchanges.isEmpty()) {
      out.optionalBytes(task.prompt).number(task.exchanges.size());
      for (Exchange exchange : task.exchanges) {
        out.bytes(exchange.prompt()).bytes(exchange.input());
      }
    }
  }

  /** Reads what {@link #writeTask} wrote, at this or any earlier version. */
  static Task readTask(BlobReader in) {
    String taskId = in.text();
    long createdAt = in.number();
    Task task = new Task(taskId, LedgerEventCodec.readTask(new BlobReader(in.bytes())), createdAt);
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
    LedgerEventCodec.readDecisions(in).forEach(task.decisions::keep);
    if (in.more()) {
      task.prompt = in.optionalBytes();
      task.exchanges = readExchanges(in);
    }
    return task;
  }

  private static List<Exchange> readExchanges(BlobReader in) {
    int count = in.count();
    List<Exchange> exchanges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      exchanges.add(new Exchange(in.bytes(), in.bytes()));
    }
    return List.copyOf(exchanges);
  }
}
