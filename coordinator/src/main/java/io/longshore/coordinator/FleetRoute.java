package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.coordinator.CoordinatorProtocol.Alive;
import io.longshore.coordinator.CoordinatorProtocol.Command;
import io.longshore.coordinator.CoordinatorProtocol.Mark;
import io.longshore.coordinator.CoordinatorProtocol.Offer;
import io.longshore.coordinator.CoordinatorProtocol.Offered;
import io.longshore.coordinator.CoordinatorProtocol.Reported;
import io.longshore.coordinator.CoordinatorProtocol.Setback;
import io.longshore.coordinator.CoordinatorProtocol.Settled;
import java.util.List;
import java.util.Map;

/**
 * One capability of a simulated fleet: which of its tasks the ledger offers, and the coordinator
 * that places them. Both decide with the code that a node runs, {@link Offers} and {@link
 * Assignment}; around them is what {@link Coordinator} does, without an actor.
 */
final class FleetRoute {
  private final FleetSimulation fleet;
  private final Route route;
  private final Offers offers;
  private final Assignment assignment;
  private final long parkMillis;

  FleetRoute(
      FleetSimulation fleet, Route route, Offers offers, Assignment assignment, long parkMillis) {
    this.parkMillis = parkMillis;
    this.fleet = fleet;
    this.route = route;
    this.offers = offers;
    this.assignment = assignment;
  }

  Route route() {
    return route;
  }

  /** A task waits, from {@code readyAt} on; 0 for now. */
  void waiting(String taskId, long readyAt) {
    offers.waiting(route, Priority.NORMAL, taskId, readyAt, fleet.time().now());
    offer();
  }

  /** A task has started. */
  void settled(String taskId) {
    if (offers.settled(route, Priority.NORMAL, taskId, 0)) {
      fleet.toCoordinators().settled(route, new Settled(List.of(taskId), List.of()));
    }
    offer();
  }

  /** A lease of this agent has run out. */
  void lostLease(String agentId) {
    List<Setback> setbacks = List.of(new Setback(agentId, Mark.LOST_LEASE));
    fleet.toCoordinators().settled(route, new Settled(List.of(), setbacks));
  }

  private void park(List<String> taskIds) {
    long until = fleet.time().now() + parkMillis;
    taskIds.forEach(taskId -> offers.park(route, Priority.NORMAL, taskId, until));
    offer();
  }

  private void unpark() {
    offers.unpark(route, fleet.time().now());
    offer();
  }

  private void offer() {
    List<String> next = offers.next(fleet.time().now()).getOrDefault(route, List.of());
    if (!next.isEmpty()) {
      List<Offered> tasks =
          next.stream().map(id -> new Offered(fleet.ledger().ref(id), Map.of())).toList();
      fleet.toCoordinators().offer(route, new Offer(tasks, 0, offers.behind(route)));
    }
  }

  /** Something has arrived at the coordinator. */
  void told(Command command) {
    long now = fleet.time().now();
    if (command instanceof Offer offer) {
      assignment.offered(offer.tasks(), now);
      assignment.behind(offer.partition(), offer.behind(), now);
    } else if (command instanceof Settled settled) {
      assignment.settled(settled.taskIds(), now);
      assignment.setBack(settled.setbacks(), now);
    } else if (command instanceof Reported reported) {
      reported(reported.report(), now);
    } else if (command instanceof Alive alive) {
      alive.reports().forEach(report -> reported(report, now));
    }
    act(false);
  }

  private void reported(MailboxReport report, long now) {
    assignment.reported(fleet.agent(report.agentId()).record(), report, now);
  }

  /** Time has passed, for the ledger and for the coordinator. */
  void tick() {
    offer();
    act(true);
  }

  private void act(boolean tick) {
    Actions actions = new Actions();
    if (tick) {
      assignment.tick(actions, fleet.time().now());
    } else {
      assignment.assign(actions, fleet.time().now());
    }
    actions
        .give()
        .forEach(
            (agent, refs) -> {
              FleetAgent to = fleet.agent(agent.agentId());
              fleet.send(() -> to.assign(refs));
            });
    actions
        .takeBack()
        .forEach(
            (agentId, ids) -> {
              FleetAgent from = fleet.agent(agentId);
              fleet.send(() -> from.takeBack(route, ids));
            });
    if (!actions.park().isEmpty()) {
      List<String> parked = List.copyOf(actions.park());
      fleet.send(() -> park(parked));
    }
    if (actions.unpark()) {
      fleet.send(this::unpark);
    }
  }
}
