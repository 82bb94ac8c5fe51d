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
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What waits in a partition for one coordinator: those that are offered, at most a window of them
 * whatever ranges of versions they want; those that are parked; and those that are ready, a lane
 * for each range.
 *
 * <p>A place in the window goes to the lane that has the fewest there, and among equals to the task
 * that has waited longest; a lane without any place is given one beyond the window, if not too many
 * are. So a range whose agents are slow does not keep the others out.
 */
final class OfferWindow {
  /** An offer; out of date if the window has another for the task by now, or none. */
  record Made(long at, Lane lane, String taskId) {}

  /** Out of date if the window has another for the task by now, or none. */
  record Parked(long until, Lane lane, Priority priority, String taskId) {}

  /** What a lane stands in line with: how many places it has, and since when its first waits. */
  private record Turn(int places, long since, Lane lane) {}

  /** Places beyond the window for lanes that have none in it: a sixteenth of it, and at most. */
  private static final int MOST_SPARE = 32;

  private static final Comparator<Turn> FAIR =
      Comparator.comparingInt(Turn::places)
          .thenComparingLong(Turn::since)
          .thenComparingLong(turn -> turn.lane().number);

  /** The tasks of one route. */
  static final class Lane {
    final OfferWindow window;
    final Route route;
    private final long number;

    /** In order, each with the time it began to wait, later by a step for a lower priority. */
    private final Map<Priority, Map<String, Long>> ready = new EnumMap<>(Priority.class);

    /** How many of its tasks are offered. */
    private int places;

    /** Its place in line; null if none of its tasks is ready. */
    private @Nullable Turn turn;

    private Lane(OfferWindow window, Route route, long number) {
      this.window = window;
      this.route = route;
      this.number = number;
    }

    /** Those of the priority whose first has waited longest; null if none is ready. */
    private @Nullable Map<String, Long> first() {
      Map<String, Long> best = null;
      long since = Long.MAX_VALUE;
      for (Map<String, Long> some : ready.values()) {
        if (!some.isEmpty()) {
          long first = some.values().iterator().next();
          if (best == null || first < since) {
            best = some;
            since = first;
          }
        }
      }
      return best;
    }
  }

  private final int most;
  private final int spare;

  /** The last offer of each task. */
  private final Map<String, Made> offered = new LinkedHashMap<>();

  /** Those that nobody can do now. */
  private final Map<String, Parked> parked = new LinkedHashMap<>();

  /** To be offered again. */
  private final Set<String> again = new LinkedHashSet<>();

  /** Those with something ready or offered. */
  private final Map<Route, Lane> lanes = new HashMap<>();

  /** Lanes with something ready. */
  private final TreeSet<Turn> line = new TreeSet<>(FAIR);

  private long ready;
  private long lanesSeen;

  /** Nothing that waits; {@code most} are offered at a time. */
  OfferWindow(int most) {
    this.most = most;
    this.spare = Math.min(MOST_SPARE, most / 16);
  }

  /** A task is ready to be offered, unless it is known. */
  void waiting(Route route, Priority priority, String taskId, long since) {
    if (!offered.containsKey(taskId) && !parked.containsKey(taskId)) {
      Lane lane = lanes.computeIfAbsent(route, r -> new Lane(this, r, ++lanesSeen));
      Map<String, Long> some = lane.ready.computeIfAbsent(priority, p -> new LinkedHashMap<>());
      if (some.putIfAbsent(taskId, since) == null) {
        ready++;
        changed(lane);
      }
    }
  }

  /** A task waits no more; whether it was offered. */
  boolean settled(Route route, Priority priority, String taskId) {
    Made made = offered.remove(taskId);
    if (made != null) {
      made.lane().places--;
      changed(made.lane());
      return true;
    }
    Lane lane = lanes.get(route);
    if (parked.remove(taskId) == null && lane != null) {
      Map<String, Long> some = lane.ready.get(priority);
      if (some != null && some.remove(taskId) != null) {
        ready--;
        changed(lane);
      }
    }
    return false;
  }

  /** An offered task leaves its place to others; null if it is not offered. */
  @Nullable Parked park(Priority priority, String taskId, long until) {
    Made made = offered.remove(taskId);
    if (made == null) {
      return null;
    }
    Parked entry = new Parked(until, made.lane(), priority, taskId);
    parked.put(taskId, entry);
    made.lane().places--;
    changed(made.lane());
    return entry;
  }

  /** A task is not parked any more; false if it was not, as is said there. */
  boolean unpark(Parked entry) {
    return parked.remove(entry.taskId(), entry);
  }

  /** Nothing is parked any more; what was. */
  List<Parked> unparkAll() {
    List<Parked> all = List.copyOf(parked.values());
    parked.clear();
    return all;
  }

  /** An offer was not taken up for long: it is made again, unless it is out of date. */
  void again(Made old) {
    if (old.equals(offered.get(old.taskId()))) {
      again.add(old.taskId());
    }
  }

  /** All offers are made again. */
  void allAgain() {
    again.addAll(offered.keySet());
  }

  /** Adds what is to be offered now, by route, and its offers. */
  void next(long now, Map<Route, List<String>> next, Queue<Made> made) {
    for (String taskId : again) {
      Made before = offered.get(taskId);
      if (before != null) {
        offer(new Made(now, before.lane(), taskId), next, made);
      }
    }
    again.clear();
    while (hasPlace()) {
      Lane lane = line.first().lane();
      Map<String, Long> some = lane.first();
      if (some == null) {
        throw new IllegalStateException("A lane is in line with nothing ready: " + lane.route);
      }
      Iterator<String> ids = some.keySet().iterator();
      String taskId = ids.next();
      ids.remove();
      ready--;
      lane.places++;
      offer(new Made(now, lane, taskId), next, made);
      changed(lane);
    }
  }

  private void offer(Made offer, Map<Route, List<String>> next, Queue<Made> made) {
    offered.put(offer.taskId(), offer);
    made.add(offer);
    next.computeIfAbsent(offer.lane().route, route -> new ArrayList<>()).add(offer.taskId());
  }

  /** Has the lane stand where it belongs by what it has now. */
  private void changed(Lane lane) {
    Map<String, Long> first = lane.first();
    Turn turn =
        first == null ? null : new Turn(lane.places, first.values().iterator().next(), lane);
    if (lane.turn != null && !lane.turn.equals(turn)) {
      line.remove(lane.turn);
    }
    if (turn != null && !turn.equals(lane.turn)) {
      line.add(turn);
    }
    lane.turn = turn;
    if (turn == null && lane.places == 0) {
      lanes.remove(lane.route, lane);
    }
  }

  /** Whether {@link #next} has something to offer. */
  boolean isRipe() {
    return !again.isEmpty() || hasPlace();
  }

  /** Whether there is a place for the first in line; for who has none there are some more. */
  private boolean hasPlace() {
    return !line.isEmpty() && offered.size() < (line.first().places() == 0 ? most + spare : most);
  }

  /** How many wait and are not offered. */
  long behind() {
    return ready + parked.size();
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return lanes.isEmpty() && parked.isEmpty();
  }
}
