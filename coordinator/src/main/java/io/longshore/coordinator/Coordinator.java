package io.longshore.coordinator;

import io.longshore.agents.Mailboxes;
import io.longshore.agents.Route;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.persistence.Door;
import io.longshore.persistence.Doors;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Delivery;
import io.longshore.registry.Directory;
import io.longshore.registry.WantedCapability;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
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

    /** Has it end a task that no agent can do in time. */
    void reject(TaskProtocol.Reject reject);

    /** Has tasks of which nobody can do any leave the window to others for a while. */
    void park(TaskProtocol.Park park);

    /** Has all partitions offer what is parked of the route. */
    void unpark(Route route);

    /** Tells why tasks have not been given to anybody. */
    void noted(List<TaskProtocol.Note> notes);
  }

  private final Route route;
  private final Assignment assignment;
  private final Directory directory;
  private final Mailboxes mailboxes;
  private final Ledger ledger;
  private final Recommendations recommendations;
  private final Clock clock;
  private final CoordinatorSettings settings;
  private final Consumer<ActorRef<CoordinatorProtocol.Command>> passivate;
  private final Door door;
  private long recommendedAt;

  /** Since when it has had nothing to do. */
  private long idleSince = Long.MAX_VALUE;

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
      Recommendations recommendations,
      Clock clock,
      CoordinatorSettings settings,
      Consumer<ActorRef<CoordinatorProtocol.Command>> passivate) {
    super(context);
    this.passivate = passivate;
    this.door = Doors.of(context.getSystem()).door("mailboxes");
    this.settings = settings;
    this.recommendations = recommendations;
    this.route = route;
    this.assignment = assignment;
    this.directory = directory;
    this.mailboxes = mailboxes;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * The coordinator of {@code route}.
   *
   * @param passivate told that it has nothing to do and may be stopped
   */
  static Behavior<CoordinatorProtocol.Command> create(
      Route route,
      CoordinatorSettings settings,
      Directory directory,
      Mailboxes mailboxes,
      Ledger ledger,
      Recommendations recommendations,
      Clock clock,
      Consumer<ActorRef<CoordinatorProtocol.Command>> passivate) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(
                      new CoordinatorProtocol.Tick(), settings.assignment().tick());
                  Assignment assignment =
                      new Assignment(
                          settings.assignment(),
                          settings.assignment().strategies().of(route),
                          settings.ledger().reofferAfter().multipliedBy(3).toMillis(),
                          demand -> whyNobody(route, demand, directory));
                  ledger.reoffer(route);
                  return new Coordinator(
                      context,
                      route,
                      assignment,
                      directory,
                      mailboxes,
                      ledger,
                      recommendations,
                      clock,
                      settings,
                      passivate);
                }));
  }

  private static String whyNobody(Route route, Demand demand, Directory directory) {
    if (route.kind() == Route.Kind.AGENT) {
      return "the agent " + route.name() + " is not online";
    }
    WantedCapability wanted = demand.wanted();
    return directory
        .nearest(wanted == null ? WantedCapability.of(route.name()) : wanted, demand.labels())
        .sentence();
  }

  @Override
  public Receive<CoordinatorProtocol.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(
            CoordinatorProtocol.Offer.class,
            offer -> {
              assignment.offered(offer.tasks(), clock.millis());
              assignment.behind(offer.partition(), offer.behind(), clock.millis());
              return act(false);
            })
        .onMessage(
            CoordinatorProtocol.Settled.class,
            settled -> {
              assignment.settled(settled.taskIds(), clock.millis());
              assignment.setBack(settled.setbacks(), clock.millis());
              return act(false);
            })
        .onMessage(
            CoordinatorProtocol.Reported.class,
            reported -> {
              count(reported.report());
              long patience = settings.assignment().silentAfter().toMillis();
              report(reported.report(), clock.millis() + patience);
              return act(false);
            })
        .onMessage(
            CoordinatorProtocol.Alive.class,
            alive -> {
              long until = clock.millis() + settings.assignment().silentAfter().toMillis();
              alive.reports().forEach(report -> report(report, until));
              return act(false);
            })
        .onMessage(
            CoordinatorProtocol.Tick.class,
            tick -> {
              readEarly();
              enlist();
              act(true);
              recommend();
              leaveIfIdle();
              return this;
            })
        .onSignal(
            PostStop.class,
            stopped -> {
              if (route.kind() == Route.Kind.CAPABILITY) {
                recommendations.withdraw(route.name());
              }
              return this;
            })
        .build();
  }

  private void report(MailboxReport report, long until) {
    long now = clock.millis();
    String agentId = report.agentId();
    AgentRecord agent = directory.find(agentId).filter(this::does).orElse(null);
    AgentRecord known = agent == null ? assignment.known(agentId) : agent;
    if (known != null) {
      early.remove(agentId);
      // One that has gone, or does this no more, gives back what it has and is given nothing.
      assignment.reported(known, agent == null ? report.offline() : report, now);
    } else if (now < until) {
      early.put(agentId, new Early(report, until));
    }
  }

  /** Whether the agent is registered for what is assigned here, in whatever version. */
  private boolean does(AgentRecord agent) {
    return route.kind() == Route.Kind.AGENT
        || agent.spec().capabilityNames().contains(route.name());
  }

  private void count(MailboxReport report) {
    for (Refusal refusal : report.refused()) {
      // Only one that is full says when it will not be.
      door.refused(refusal.capacityInMillis() == null ? "away" : "full");
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
      if (silent && assignment.known(agent.agentId()) == null) {
        mailboxes.enlist(agent, route);
      }
    }
  }

  private void leaveIfIdle() {
    long now = clock.millis();
    if (!assignment.isIdle() || !early.isEmpty()) {
      idleSince = Long.MAX_VALUE;
    } else if (idleSince == Long.MAX_VALUE) {
      idleSince = now;
    } else if (now - idleSince >= settings.assignment().idleAfter().toMillis()) {
      passivate.accept(getContext().getSelf());
    }
  }

  private void recommend() {
    long now = clock.millis();
    boolean due = now - recommendedAt >= settings.recommendations().interval().toMillis();
    if (due && route.kind() == Route.Kind.CAPABILITY) {
      recommendedAt = now;
      recommendations.publish(assignment.recommend(route.name(), settings.recommendations(), now));
    }
  }

  private Behavior<CoordinatorProtocol.Command> act(boolean tick) {
    Actions actions = new Actions();
    if (tick) {
      assignment.tick(actions, clock.millis());
    } else {
      assignment.assign(actions, clock.millis());
    }
    actions.give().forEach(mailboxes::assign);
    actions.takeBack().forEach((agentId, ids) -> mailboxes.takeBack(agentId, route, ids));
    actions.rejections().forEach(ledger::reject);
    if (!actions.notes().isEmpty()) {
      ledger.noted(actions.notes());
    }
    if (!actions.park().isEmpty()) {
      ledger.park(
          new TaskProtocol.Park(actions.park(), settings.assignment().parkFor().toMillis()));
    }
    if (actions.unpark()) {
      ledger.unpark(route);
    }
    return this;
  }
}
