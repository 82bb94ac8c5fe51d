package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.coordinator.LedgerEvent.TaskEvent;
import io.longshore.persistence.DrainRate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All tasks of one ledger partition and what is due when. Changes only by {@link #apply}, except
 * for what {@link #note} adds, which is not kept.
 */
public final class LedgerState {
  /** Measured: what {@link UsedKeys} takes for a key beyond its characters. */
  private static final long KEY_OVERHEAD = 72L;

  private static final int MAX_ROUTES = 1_024;

  /** What an idempotency key was used for. */
  record KeyUse(String taskId, long contentHash, long usedAt) {}

  /** Those not ended in order of submission: a recovered partition offers the oldest first. */
  private final Map<String, Task> tasks = new LinkedHashMap<>();

  /** In order of use, so that the oldest expires first. */
  private final Map<String, KeyUse> keys = new UsedKeys();

  /** In order of their end, so that the oldest leaves first. */
  private final Deque<Task> ended = new ArrayDeque<>();

  /** The tasks that have something due, by when: what they are sorted by changes outside of it. */
  private final TreeSet<Task> due =
      new TreeSet<>(
          Comparator.<Task>comparingLong(task -> task.scheduledAt)
              .thenComparing(task -> task.taskId));

  /** Routes used lately, so that tasks can share them. */
  private final Map<Route, Route> routes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Route, Route> eldest) {
          return size() > MAX_ROUTES;
        }
      };

  /** The one found last: what is decided about a task is about to be applied to it. */
  private @Nullable Task last;

  long epoch;
  private int live;
  private long bytes;
  private long endedBytes;
  private long keyBytes;

  /** How fast tasks end and their bytes leave, as events tell; not kept. */
  private final DrainRate endings = new DrainRate();

  private final DrainRate leavings = new DrainRate();

  LedgerState() {}

  /** Applies one event, freshly decided or replayed. */
  void apply(LedgerEvent event) {
    long tasksBefore = bytes - keyBytes;
    filled(event);
    if (event instanceof LedgerEvent.Submitted submitted) {
      add(new Task(submitted.taskId(), submitted.task(), submitted.at()));
      String key = submitted.task().idempotencyKey();
      if (key != null) {
        remember(key, new KeyUse(submitted.taskId(), submitted.contentHash(), submitted.at()));
      }
    } else if (event instanceof LedgerEvent.Forgotten forgotten) {
      forget(forgotten.taskId());
    } else if (event instanceof TaskEvent about) {
      change(about);
    } else if (event instanceof LedgerEvent.KeyForgotten forgotten) {
      if (keys.remove(forgotten.key()) != null) {
        keep(-keyWeight(forgotten.key()));
      }
    } else if (event instanceof LedgerEvent.Archived archived) {
      leave(archived.count());
    } else if (event instanceof LedgerEvent.Opened opened) {
      epoch = opened.epoch();
    }
    long tasksNow = bytes - keyBytes;
    if (tasksNow < tasksBefore) {
      leavings.drained(tasksBefore - tasksNow, event.at());
      if (tasksNow == 0) {
        leavings.emptied(event.at());
      }
    }
  }

  /**
   * From this event on at the latest there is something to drain. Only tasks count: keys stay for
   * as long as they are to, whatever the load. What a snapshot brought is told of here, since
   * nothing says how long it had been there.
   */
  private void filled(LedgerEvent event) {
    boolean more = event instanceof LedgerEvent.Submitted;
    if (more || live > 0) {
      endings.filled(event.at());
    }
    if (more || bytes > keyBytes) {
      leavings.filled(event.at());
    }
  }

  /** Takes in a task as it is, for events and snapshots alike. */
  void add(Task task) {
    Route route = task.spec.route();
    Route known = routes.putIfAbsent(route, route);
    if (known != null) {
      task.spec = task.spec.sharing(known);
    }
    tasks.put(task.taskId, task);
    last = task;
    bytes += task.weight();
    if (task.state.terminal()) {
      ended.add(task);
      endedBytes += task.weight();
    } else {
      live++;
      reschedule(task);
    }
  }

  /** Takes in a key, for events and snapshots alike. */
  void remember(String key, KeyUse use) {
    if (keys.put(key, use) == null) {
      keep(keyWeight(key));
    }
  }

  /** So many bytes of keys more. */
  private void keep(long more) {
    bytes += more;
    keyBytes += more;
  }

  /** A rough count of the bytes that an idempotency key takes. */
  static long keyWeight(String key) {
    return KEY_OVERHEAD + key.length();
  }

  private void forget(String taskId) {
    Task task = tasks.remove(taskId);
    last = null;
    if (task != null) {
      ended.remove(task);
      due.remove(task);
      bytes -= task.weight();
      endedBytes -= task.weight();
    }
  }

  private void leave(int count) {
    last = null;
    for (int i = 0; i < count && !ended.isEmpty(); i++) {
      Task task = ended.remove();
      tasks.remove(task.taskId);
      bytes -= task.weight();
      endedBytes -= task.weight();
    }
  }

  private void change(TaskEvent event) {
    Task task = find(event.taskId());
    if (task == null) {
      return;
    }
    bytes -= task.weight();
    task.apply(event);
    bytes += task.weight();
    if (task.state.terminal()) {
      live--;
      endings.drained(1, event.at());
      if (live == 0) {
        endings.emptied(event.at());
      }
      ended.add(task);
      endedBytes += task.weight();
    }
    reschedule(task);
  }

  private void reschedule(Task task) {
    long at = task.dueAt();
    if (at != task.scheduledAt) {
      if (task.scheduledAt != 0) {
        due.remove(task);
      }
      task.scheduledAt = at;
      if (at != 0) {
        due.add(task);
      }
    }
  }

  /** Keeps a decision that no event holds: seen by readers, gone when the partition restarts. */
  void note(String taskId, Decision decision) {
    Task task = tasks.get(taskId);
    if (task != null && task.state == TaskState.SUBMITTED) {
      task.decisions.note(decision);
    }
  }

  /** The tasks with something due by {@code now}, each once, what is due first first. */
  List<Task> due(long now, int limit) {
    List<Task> found = new ArrayList<>();
    for (Task task : due) {
      if (task.scheduledAt > now || found.size() >= limit) {
        break;
      }
      found.add(task);
    }
    return found;
  }

  /** The task, or null if there is none, or it has ended and left for the archive. */
  @Nullable Task find(String taskId) {
    Task found = last;
    if (found == null || !found.taskId.equals(taskId)) {
      found = tasks.get(taskId);
      last = found;
    }
    return found;
  }

  /** All tasks; those that have not ended in order of submission. */
  Collection<Task> all() {
    return Collections.unmodifiableCollection(tasks.values());
  }

  /** Ended tasks, the first to end first. */
  Collection<Task> ended() {
    return Collections.unmodifiableCollection(ended);
  }

  /** Idempotency keys, the first used first. */
  Map<String, KeyUse> keys() {
    return Collections.unmodifiableMap(keys);
  }

  /** How many tasks have not ended. */
  public int live() {
    return live;
  }

  /** When a task more will have room, as fast as they end. */
  long roomForTaskMillis(int maxLive, long now) {
    return endings.retryAfter(1L + live - maxLive, now).toMillis();
  }

  /** When so many bytes more will have room, as fast as they leave. */
  long roomForBytesMillis(long more, long maxBytes, long now) {
    return leavings.retryAfter(bytes + more - maxBytes, now).toMillis();
  }

  /** The part of {@link #bytes} that ended tasks hold. */
  long endedBytes() {
    return endedBytes;
  }

  /** The part of {@link #bytes} that idempotency keys hold. */
  long keyBytes() {
    return keyBytes;
  }

  /** A rough count of the bytes that all tasks and keys hold. */
  public long bytes() {
    return bytes;
  }
}
