package io.longshore.coordinator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Who waits for which task of a partition to change: bounded and soft. */
final class Waiters {
  private final int limit;
  private final Map<String, List<TaskProtocol.Await>> byTask = new HashMap<>();
  private int count;

  Waiters(int limit) {
    this.limit = limit;
  }

  /** Remembers who waits, or answers at once if there is nothing to wait for or no room. */
  void add(TaskProtocol.Await await, LedgerState state) {
    if (count >= limit || satisfied(await, state)) {
      answer(await, state);
    } else {
      byTask.computeIfAbsent(await.taskId(), id -> new ArrayList<>(1)).add(await);
      count++;
    }
  }

  /** Whether nobody waits. */
  boolean isEmpty() {
    return count == 0;
  }

  /** The task has changed. */
  void changed(String taskId, LedgerState state) {
    List<TaskProtocol.Await> waiting = byTask.get(taskId);
    if (waiting != null) {
      answerIf(waiting, state, Long.MIN_VALUE);
      if (waiting.isEmpty()) {
        byTask.remove(taskId);
      }
    }
  }

  /** Answers those whose time is over. */
  void tick(LedgerState state, long now) {
    Iterator<List<TaskProtocol.Await>> all = byTask.values().iterator();
    while (all.hasNext()) {
      List<TaskProtocol.Await> waiting = all.next();
      answerIf(waiting, state, now);
      if (waiting.isEmpty()) {
        all.remove();
      }
    }
  }

  private void answerIf(List<TaskProtocol.Await> waiting, LedgerState state, long now) {
    Iterator<TaskProtocol.Await> each = waiting.iterator();
    while (each.hasNext()) {
      TaskProtocol.Await await = each.next();
      if (await.until() <= now || satisfied(await, state)) {
        each.remove();
        count--;
        answer(await, state);
      }
    }
  }

  private static boolean satisfied(TaskProtocol.Await await, LedgerState state) {
    Task task = state.find(await.taskId());
    return task == null
        || task.state.terminal()
        || (await.afterGeneration() < 0
            ? task.state == TaskState.INPUT_REQUIRED
            : task.generation > await.afterGeneration());
  }

  private static void answer(TaskProtocol.Await await, LedgerState state) {
    await.replyTo().tell(LedgerQueries.read(state, await.taskId()));
  }
}
