package io.longshore.coordinator;

import io.longshore.agents.Mailboxes;
import io.longshore.agents.Route;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Delivery;
import io.longshore.registry.Directory;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Places the tasks of one route. Everything it knows can be lost: a new incarnation asks the ledger
 * to offer again, and mailboxes report again by themselves.
 */
final class Coordinator extends AbstractBehavior<CoordinatorProtocol.Command> {

  /** How a coordinator reaches the ledger. */
  interface Ledger {
    /** Asks all partitions to offer the route's tasks again. */
    void reoffer(Route route);

    /** Tells why tasks have not been given to anybody. */
    void noted(List<TaskProtocol.Note> notes);
  }

  private final Route route;
  private final Assignment assignment;
  private final Directory directory;
  private final Mailboxes mailboxes;
  private final Ledger ledger;
  private final Clock clock;
  private final long patienceMillis;

  /** The last reports of agents whose record has not reached this node yet. */
  private final Map<String, Early> early = new LinkedHashMap<>();

  private record Early(MailboxReport report, long until) {}

  private Coordinator(
      ActorContext<CoordinatorProtocol.Command> context,
      Route route,
      Assignment assignment,
      Directory directory,
      Mailboxes mailboxes,
      Ledger ledger,
      Clock clock,
      long patienceMillis) {
    super(context);
    this.patienceMillis = patienceMillis;
    this.route = route;
    this.assignment = assignment;
    this.directory = directory;
    this.mailboxes = mailboxes;
    this.ledger = ledger;
    this.clock = clock;
  }

  /** The coordinator of {@code route}. */
  static Behavior<CoordinatorProtocol.Command> create(
      Route route,
      CoordinatorSettings settings,
      Directory directory,
      Mailboxes mailboxes,
      Ledger ledger,
      Clock clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(
                      new CoordinatorProtocol.Tick(), settings.assignment().tick());
                  Assignment assignment =
                      new Assignment(
                          settings.assignment(),
                          settings.ledger().reofferAfter().multipliedBy(3).toMillis());
                  ledger.reoffer(route);
                  return new Coordinator(
                      context,
                      route,
                      assignment,
                      directory,
                      mailboxes,
                      ledger,
                      clock,
                      settings.assignment().silentAfter().toMillis());
                }));
  }

  @Override
  public Receive<CoordinatorProtocol.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(
            CoordinatorProtocol.Offer.class,
            offer -> {
              assignment.offered(offer.tasks(), clock.millis());
              return act(false);
            })
        .onMessage(
            CoordinatorProtocol.Settled.class,
            settled -> {
              assignment.settled(settled.taskIds(), clock.millis());
              return act(false);
            })
        .onMessage(
            CoordinatorProtocol.Reported.class,
            reported -> {
              report(reported.report(), clock.millis() + patienceMillis);
              return act(false);
            })
        .onMessage(
            CoordinatorProtocol.Tick.class,
            tick -> {
              readEarly();
              enlist();
              return act(true);
            })
        .build();
  }

  private void report(MailboxReport report, long until) {
    long now = clock.millis();
    Optional<AgentRecord> agent = directory.find(report.agentId());
    if (agent.isPresent()) {
      early.remove(report.agentId());
      assignment.reported(agent.get(), report, now);
    } else if (now < until) {
      early.put(report.agentId(), new Early(report, until));
    }
  }

  private void readEarly() {
    List<Early> again = List.copyOf(early.values());
    early.clear();
    again.forEach(waiting -> report(waiting.report(), waiting.until()));
  }

  /** Asks agents for their room that may have some and would not say so by themselves. */
  private void enlist() {
    if (assignment.waitingCount() == 0) {
      return;
    }
    Collection<AgentRecord> agents =
        route.kind() == Route.Kind.AGENT
            ? directory.find(route.name()).map(List::of).orElse(List.of())
            : directory.withCapability(route.name());
    for (AgentRecord agent : agents) {
      boolean silent =
          route.kind() == Route.Kind.AGENT || agent.spec().delivery().kind() != Delivery.Kind.PULL;
      if (silent && !assignment.knows(agent.agentId())) {
        mailboxes.enlist(agent, route);
      }
    }
  }

  private Behavior<CoordinatorProtocol.Command> act(boolean tick) {
    Assignment.Actions actions = new Assignment.Actions();
    if (tick) {
      assignment.tick(actions, clock.millis());
    } else {
      assignment.assign(actions, clock.millis());
    }
    actions.give().forEach(mailboxes::assign);
    actions.takeBack().forEach((agentId, ids) -> mailboxes.takeBack(agentId, route, ids));
    if (!actions.notes().isEmpty()) {
      ledger.noted(actions.notes());
    }
    return this;
  }
}
