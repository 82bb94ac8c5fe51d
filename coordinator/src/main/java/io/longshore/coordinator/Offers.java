package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which waiting tasks of a partition have been offered to their coordinators. Of each route at most
 * a window of tasks is offered at a time, so a coordinator holds few whatever the backlog; what was
 * offered and has not started after a while is offered again, which heals every lost message. What
 * its coordinator has parked, because nobody can do it now, leaves the window to others.
 *
 * <p>What to offer next costs as much as there is to offer, however many routes and tasks wait.
 *
 * <p>Soft: built anew from the ledger when the partition recovers. No Pekko, no clock.
 */
final class Offers {

  private record Delayed(long readyAt, Route route, Priority priority, String taskId) {}

  /** Out of date if the lane has another time for the task by now, or none. */
  private record Made(long at, Lane lane, String taskId) {}

  /** Out of date if the lane has another time for the task by now, or none. */
  private record Parked(long until, Lane lane, Priority priority, String taskId) {}

  private static final class Lane {
    final Route route;

    /** Whose coordinator places its tasks. */
    final Route coordinator;

    /** In order, each with the time it began to wait, later by a step for a lower priority. */
    final Map<Priority, Map<String, Long>> ready = new EnumMap<>(Priority.class);

    /** Those that nobody can do now, until when. */
    final Map<String, Parked> parked = new LinkedHashMap<>(0);

    /** When each was offered last. */
    final Map<String, Long> offered = new LinkedHashMap<>();

    /** To be offered again. */
    final List<String> again = new ArrayList<>(0);

    Lane(Route route) {
      this.route = route;
      coordinator = route.withoutRange();
    }

    boolean hasReady() {
      for (Map<String, Long> some : ready.values()) {
        if (!some.isEmpty()) {
          return true;
        }
      }
      return false;
    }
  }

  private final int window;
  private final long reofferMillis;
  private final long ageingMillis;
  private final Map<Route, Lane> lanes = new HashMap<>();

  /** The same by whose tasks they hold: one, or one for each range of versions. */
  private final Map<Route, Set<Lane>> byCoordinator = new HashMap<>();

  /** Lanes that may have something to offer. */
  private final Set<Lane> ripe = new LinkedHashSet<>();

  /** When {@link #next} was asked last. */
  private long asked = Long.MIN_VALUE;

  /** In order of time. */
  private final Queue<Made> made = new ArrayDeque<>();

  private final TreeSet<Delayed> delayed =
      new TreeSet<>(
          Comparator.comparingLong(Delayed::readyAt).thenComparing(Delayed::taskId));

  private final PriorityQueue<Parked> parked =
      new PriorityQueue<>(Comparator.comparingLong(Parked::until));

  /**
   * Nothing that waits.
   *
   * @param ageingMillis how much longer a task waits for its offer than one a priority above it
   */
  Offers(int window, long reofferMillis, long ageingMillis) {
    this.window = window;
    this.reofferMillis = reofferMillis;
    this.ageingMillis = ageingMillis;
  }

  /** A task waits to be started, from {@code readyAt} on. */
  void waiting(Route route, Priority priority, String taskId, long readyAt, long now) {
    if (readyAt > now) {
      delayed.add(new Delayed(readyAt, route, priority, taskId));
      return;
    }
    Lane lane = lanes.computeIfAbsent(route, this::newLane);
    if (!lane.offered.containsKey(taskId) && !lane.parked.containsKey(taskId)) {
      long since = now + WaitingTask.steps(priority) * ageingMillis;
      lane.ready.computeIfAbsent(priority, p -> new LinkedHashMap<>()).putIfAbsent(taskId, since);
      if (lane.offered.size() < window) {
        ripe.add(lane);
      }
    }
  }

  /**
   * A task does not wait any more.
   *
   * @param readyAt from when on it waited, as was said then
   * @return whether it is offered, so that its coordinator has to be told
   */
  boolean settled(Route route, Priority priority, String taskId, long readyAt) {
    delayed.remove(new Delayed(readyAt, route, priority, taskId)); // it may be months till then
    Lane lane = lanes.get(route);
    if (lane == null) {
      return false;
    }
    boolean offered = lane.offered.remove(taskId) != null;
    if (!offered && lane.parked.remove(taskId) == null) {
      Map<String, Long> ready = lane.ready.get(priority);
      if (ready != null) {
        ready.remove(taskId);
      }
    }
    if (lane.hasReady()) {
      ripe.add(lane);
    } else if (lane.offered.isEmpty() && lane.parked.isEmpty()) {
      lanes.remove(route);
      byCoordinator.computeIfPresent(
          lane.coordinator, (c, all) -> all.remove(lane) && all.isEmpty() ? null : all);
      ripe.remove(lane);
    }
    return offered;
  }

  /** The coordinator says that nobody can do an offered task now: not to be offered before then. */
  void park(Route route, Priority priority, String taskId, long until) {
    Lane lane = lanes.get(route);
    if (lane != null && lane.offered.remove(taskId) != null) {
      Parked entry = new Parked(until, lane, priority, taskId);
      lane.parked.put(taskId, entry);
      parked.add(entry);
      if (lane.hasReady()) {
        ripe.add(lane);
      }
    }
  }

  /** Somebody may be able to do what a coordinator had parked: it waits for its offer again. */
  void unpark(Route coordinator, long now) {
    for (Lane lane : lanesOf(coordinator)) {
      List<Parked> all = List.copyOf(lane.parked.values());
      lane.parked.clear();
      all.forEach(entry -> waiting(lane.route, entry.priority(), entry.taskId(), 0, now));
    }
  }

  /** How many tasks that a coordinator places wait and are not offered. */
  long behind(Route coordinator) {
    long behind = 0;
    for (Lane lane : lanesOf(coordinator)) {
      behind += lane.parked.size();
      for (Map<String, Long> some : lane.ready.values()) {
        behind += some.size();
      }
    }
    return behind;
  }

  /** A coordinator has forgotten everything: offer all windows of its routes again at once. */
  void forget(Route coordinator, long now) {
    unpark(coordinator, now);
    for (Lane lane : lanesOf(coordinator)) {
      lane.again.clear();
      lane.again.addAll(lane.offered.keySet());
      ripe.add(lane);
    }
  }

  private Lane newLane(Route route) {
    Lane lane = new Lane(route);
    byCoordinator.computeIfAbsent(lane.coordinator, c -> new LinkedHashSet<>()).add(lane);
    return lane;
  }

  private Set<Lane> lanesOf(Route coordinator) {
    return byCoordinator.getOrDefault(coordinator, Set.of());
  }

  /**
   * The clock was set back: all that was to be at some time would come later by as much. So what is
   * offered is offered again and what is parked waits for its offer; delays of attempts stay, as
   * those are of the ledger.
   */
  private void clockSetBack(long now) {
    made.clear();
    parked.clear();
    for (Route coordinator : List.copyOf(byCoordinator.keySet())) {
      forget(coordinator, now);
    }
  }

  /** How many wait for their time to come. */
  int delayed() {
    return delayed.size();
  }

  /** What to offer now, by route; counted as offered at {@code now}. */
  Map<Route, List<String>> next(long now) {
    if (now < asked) {
      clockSetBack(now);
    }
    asked = now;
    while (!delayed.isEmpty() && delayed.first().readyAt() <= now) {
      Delayed due = delayed.first();
      delayed.remove(due);
      waiting(due.route(), due.priority(), due.taskId(), due.readyAt(), now);
    }
    while (!parked.isEmpty() && parked.element().until() <= now) {
      Parked over = parked.remove();
      if (over.lane().parked.remove(over.taskId(), over)) {
        waiting(over.lane().route, over.priority(), over.taskId(), 0, now);
      }
    }
    while (!made.isEmpty() && made.element().at() <= now - reofferMillis) {
      Made old = made.remove();
      Long at = old.lane().offered.get(old.taskId());
      if (at != null && at == old.at()) {
        old.lane().again.add(old.taskId());
        ripe.add(old.lane());
      }
    }
    if (ripe.isEmpty()) {
      return Map.of();
    }
    Map<Route, List<String>> next = new LinkedHashMap<>();
    for (Lane lane : ripe) {
      List<String> offers = next(lane, now);
      if (!offers.isEmpty()) {
        next.put(lane.route, offers);
      }
    }
    ripe.clear();
    return next;
  }

  private List<String> next(Lane lane, long now) {
    List<String> offers = new ArrayList<>();
    for (String taskId : lane.again) {
      if (lane.offered.containsKey(taskId)) {
        offer(lane, taskId, now, offers);
      }
    }
    lane.again.clear();
    while (lane.offered.size() < window) {
      String taskId = pollReady(lane);
      if (taskId == null) {
        break;
      }
      offer(lane, taskId, now, offers);
    }
    return offers;
  }

  /** Takes out the one that has waited longest for its priority; null if none waits. */
  private static @Nullable String pollReady(Lane lane) {
    Map<String, Long> best = null;
    long since = Long.MAX_VALUE;
    for (Map<String, Long> some : lane.ready.values()) {
      if (!some.isEmpty()) {
        long first = some.values().iterator().next();
        if (best == null || first < since) {
          best = some;
          since = first;
        }
      }
    }
    if (best == null) {
      return null;
    }
    Iterator<String> ids = best.keySet().iterator();
    String taskId = ids.next();
    ids.remove();
    return taskId;
  }

  private void offer(Lane lane, String taskId, long now, List<String> offers) {
    lane.offered.put(taskId, now);
    made.add(new Made(now, lane, taskId));
    offers.add(taskId);
  }
}
