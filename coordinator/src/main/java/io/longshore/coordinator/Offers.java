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

/**
 * Which waiting tasks of a partition have been offered to their coordinators. Of each route at most
 * a window of tasks is offered at a time, so a coordinator holds few whatever the backlog; what was
 * offered and has not started after a while is offered again, which heals every lost message.
 *
 * <p>What to offer next costs as much as there is to offer, however many routes and tasks wait.
 *
 * <p>Soft: built anew from the ledger when the partition recovers. No Pekko, no clock.
 */
final class Offers {

  private record Delayed(long readyAt, Route route, Priority priority, String taskId) {}

  /** Out of date if the lane has another time for the task by now, or none. */
  private record Made(long at, Lane lane, String taskId) {}

  private static final class Lane {
    final Route route;
    final Map<Priority, Set<String>> ready = new EnumMap<>(Priority.class);

    /** When each was offered last. */
    final Map<String, Long> offered = new LinkedHashMap<>();

    /** To be offered again. */
    final List<String> again = new ArrayList<>(0);

    Lane(Route route) {
      this.route = route;
    }

    boolean hasReady() {
      for (Set<String> some : ready.values()) {
        if (!some.isEmpty()) {
          return true;
        }
      }
      return false;
    }
  }

  private final int window;
  private final long reofferMillis;
  private final Map<Route, Lane> lanes = new HashMap<>();

  /** Lanes that may have something to offer. */
  private final Set<Lane> ripe = new LinkedHashSet<>();

  /** In order of time. */
  private final Queue<Made> made = new ArrayDeque<>();

  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>(Comparator.comparingLong(Delayed::readyAt));

  Offers(int window, long reofferMillis) {
    this.window = window;
    this.reofferMillis = reofferMillis;
  }

  /** A task waits to be started, from {@code readyAt} on. */
  void waiting(Route route, Priority priority, String taskId, long readyAt, long now) {
    if (readyAt > now) {
      delayed.add(new Delayed(readyAt, route, priority, taskId));
      return;
    }
    Lane lane = lanes.computeIfAbsent(route, Lane::new);
    if (!lane.offered.containsKey(taskId)) {
      lane.ready.computeIfAbsent(priority, p -> new LinkedHashSet<>()).add(taskId);
      if (lane.offered.size() < window) {
        ripe.add(lane);
      }
    }
  }

  /**
   * A task does not wait any more.
   *
   * @return whether it is offered, so that its coordinator has to be told
   */
  boolean settled(Route route, Priority priority, String taskId) {
    Lane lane = lanes.get(route);
    if (lane == null) {
      return false;
    }
    boolean offered = lane.offered.remove(taskId) != null;
    if (!offered) {
      Set<String> ready = lane.ready.get(priority);
      if (ready != null) {
        ready.remove(taskId);
      }
    }
    if (lane.hasReady()) {
      ripe.add(lane);
    } else if (lane.offered.isEmpty()) {
      lanes.remove(route);
      ripe.remove(lane);
    }
    return offered;
  }

  /** The route's coordinator has forgotten everything: offer its window again at once. */
  void forget(Route route) {
    Lane lane = lanes.get(route);
    if (lane != null) {
      lane.again.clear();
      lane.again.addAll(lane.offered.keySet());
      ripe.add(lane);
    }
  }

  /** What to offer now, by route; counted as offered at {@code now}. */
  Map<Route, List<String>> next(long now) {
    while (!delayed.isEmpty() && delayed.element().readyAt() <= now) {
      Delayed due = delayed.remove();
      waiting(due.route(), due.priority(), due.taskId(), due.readyAt(), now);
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
    for (Set<String> ready : lane.ready.values()) {
      Iterator<String> ids = ready.iterator();
      while (lane.offered.size() < window && ids.hasNext()) {
        String taskId = ids.next();
        ids.remove();
        offer(lane, taskId, now, offers);
      }
    }
    return offers;
  }

  private void offer(Lane lane, String taskId, long now, List<String> offers) {
    lane.offered.put(taskId, now);
    made.add(new Made(now, lane, taskId));
    offers.add(taskId);
  }
}
