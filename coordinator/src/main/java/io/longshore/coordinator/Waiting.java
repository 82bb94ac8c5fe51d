package io.longshore.coordinator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one route that wait for an agent, in groups of equal demand. A group that nobody
 * with room fits is blocked, and costs nothing until an agent that fits it has room.
 *
 * <p>Agents that are excluded are part of a demand: when that is over, a task changes its group.
 */
final class Waiting {
  private static final Comparator<WaitingTask> ORDER =
      Comparator.<WaitingTask>comparingLong(task -> task.rank)
          .thenComparing(task -> task.ref.taskId());

  /** Waiting tasks of one demand. */
  static final class Group {
    final Demand demand;
    private final TreeSet<WaitingTask> tasks = new TreeSet<>(ORDER);

    /** How many of them have not been told of that nobody fits. */
    private int unnoted;

    /** Among those that can go on it is known by this task; null if it is not among them. */
    private @Nullable WaitingTask head;

    /** Where it is blocked; null if it is not. */
    private AgentIndex.@Nullable Tag blockedBy;

    private Group(Demand demand) {
      this.demand = demand;
    }

    /** Its tasks, the first to go first. */
    Collection<WaitingTask> tasks() {
      return tasks;
    }

    /** Whether there are tasks that have not been told of that nobody fits. */
    boolean hasUnnoted() {
      return unnoted > 0;
    }

    /** All have been told of. */
    void noted() {
      tasks.forEach(task -> task.noted = true);
      unnoted = 0;
    }
  }

  private final Map<Demand, Group> groups = new LinkedHashMap<>();
  private final TreeSet<Group> ready = new TreeSet<>(Comparator.comparing(Waiting::head, ORDER));
  private final Map<AgentIndex.Tag, Set<Group>> blocked = new HashMap<>();

  /** Tasks that an agent is excluded from; out of date if they wait no more by then. */
  private final PriorityQueue<Exclusion> exclusions =
      new PriorityQueue<>(Comparator.comparingLong(Exclusion::until));

  private int size;

  private record Exclusion(long until, WaitingTask task) {}

  private static WaitingTask head(Group group) {
    WaitingTask head = group.head;
    if (head == null) {
      throw new IllegalStateException("A group is ready without a task");
    }
    return head;
  }

  /** A task waits from now on. */
  void add(WaitingTask task, long now) {
    task.expire(now);
    if (!task.demand().excluded().isEmpty()) {
      exclusions.add(new Exclusion(task.nextExpiry(), task));
    }
    Group group = groups.computeIfAbsent(task.demand(), Group::new);
    group.tasks.add(task);
    group.unnoted += task.noted ? 0 : 1;
    task.group = group;
    size++;
    settle(group);
  }

  /** A task waits no more, if it did. */
  void remove(WaitingTask task) {
    Group group = task.group;
    if (group != null) {
      task.group = null;
      group.tasks.remove(task);
      group.unnoted -= task.noted ? 0 : 1;
      size--;
      if (group.tasks.isEmpty()) {
        unblock(group);
        groups.remove(group.demand);
      }
      settle(group);
    }
  }

  /** Puts the group where it belongs by its first task. */
  private void settle(Group group) {
    WaitingTask first =
        group.tasks.isEmpty() || group.blockedBy != null ? null : group.tasks.first();
    if (group.head != first) {
      if (group.head != null) {
        ready.remove(group);
      }
      group.head = first;
      if (first != null) {
        ready.add(group);
      }
    }
  }

  /** The first task of all groups that are not blocked; null if there is none. */
  @Nullable WaitingTask next() {
    return ready.isEmpty() ? null : ready.first().head;
  }

  /**
   * Nobody with room fits the group of this task.
   *
   * @param tag one that an agent must have to fit it
   */
  void block(WaitingTask task, AgentIndex.Tag tag) {
    Group group = task.group;
    if (group != null && group.blockedBy == null) {
      group.blockedBy = tag;
      blocked.computeIfAbsent(tag, t -> new LinkedHashSet<>()).add(group);
      settle(group);
    }
  }

  private void unblock(Group group) {
    AgentIndex.Tag tag = group.blockedBy;
    Set<Group> others = tag == null ? null : blocked.get(tag);
    if (tag != null && others != null) {
      group.blockedBy = null;
      others.remove(group);
      if (others.isEmpty()) {
        blocked.remove(tag);
      }
    }
  }

  /** An agent has room that had none, or is another: groups that it fits are not blocked. */
  void freed(Candidate candidate) {
    for (AgentIndex.Tag tag : candidate.tags) {
      Set<Group> some = blocked.get(tag);
      if (some != null) {
        for (Group group : List.copyOf(some)) {
          if (group.demand.fits(candidate.agent)) {
            unblock(group);
            settle(group);
          }
        }
      }
    }
  }

  /** Time has passed: agents that were excluded may be asked again. */
  void readmit(long now) {
    while (!exclusions.isEmpty() && exclusions.element().until() <= now) {
      WaitingTask task = exclusions.remove().task();
      if (task.group != null) {
        remove(task);
        add(task, now);
      }
    }
  }

  /** Time has passed: what waits for its region only so long is looked at again. */
  void reconsider() {
    List<Group> held = new ArrayList<>();
    blocked.values().forEach(some -> held.addAll(some));
    for (Group group : held) {
      if (group.demand.region() != null) {
        unblock(group);
        settle(group);
      }
    }
  }

  /** All groups; may be changed while this is read. */
  List<Group> groups() {
    return List.copyOf(groups.values());
  }

  /** How many tasks wait. */
  int size() {
    return size;
  }
}
