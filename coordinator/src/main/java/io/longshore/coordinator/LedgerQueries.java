package io.longshore.coordinator;

import io.longshore.agents.Route;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What can be read from a partition without changing it. */
final class LedgerQueries {
  private static final Comparator<Task> OLDEST_FIRST = Comparator.comparing(task -> task.taskId);

  private LedgerQueries() {}

  static TaskProtocol.GetReply read(LedgerState state, String taskId) {
    Task task = state.find(taskId);
    return task == null
        ? new TaskProtocol.NoSuchTask(taskId)
        : new TaskProtocol.Found(task.view(true));
  }

  /** Newest first, without payloads and decisions. */
  static List<TaskView> list(LedgerState state, TaskQuery query) {
    PriorityQueue<Task> newest = new PriorityQueue<>(OLDEST_FIRST);
    Task[] all = state.all().toArray(Task[]::new);
    // The newest are last, or nearly so: most of the others need not be looked at.
    for (int i = all.length - 1; i >= 0; i--) {
      Task task = all[i];
      boolean tooOld =
          newest.size() == query.limit() && OLDEST_FIRST.compare(task, newest.element()) <= 0;
      if (!tooOld && matches(task, query)) {
        newest.add(task);
        if (newest.size() > query.limit()) {
          newest.remove();
        }
      }
    }
    return newest.stream().sorted(OLDEST_FIRST.reversed()).map(task -> task.view(false)).toList();
  }

  static boolean matches(Task task, TaskQuery query) {
    return (query.beforeTaskId() == null || task.taskId.compareTo(query.beforeTaskId()) < 0)
        && (query.state() == null || task.state == query.state())
        && (query.route() == null || isFor(task.spec.route(), query.route()))
        && (query.agentId() == null || query.agentId().equals(task.agentId))
        && task.spec.labels().entrySet().containsAll(query.labels().entrySet());
  }

  /** A capability without a range means its tasks of whatever range; with one, that very range. */
  private static boolean isFor(Route route, Route wanted) {
    return route.equals(wanted) || route.withoutRange().equals(wanted);
  }
}
