package io.longshore.coordinator;

import io.longshore.coordinator.LedgerEvent.TaskEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** All tasks of one ledger partition and what is due when. Changes only by {@link #apply}. */
public final class LedgerState {

  /** What an idempotency key was used for. */
  record KeyUse(String taskId, long contentHash, long usedAt) {}

  private record Due(long at, String taskId) {}

  final Map<String, Task> tasks = new HashMap<>();

  /** Keys in order of use, so that the oldest expires first. */
  final LinkedHashMap<String, KeyUse> keys = new LinkedHashMap<>();

  /** Ended tasks in order of their end, so that the oldest is forgotten first. */
  final Deque<String> ended = new ArrayDeque<>();

  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
  long epoch;
  private int live;
  private long bytes;

  LedgerState() {}

  /** Applies one event, freshly decided or replayed. */
  void apply(LedgerEvent event) {
    if (event instanceof LedgerEvent.Submitted submitted) {
      add(new Task(submitted.taskId(), submitted.task(), submitted.at()));
      String key = submitted.task().idempotencyKey();
      if (key != null) {
        keys.put(key, new KeyUse(submitted.taskId(), submitted.contentHash(), submitted.at()));
      }
    } else if (event instanceof LedgerEvent.Forgotten forgotten) {
      Task task = tasks.remove(forgotten.taskId());
      if (task != null) {
        ended.remove(forgotten.taskId());
        bytes -= task.weight();
      }
    } else if (event instanceof TaskEvent about) {
      change(about);
    } else if (event instanceof LedgerEvent.KeyForgotten forgotten) {
      keys.remove(forgotten.key());
    } else if (event instanceof LedgerEvent.Opened opened) {
      epoch = opened.epoch();
    }
  }

  /** Takes in a task as it is, for events and snapshots alike. */
  void add(Task task) {
    tasks.put(task.taskId, task);
    bytes += task.weight();
    if (task.state.terminal()) {
      ended.add(task.taskId);
    } else {
      live++;
      schedule(task, 0);
    }
  }

  private void change(TaskEvent event) {
    Task task = tasks.get(event.taskId());
    if (task == null) {
      return;
    }
    long dueBefore = task.dueAt();
    bytes -= task.weight();
    task.apply(event);
    bytes += task.weight();
    if (task.state.terminal()) {
      live--;
      ended.add(task.taskId);
    }
    schedule(task, dueBefore);
  }

  private void schedule(Task task, long dueBefore) {
    long at = task.dueAt();
    if (at != 0 && at != dueBefore) {
      due.add(new Due(at, task.taskId));
    }
  }

  /** The tasks with something due by {@code now}; each is given once until it changes. */
  List<Task> takeDue(long now, int limit) {
    List<Task> taken = new ArrayList<>();
    while (taken.size() < limit) {
      Due next = due.peek();
      if (next == null || next.at() > now) {
        break;
      }
      due.remove();
      Task task = tasks.get(next.taskId());
      if (task != null && task.dueAt() == next.at()) {
        taken.add(task);
      }
    }
    return taken;
  }

  @Nullable Task find(String taskId) {
    return tasks.get(taskId);
  }

  Collection<Task> all() {
    return tasks.values();
  }

  /** How many tasks have not ended. */
  public int live() {
    return live;
  }

  /** A rough count of the bytes all tasks hold. */
  public long bytes() {
    return bytes;
  }
}
