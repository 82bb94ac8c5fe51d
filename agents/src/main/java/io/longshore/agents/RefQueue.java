package io.longshore.agents;

import io.longshore.agents.TaskRef.Priority;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Accepted refs by priority, first in first out within one. No task is in it twice. */
final class RefQueue {
  private final Map<Priority, Map<String, TaskRef>> byPriority = new EnumMap<>(Priority.class);

  RefQueue() {
    for (Priority priority : Priority.values()) {
      byPriority.put(priority, new LinkedHashMap<>());
    }
  }

  /** Puts it last of its priority. */
  void add(TaskRef ref) {
    lane(ref.priority()).put(ref.taskId(), ref);
  }

  boolean contains(String taskId) {
    return byPriority.values().stream().anyMatch(lane -> lane.containsKey(taskId));
  }

  /** The first of the highest priority; null if there is none. */
  @Nullable TaskRef peek() {
    for (Map<String, TaskRef> lane : byPriority.values()) {
      if (!lane.isEmpty()) {
        return lane.values().iterator().next();
      }
    }
    return null;
  }

  /** Takes out the first of the highest priority; null if there is none. */
  @Nullable TaskRef poll() {
    for (Map<String, TaskRef> lane : byPriority.values()) {
      Iterator<TaskRef> refs = lane.values().iterator();
      if (refs.hasNext()) {
        TaskRef first = refs.next();
        refs.remove();
        return first;
      }
    }
    return null;
  }

  /** Takes out this task if it is one of the route's; null if it is not there. */
  @Nullable TaskRef remove(String taskId, Route route) {
    for (Map<String, TaskRef> lane : byPriority.values()) {
      TaskRef ref = lane.get(taskId);
      if (ref != null && ref.route().withoutRange().equals(route)) {
        lane.remove(taskId);
        return ref;
      }
    }
    return null;
  }

  /** Takes out all, in order. */
  List<TaskRef> drain() {
    List<TaskRef> all = new ArrayList<>(size());
    for (Map<String, TaskRef> lane : byPriority.values()) {
      all.addAll(lane.values());
      lane.clear();
    }
    return all;
  }

  boolean isEmpty() {
    return size() == 0;
  }

  int size() {
    int size = 0;
    for (Map<String, TaskRef> lane : byPriority.values()) {
      size += lane.size();
    }
    return size;
  }

  private Map<String, TaskRef> lane(Priority priority) {
    return byPriority.computeIfAbsent(priority, p -> new LinkedHashMap<>());
  }
}
