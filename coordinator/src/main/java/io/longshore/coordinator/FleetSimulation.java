package io.longshore.coordinator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.longshore.agents.MailboxSettings;
import io.longshore.agents.Route;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A fleet of agents in virtual time: what {@link Assignment}, {@link Offers} and the agents'
 * mailboxes decide is decided by the code that a node runs; ledger, network and workers are played.
 * One thread, one seed: the same settings give the same outcome.
 *
 * <p>Needs about 3 KB an agent and 1 KB a task that waits or runs.
 */
public final class FleetSimulation {
  private static final String STRATEGY = "longshore.coordinator.assignment.strategy";
  private static final long START = 1_000_000_000_000L;

  /** Measured is what comes after the first tenth: by then a fleet has filled. */
  private static final int WARM_UP = 10;

  /** How long the last tasks may take: a lost lease of the longest backoff and more. */
  private static final long DRAIN_MILLIS = 600_000;

  private final FleetSettings settings;
  private final Observer observer;
  private final VirtualTime time = new VirtualTime(START);

  /** Ledger and mailboxes are all on one node. */
  private final ToCoordinators toCoordinators =
      new ToCoordinators(
          (route, command) -> send(() -> route(route).told(command)),
          (delay, task) -> time.after(delay.toMillis(), task));

  private final FleetLedger ledger;
  private final FleetRoute[] routes;
  private final FleetAgent[] agents;

  /** The share of the tasks that come to this route or one before it. */
  private final double[] share;

  private final double perMillisecond;
  private final long measuredFrom;
  private final long measuredUntil;
  private final SplittableRandom arrivals;
  private final SplittableRandom faults;
  private final SplittableRandom network;
  private double arrived;
  private long slots;
  private long workedMillis;
  private long moves;
  private long refusals;
  private long overfilled;

  /** Is told what happens, as it does. */
  public interface Observer {
    /** A measured task has started for the first time, so long after it came. */
    void waited(long millis);

    /** A measured task was completed, so long after it came. */
    void completed(long millis);

    /** So many tasks are done. */
    void progress(int done);
  }

  private FleetSimulation(
      FleetSettings settings, Config config, AssignmentSettings assignment, Observer observer) {
    this.settings = settings;
    this.observer = observer;
    SplittableRandom random = new SplittableRandom(settings.seed());
    SplittableRandom fleet = random.split();
    arrivals = random.split();
    faults = random.split();
    network = random.split();
    ledger = new FleetLedger(this, settings.tasks());
    CoordinatorSettings coordinator = CoordinatorSettings.from(config);
    routes = new FleetRoute[settings.capabilities()];
    for (int i = 0; i < routes.length; i++) {
      routes[i] = route(i, coordinator, assignment);
    }
    agents = new FleetAgent[settings.agents()];
    share = new double[routes.length];
    double all = hire(MailboxSettings.from(config), fleet);
    for (int i = 1; i < share.length; i++) {
      share[i] += share[i - 1];
    }
    perMillisecond = all * settings.arrivals().utilization() / settings.service().meanMillis();
    long span = (long) (settings.tasks() / perMillisecond);
    measuredFrom = START + span / WARM_UP;
    measuredUntil = START + span;
  }

  /** The strategies that can be compared, by their names in the configuration. */
  public static List<String> strategies() {
    return Arrays.stream(Strategies.values()).map(Strategies::configName).toList();
  }

  /**
   * Plays the whole of it.
   *
   * @param strategy one of {@link #strategies}
   * @param config of a node, with the sections of coordinators, ledger and mailboxes
   * @throws IllegalArgumentException if the configuration is wrong
   */
  public static FleetOutcome run(
      FleetSettings settings, String strategy, Config config, Observer observer) {
    Config chosen = config.withValue(STRATEGY, ConfigValueFactory.fromAnyRef(strategy));
    AssignmentSettings assignment = CoordinatorSettings.from(chosen).assignment();
    return new FleetSimulation(settings, chosen, assignment, observer)
        .run(assignment.tick().toMillis());
  }

  private FleetRoute route(
      int number, CoordinatorSettings coordinator, AssignmentSettings assignment) {
    long reofferMillis = coordinator.ledger().reofferAfter().toMillis();
    // As many as all partitions together may have offered.
    int window = coordinator.ledger().offerWindow() * coordinator.partitions().count();
    Route route = Route.capability("c" + number);
    return new FleetRoute(
        this,
        route,
        new Offers(window, reofferMillis, assignment.ageing().toMillis()),
        new Assignment(assignment, assignment.strategies().of(route), 3 * reofferMillis),
        assignment.parkFor().toMillis());
  }

  /** Makes all agents; returns how many hands of common speed they are worth. */
  private double hire(MailboxSettings mailboxes, SplittableRandom random) {
    Map<Integer, Set<String>> names = new HashMap<>();
    double all = 0;
    for (int i = 0; i < agents.length; i++) {
      int concurrency =
          settings.concurrencies().get(random.nextInt(settings.concurrencies().size()));
      double factor = random.nextDouble() < settings.slowShare() ? settings.slowFactor() : 1;
      List<Integer> can = capabilities(i);
      Set<String> named = names.computeIfAbsent(i % routes.length, first -> named(can));
      AgentSpec spec =
          new AgentSpec(
              "a" + i, named, Map.of(), Set.of(), concurrency, null, null, null, Delivery.PULL);
      AgentRecord record = new AgentRecord(spec, 1, false, START, START);
      agents[i] = new FleetAgent(this, i, record, mailboxes, factor);
      double worth = Math.min(concurrency, mailboxes.maxConcurrency()) / factor;
      can.forEach(capability -> share[capability] += worth / can.size());
      all += worth;
      slots += concurrency;
    }
    return all;
  }

  /** Neighbours on a ring, so that each capability has as many agents. */
  private List<Integer> capabilities(int agent) {
    List<Integer> can = new ArrayList<>();
    for (int i = 0; i < settings.capabilitiesEach(); i++) {
      can.add((agent + i) % routes.length);
    }
    return can;
  }

  private static Set<String> named(List<Integer> capabilities) {
    Set<String> names = new LinkedHashSet<>();
    capabilities.forEach(capability -> names.add("c" + capability));
    return Set.copyOf(names);
  }

  private FleetOutcome run(long tickMillis) {
    for (FleetAgent agent : agents) {
      // Not all in the same moment, as they would not in truth.
      time.after(faults.nextLong(1_000), agent::ask);
      plan(settings.faults().upSeconds(), () -> die(agent));
      plan(settings.faults().evenSeconds(), () -> slowDown(agent));
    }
    for (int i = 0; i < routes.length; i++) {
      FleetRoute route = routes[i];
      time.after(i * tickMillis / routes.length, () -> tick(route, tickMillis));
    }
    nextArrival();
    time.run(Long.MAX_VALUE, () -> ledger.submitted() == settings.tasks());
    time.run(time.now() + DRAIN_MILLIS, () -> ledger.done() == settings.tasks());
    return new FleetOutcome(
        settings.tasks(),
        settings.tasks() - ledger.done(),
        ledger.startedAgain(),
        moves,
        refusals,
        overfilled,
        workedMillis / (double) slots / Math.max(1, measuredUntil - measuredFrom),
        elapsed() / 1000.0,
        ledger.fingerprint());
  }

  private void tick(FleetRoute route, long tickMillis) {
    route.tick();
    time.after(tickMillis, () -> tick(route, tickMillis));
  }

  private void nextArrival() {
    double rate = perMillisecond * settings.arrivals().rateAt((long) arrived);
    arrived += arrivals.nextExponential() / rate;
    int to = routeOf(arrivals.nextDouble() * share[share.length - 1]);
    int service = settings.service().sample(arrivals);
    time.after(
        (long) arrived - elapsed(),
        () -> {
          ledger.submit(to, service);
          if (ledger.submitted() < settings.tasks()) {
            nextArrival();
          }
        });
  }

  private int routeOf(double point) {
    int found = Arrays.binarySearch(share, point);
    return Math.min(found < 0 ? -found - 1 : found, share.length - 1);
  }

  private void die(FleetAgent agent) {
    agent.die();
    plan(
        settings.faults().downSeconds(),
        () -> {
          agent.comeBack();
          plan(settings.faults().upSeconds(), () -> die(agent));
        });
  }

  private void slowDown(FleetAgent agent) {
    agent.slowUntil(time.now() + settings.faults().slowSeconds() * 1_000L);
    plan(settings.faults().evenSeconds() + settings.faults().slowSeconds(), () -> slowDown(agent));
  }

  private void plan(int meanSeconds, Runnable fault) {
    if (meanSeconds > 0) {
      time.after((long) (meanSeconds * 1_000L * faults.nextExponential()), fault);
    }
  }

  /** The way to all coordinators. */
  ToCoordinators toCoordinators() {
    return toCoordinators;
  }

  /** Sends a message, unless it gets lost: then false. */
  boolean send(Runnable arrival) {
    boolean lost = settings.faults().loss() > 0 && network.nextDouble() < settings.faults().loss();
    if (!lost) {
      later(arrival);
    }
    return !lost;
  }

  /** Has something happen after the time that a message takes. */
  void later(Runnable arrival) {
    time.after(settings.latencyMillis(), arrival);
  }

  void waited(int task, long millis) {
    if (isMeasured(task)) {
      observer.waited(millis);
    }
  }

  void completed(int task, long millis) {
    if (isMeasured(task)) {
      observer.completed(millis);
    }
    observer.progress(ledger.done());
  }

  private boolean isMeasured(int task) {
    return task >= settings.tasks() / WARM_UP;
  }

  /** A hand was at work from then to then. */
  void worked(long from, long until) {
    workedMillis += Math.max(0, Math.min(until, measuredUntil) - Math.max(from, measuredFrom));
  }

  void seen(MailboxReport report, boolean tooMuch) {
    moves += report.returned().size();
    refusals += report.refused().size();
    overfilled += tooMuch ? 1 : 0;
  }

  /** Milliseconds since the fleet began. */
  int elapsed() {
    return (int) (time.now() - START);
  }

  long start() {
    return START;
  }

  FleetSettings settings() {
    return settings;
  }

  VirtualTime time() {
    return time;
  }

  FleetLedger ledger() {
    return ledger;
  }

  FleetAgent agent(int index) {
    return agents[index];
  }

  FleetAgent agent(String agentId) {
    return agents[Integer.parseInt(agentId, 1, agentId.length(), 10)];
  }

  FleetRoute route(int number) {
    return routes[number];
  }

  FleetRoute route(Route route) {
    return routes[Integer.parseInt(route.name(), 1, route.name().length(), 10)];
  }
}
