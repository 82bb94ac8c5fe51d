package io.longshore.node;

import io.longshore.coordinator.Recommendations.Gathered;
import io.longshore.coordinator.Tasks;
import io.longshore.gateway.NodeHealth;
import io.longshore.persistence.Database;
import io.longshore.registry.Registry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.ExecutionContext;

/**
 * Whether a node can do what it is for: it is up and reaches as many members as expected and not
 * the smaller part of them, the database answers, every partition has answered lately, and the
 * directory is complete.
 */
public final class Health implements NodeHealth {
  private static final Logger log = LoggerFactory.getLogger(Health.class);

  /** More than a person looks through. */
  private static final int MAX_QUEUES = 50;

  private final ActorSystem<?> system;
  private final Membership membership;
  private final NodeSettings settings;
  private final int ledgerPartitions;
  private final int registryPartitions;
  private final Database database;
  private final Registry registry;
  private final Tasks tasks;
  private final Metrics metrics;
  private final ShardMap shards;
  private final ExecutionContext blocking;
  private final Clock clock;
  private volatile boolean databaseAnswers;

  /** Milliseconds, by the database's clock. */
  private volatile long clockAhead;

  private volatile boolean stopping;
  private volatile boolean recovered;

  private Health(
      ActorSystem<?> system,
      Database database,
      Registry registry,
      Tasks tasks,
      Settings all,
      Metrics metrics,
      Clock clock) {
    this.clock = clock;
    this.system = system;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.membership = new Membership(system);
    this.shards = new ShardMap(system);
    this.settings = all.node();
    this.ledgerPartitions = all.coordinator().partitions().count();
    this.registryPartitions = all.registry().partitions().count();
    this.database = database;
    this.registry = registry;
    this.tasks = tasks;
    this.metrics = metrics;
  }

  static Health start(
      ActorSystem<?> system,
      Database database,
      Registry registry,
      Tasks tasks,
      Settings all,
      Metrics metrics,
      Clock clock) {
    Health health = new Health(system, database, registry, tasks, all, metrics, clock);
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
    metrics.gauge(
        "longshore.cluster.members",
        "Members that are up and that this node reaches, itself among them",
        () -> health.membership.up(false).reached());
    metrics.gauge(
        "longshore.cluster.unreachable",
        "Members that are up and that this node does not reach",
        () -> health.membership.up(false).unreached());
    metrics.gauge(
        "longshore.ledger.asleep",
        "Partitions of the ledger that have not answered this node lately",
        tasks::asleep);
    metrics.gauge(
        "longshore.registry.asleep",
        "Partitions of the registry that have not answered this node lately",
        registry::asleep);
    metrics.gauge(
        "longshore.node.clock-ahead-millis",
        "How far this node's clock is ahead of the database's; negative if it is behind",
        () -> health.clockAhead);
    DoorMetrics.start(system, metrics);
    MessageMetrics.start(system, metrics, tasks.mailboxes().messages().counters());
    CapabilityMetrics.start(system, metrics, tasks.recommendations());
    return health;
  }

  private void lookAtDatabase() {
    OptionalLong ahead = database.ahead(clock);
    databaseAnswers = ahead.isPresent();
    ahead.ifPresent(this::clockIsAhead);
    if (!stopping) {
      system.scheduler().scheduleOnce(settings.healthInterval(), this::lookAtDatabase, blocking);
    }
  }

  private void clockIsAhead(long millis) {
    if (ClusterWarnings.clock(clockAhead).isEmpty()) {
      ClusterWarnings.clock(millis).ifPresent(log::warn);
    }
    clockAhead = millis;
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
    Membership.Up up = membership.up(false);
    if (up.reached() < settings.expectedMembers()) {
      waitingFor.add(
          "%d of %d expected members are up and reached"
              .formatted(up.reached(), settings.expectedMembers()));
    }
    Membership.Up work = membership.up(true);
    if (work.minority()) {
      waitingFor.add(
          "this node reaches only %d of %d members and is about to give way to the others"
              .formatted(work.reached(), work.all()));
    }
    if (!databaseAnswers) {
      waitingFor.add("the database at " + settings.database().location() + " does not answer");
    }
    int ledgerAsleep = tasks.asleep();
    int registryAsleep = registry.asleep();
    recovered |= ledgerAsleep == 0 && registryAsleep == 0;
    // All have to be there at first. Later a node that dies takes some with it for a while: if that
    // made all others unready, a balancer would have nobody left to send anything to.
    if (ledgerAsleep > (recovered ? ledgerPartitions / 2 : 0)) {
      waitingFor.add(ledgerAsleep + " ledger partitions have not answered lately");
    }
    if (registryAsleep > (recovered ? registryPartitions / 2 : 0)) {
      waitingFor.add(registryAsleep + " registry partitions have not answered lately");
    }
    if (!registry.ready()) {
      waitingFor.add("the directory of agents is not complete");
    }
    return new Readiness(waitingFor.isEmpty(), waitingFor);
  }

  @Override
  public CompletionStage<ClusterView> cluster() {
    return shards.ask().thenCombine(tasks.recommendations().gather(), this::view);
  }

  private ClusterView view(Map<String, Shards> byAddress, Gathered gathered) {
    List<Member> members = membership.members(byAddress);
    List<Partitions> partitions =
        List.of(
            new Partitions("ledger", ledgerPartitions, tasks.asleep()),
            new Partitions("registry", registryPartitions, registry.asleep()));
    List<Queue> queues =
        gathered.recommendations().stream()
            .map(
                one ->
                    new Queue(
                        one.capability(),
                        one.waiting(),
                        Math.round(one.arrivalsPerSecond() * 1_000) / 1_000.0,
                        one.onlineAgents()))
            .sorted(Comparator.comparingLong(Queue::waiting).reversed())
            .limit(MAX_QUEUES)
            .toList();
    return new ClusterView(
        settings.cluster(),
        membership.self(),
        membership.leader(),
        membership.oldest(),
        settings.expectedMembers(),
        settings.splitBrain(),
        members,
        partitions,
        tasks.inFlight(),
        queues,
        ClusterWarnings.of(
            members, partitions, settings.expectedMembers(), settings.splitBrain(), clockAhead));
  }

  @Override
  public String metrics() {
    return metrics.text();
  }
}
