package io.longshore.coordinator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Who waits for which task of a partition to change: bounded and soft. */
final class Waiters {
  private final int limit;
  private final Map<String, List<Waiting>> byTask = new HashMap<>();
  private int count;

  /** One that waits, until then by the clock of this node. */
  private record Waiting(TaskProtocol.Await await, long until) {}

  Waiters(int limit) {
    this.limit = limit;
  }

  /** Remembers who waits, or answers at once if there is nothing to wait for or no room. */
  void add(TaskProtocol.Await await, LedgerState state, long now) {
    if (count >= limit || satisfied(await, state)) {
      answer(await, state);
    } else {
      byTask
          .computeIfAbsent(await.taskId(), id -> new ArrayList<>(1))
          .add(new Waiting(await, await.until(now)));
      count++;
    }
  }

  /** Whether nobody waits. */
  boolean isEmpty() {
    return count == 0;
  }

  /** The task has changed. */
  void changed(String taskId, LedgerState state) {
    List<Waiting> waiting = byTask.get(taskId);
    if (waiting != null) {
      answerIf(waiting, one -> satisfied(one.await, state), state);
      if (waiting.isEmpty()) {
        byTask.remove(taskId);
      }
    }
  }

  /** Answers those whose time is over; the others have been told of every change. */
  void tick(LedgerState state, long now) {
    Iterator<List<Waiting>> all = byTask.values().iterator();
    while (all.hasNext()) {
      List<Waiting> waiting = all.next();
      answerIf(waiting, one -> one.until <= now, state);
      if (waiting.isEmpty()) {
        all.remove();
      }
    }
  }

  private void answerIf(List<Waiting> waiting, Predicate<Waiting> over, LedgerState state) {
    Iterator<Waiting> each = waiting.iterator();
    while (each.hasNext()) {
      Waiting one = each.next();
      if (over.test(one)) {
        each.remove();
        count--;
        answer(one.await, state);
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
