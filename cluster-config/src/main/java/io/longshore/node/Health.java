package io.longshore.node;

import io.longshore.coordinator.Tasks;
import io.longshore.gateway.NodeHealth;
import io.longshore.persistence.Database;
import io.longshore.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import scala.concurrent.ExecutionContext;

/**
 * Whether a node can do what it is for: it is up among as many members as expected, the database
 * answers, every partition has answered lately, and the directory is complete.
 */
public final class Health implements NodeHealth {
  private final ActorSystem<?> system;
  private final Membership membership;
  private final NodeSettings settings;
  private final Database database;
  private final Registry registry;
  private final Tasks tasks;
  private final Metrics metrics;
  private final ExecutionContext blocking;
  private volatile boolean databaseAnswers;
  private volatile boolean stopping;

  private Health(
      ActorSystem<?> system,
      NodeSettings settings,
      Database database,
      Registry registry,
      Tasks tasks,
      Metrics metrics) {
    this.system = system;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.membership = new Membership(system);
    this.settings = settings;
    this.database = database;
    this.registry = registry;
    this.tasks = tasks;
    this.metrics = metrics;
  }

  static Health start(
      ActorSystem<?> system,
      NodeSettings settings,
      Database database,
      Registry registry,
      Tasks tasks,
      Metrics metrics) {
    Health health = new Health(system, settings, database, registry, tasks, metrics);
    health.lookAtDatabase();
    metrics.gauge(
        "longshore.registry.agents",
        "Agents in this node's directory",
        () -> registry.directory().size());
    metrics.gauge(
        "longshore.ledger.in-flight",
        "Commands of this node that the ledger has not answered",
        tasks::inFlight);
    metrics.gauge(
        "longshore.node.ready", "1 if this node is ready", () -> health.ready().ready() ? 1 : 0);
    DoorMetrics.start(system, metrics);
    CapabilityMetrics.start(system, metrics, tasks.recommendations());
    return health;
  }

  private void lookAtDatabase() {
    databaseAnswers = database.answers();
    if (!stopping) {
      system.scheduler().scheduleOnce(settings.healthInterval(), this::lookAtDatabase, blocking);
    }
  }

  /** The node is about to stop: not ready any more, so that balancers look elsewhere. */
  void stopping() {
    stopping = true;
  }

  @Override
  public boolean live() {
    return !system.whenTerminated().isCompleted();
  }

  @Override
  public Readiness ready() {
    List<String> waitingFor = new ArrayList<>();
    if (stopping) {
      waitingFor.add("the node is stopping");
    }
    if (!membership.selfIsUp()) {
      waitingFor.add("this node is " + membership.selfStatus() + " in the cluster");
    }
    int up = membership.up();
    if (up < settings.expectedMembers()) {
      waitingFor.add(up + " of " + settings.expectedMembers() + " expected members are up");
    }
    if (!databaseAnswers) {
      waitingFor.add("the database at " + settings.database().location() + " does not answer");
    }
    if (tasks.asleep() > 0) {
      waitingFor.add(tasks.asleep() + " ledger partitions have not answered lately");
    }
    if (!registry.ready()) {
      waitingFor.add("the directory of agents is not complete");
    }
    return new Readiness(waitingFor.isEmpty(), waitingFor);
  }

  @Override
  public ClusterView cluster() {
    return membership.view(settings.cluster());
  }

  @Override
  public String metrics() {
    return metrics.text();
  }
}
