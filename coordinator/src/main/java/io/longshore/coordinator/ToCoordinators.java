package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Urgency;
import io.longshore.coordinator.CoordinatorProtocol.Alive;
import io.longshore.coordinator.CoordinatorProtocol.Command;
import io.longshore.coordinator.CoordinatorProtocol.Offer;
import io.longshore.coordinator.CoordinatorProtocol.Reported;
import io.longshore.coordinator.CoordinatorProtocol.Setback;
import io.longshore.coordinator.CoordinatorProtocol.Settled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The way of a node's mailboxes and partitions to the coordinators. What a coordinator must know to
 * go on leaves at once; the rest waits for others of its kind, so that messages grow with the nodes
 * and not with agents and tasks: each that comes alone wakes a process for little.
 *
 * <p>Thread-safe. What is sent is sent in the lock, so what is told first arrives first: reports of
 * a mailbox among each other, and what a partition says of a task.
 */
final class ToCoordinators {
  /**
   * So many reports, or ids, fill a message between nodes by far not: one of 300 bytes each is half
   * of what fits.
   */
  static final int MOST_TOGETHER = 1_000;

  /** What waits for a route's coordinator. */
  private static final class Waiting {
    private final Set<Urgency> timed = EnumSet.noneOf(Urgency.class);
    private final List<String> settled = new ArrayList<>();
    private final List<Setback> setbacks = new ArrayList<>();
    private final List<MailboxReport> reports = new ArrayList<>();
    private int reported;
  }

  private final BiConsumer<Route, Command> coordinators;
  private final BiConsumer<Duration, Runnable> later;
  private final Map<Route, Waiting> waiting = new HashMap<>();

  /**
   * Nobody has said anything.
   *
   * @param coordinators sends something to the coordinator of a route
   * @param later runs something when so long has passed
   */
  ToCoordinators(BiConsumer<Route, Command> coordinators, BiConsumer<Duration, Runnable> later) {
    this.coordinators = coordinators;
    this.later = later;
  }

  /** A partition has tasks that wait. What it has said before of tasks of the route goes first. */
  synchronized void offer(Route route, Offer offer) {
    Route to = route.withoutRange();
    Waiting its = waiting.get(to);
    if (its != null) {
      sendSettled(to, its);
    }
    coordinators.accept(to, offer);
  }

  /** Tasks of a partition wait no more; told soon. */
  synchronized void settled(Route route, Settled settled) {
    Route to = route.withoutRange();
    Waiting its = waiting(to, Urgency.SOON);
    its.settled.addAll(settled.taskIds());
    its.setbacks.addAll(settled.setbacks());
    if (its.settled.size() + its.setbacks.size() >= MOST_TOGETHER) {
      sendSettled(to, its);
    }
  }

  /** A mailbox tells what it may tell later or must now. */
  synchronized void report(Route route, MailboxReport report, Urgency urgency) {
    Route to = route.withoutRange();
    if (urgency == Urgency.NOW) {
      send(to);
      coordinators.accept(to, new Reported(report));
      return;
    }
    Waiting its = waiting(to, urgency);
    its.reports.add(report);
    its.reported += 1 + report.accepted().size();
    if (its.reported >= MOST_TOGETHER) {
      sendReports(to, its);
    }
  }

  private Waiting waiting(Route to, Urgency urgency) {
    Waiting its = waiting.computeIfAbsent(to, route -> new Waiting());
    if (its.timed.add(urgency)) {
      later.accept(urgency.patience(), () -> sendIfWaiting(to, its));
    }
    return its;
  }

  private synchronized void sendIfWaiting(Route to, Waiting what) {
    if (waiting.get(to) == what) {
      send(to);
    }
  }

  private void send(Route to) {
    Waiting its = waiting.remove(to);
    if (its != null) {
      sendSettled(to, its);
      sendReports(to, its);
    }
  }

  private void sendSettled(Route to, Waiting its) {
    if (!its.settled.isEmpty() || !its.setbacks.isEmpty()) {
      coordinators.accept(to, new Settled(List.copyOf(its.settled), List.copyOf(its.setbacks)));
      its.settled.clear();
      its.setbacks.clear();
    }
  }

  private void sendReports(Route to, Waiting its) {
    if (!its.reports.isEmpty()) {
      coordinators.accept(to, new Alive(List.copyOf(its.reports)));
      its.reports.clear();
      its.reported = 0;
    }
  }
}
