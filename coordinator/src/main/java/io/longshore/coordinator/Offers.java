package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.OfferWindow.Made;
import io.longshore.coordinator.OfferWindow.Parked;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which waiting tasks of a partition have been offered to their coordinators. To each coordinator
 * at most a window of tasks is offered at a time, whatever ranges of versions they want, so it
 * holds few whatever the backlog; what was offered and has not started after a while is offered
 * again, which heals every lost message. What its coordinator has parked, because nobody can do it
 * now, leaves the window to others.
 *
 * <p>What to offer next costs as much as there is to offer, however many routes and tasks wait.
 *
 * <p>Soft: built anew from the ledger when the partition recovers. No Pekko, no clock.
 */
final class Offers {

  private record Delayed(long readyAt, Route route, Priority priority, String taskId) {}

  private final int window;
  private final long reofferMillis;
  private final long ageingMillis;

  /** By whose coordinator places the tasks; those in which something waits. */
  private final Map<Route, OfferWindow> windows = new HashMap<>();

  /** Those that have something to offer. */
  private final Set<OfferWindow> ripe = new LinkedHashSet<>();

  /** In order of time. */
  private final Queue<Made> made = new ArrayDeque<>();

  private final TreeSet<Delayed> delayed =
      new TreeSet<>(Comparator.comparingLong(Delayed::readyAt).thenComparing(Delayed::taskId));

  private final PriorityQueue<Parked> parked =
      new PriorityQueue<>(Comparator.comparingLong(Parked::until));

  /**
   * Nothing that waits.
   *
   * @param window most tasks that are offered to a coordinator at a time
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
    OfferWindow its =
        windows.computeIfAbsent(route.withoutRange(), coordinator -> new OfferWindow(window));
    its.waiting(route, priority, taskId, now + WaitingTask.steps(priority) * ageingMillis);
    changed(its);
  }

  /**
   * A task does not wait any more.
   *
   * @param readyAt from when on it waited, as was said then
   * @return whether it is offered, so that its coordinator has to be told
   */
  boolean settled(Route route, Priority priority, String taskId, long readyAt) {
    delayed.remove(new Delayed(readyAt, route, priority, taskId)); // it may be months till then
    Route coordinator = route.withoutRange();
    OfferWindow its = windows.get(coordinator);
    if (its == null) {
      return false;
    }
    boolean offered = its.settled(route, priority, taskId);
    changed(its);
    if (its.isEmpty()) {
      windows.remove(coordinator);
    }
    return offered;
  }

  /** The coordinator says that nobody can do an offered task now: not to be offered before then. */
  void park(Route route, Priority priority, String taskId, long until) {
    OfferWindow its = windows.get(route.withoutRange());
    Parked entry = its == null ? null : its.park(priority, taskId, until);
    if (its != null && entry != null) {
      parked.add(entry);
      changed(its);
    }
  }

  /** Somebody may be able to do what a coordinator had parked: it waits for its offer again. */
  void unpark(Route coordinator, long now) {
    OfferWindow its = windows.get(coordinator);
    if (its != null) {
      its.unparkAll().forEach(entry -> waitsAgain(entry, now));
    }
  }

  private void waitsAgain(Parked entry, long now) {
    waiting(entry.lane().route, entry.priority(), entry.taskId(), 0, now);
  }

  /** How many tasks that a coordinator places wait and are not offered. */
  long behind(Route coordinator) {
    OfferWindow its = windows.get(coordinator);
    return its == null ? 0 : its.behind();
  }

  /** A coordinator has forgotten everything: offer all of its window again at once. */
  void forget(Route coordinator, long now) {
    OfferWindow its = windows.get(coordinator);
    if (its != null) {
      unpark(coordinator, now);
      its.allAgain();
      changed(its);
    }
  }

  private void changed(OfferWindow its) {
    if (its.isRipe()) {
      ripe.add(its);
    } else {
      ripe.remove(its);
    }
  }

  /** How many wait for their time to come. */
  int delayed() {
    return delayed.size();
  }

  /** What to offer now, by route; counted as offered at {@code now}. */
  Map<Route, List<String>> next(long now) {
    while (!delayed.isEmpty() && delayed.first().readyAt() <= now) {
      Delayed due = delayed.first();
      delayed.remove(due);
      waiting(due.route(), due.priority(), due.taskId(), due.readyAt(), now);
    }
    while (!parked.isEmpty() && parked.element().until() <= now) {
      Parked over = parked.remove();
      if (over.lane().window.unpark(over)) {
        waitsAgain(over, now);
      }
    }
    while (!made.isEmpty() && made.element().at() <= now - reofferMillis) {
      Made old = made.remove();
      old.lane().window.again(old);
      changed(old.lane().window);
    }
    if (ripe.isEmpty()) {
      return Map.of();
    }
    Map<Route, List<String>> next = new LinkedHashMap<>();
    ripe.forEach(its -> its.next(now, next, made));
    ripe.clear();
    return next;
  }
}
