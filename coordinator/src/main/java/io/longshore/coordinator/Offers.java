package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
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
import java.util.Set;

/**
 * Which waiting tasks of a partition have been offered to their coordinators. Of each route at most
 * a window of tasks is offered at a time, so a coordinator holds few whatever the backlog; what was
 * offered and has not started after a while is offered again, which heals every lost message.
 *
 * <p>Soft: built anew from the ledger when the partition recovers. No Pekko, no clock.
 */
final class Offers {

  private record Delayed(long readyAt, Route route, Priority priority, String taskId) {}

  private static final class Lane {
    final Map<Priority, Set<String>> ready = new EnumMap<>(Priority.class);

    /** By time of the last offer, oldest first. */
    final LinkedHashMap<String, Long> offered = new LinkedHashMap<>();

    Set<String> ready(Priority priority) {
      return ready.computeIfAbsent(priority, p -> new LinkedHashSet<>());
    }

    boolean isEmpty() {
      return offered.isEmpty() && ready.values().stream().allMatch(Set::isEmpty);
    }
  }

  private final int window;
  private final long reofferMillis;
  private final Map<Route, Lane> lanes = new HashMap<>();
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
    } else {
      Lane lane = lanes.computeIfAbsent(route, r -> new Lane());
      if (!lane.offered.containsKey(taskId)) {
        lane.ready(priority).add(taskId);
      }
    }
  }

  /** A task does not wait any more. */
  void settled(Route route, Priority priority, String taskId) {
    Lane lane = lanes.get(route);
    if (lane != null) {
      if (lane.offered.remove(taskId) == null) {
        lane.ready(priority).remove(taskId);
      }
      if (lane.isEmpty()) {
        lanes.remove(route);
      }
    }
  }

  /** The route's coordinator has forgotten everything: offer its window again at once. */
  void forget(Route route) {
    Lane lane = lanes.get(route);
    if (lane != null) {
      lane.offered.replaceAll((taskId, at) -> Long.MIN_VALUE);
    }
  }

  /** What to offer now, by route; counted as offered at {@code now}. */
  Map<Route, List<String>> next(long now) {
    while (!delayed.isEmpty() && delayed.element().readyAt() <= now) {
      Delayed due = delayed.remove();
      waiting(due.route(), due.priority(), due.taskId(), due.readyAt(), now);
    }
    Map<Route, List<String>> next = new LinkedHashMap<>();
    lanes.forEach(
        (route, lane) -> {
          List<String> offers = next(lane, now);
          if (!offers.isEmpty()) {
            next.put(route, offers);
          }
        });
    return next;
  }

  private List<String> next(Lane lane, long now) {
    List<String> offers = new ArrayList<>();
    for (Map.Entry<String, Long> offer : lane.offered.entrySet()) {
      if (offer.getValue() > now - reofferMillis) {
        break;
      }
      offers.add(offer.getKey());
    }
    for (String again : offers) {
      lane.offered.remove(again);
      lane.offered.put(again, now);
    }
    for (Set<String> ready : lane.ready.values()) {
      Iterator<String> ids = ready.iterator();
      while (lane.offered.size() < window && ids.hasNext()) {
        String taskId = ids.next();
        ids.remove();
        lane.offered.put(taskId, now);
        offers.add(taskId);
      }
    }
    return offers;
  }
}
