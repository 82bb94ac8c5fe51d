package io.longshore.node;

import com.typesafe.config.Config;
import io.longshore.agents.Handlers;
import io.longshore.agents.MailboxSettings;
import io.longshore.coordinator.CoordinatorSettings;
import io.longshore.coordinator.Tasks;
import io.longshore.gateway.Gateway;
import io.longshore.gateway.GatewaySettings;
import io.longshore.gateway.WebhookClient;
import io.longshore.persistence.Archive;
import io.longshore.persistence.ArchiveSettings;
import io.longshore.persistence.Database;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistrySettings;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.jspecify.annotations.Nullable;

/** A running node: one actor system with every floor wired on it. Thread-safe. */
public final class Node implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private final NodeSettings settings;
  private final ActorSystem<Void> system;
  private final Health health;
  private final Registry registry;
  private final Tasks tasks;
  private final @Nullable ServerBinding http;

  private Node(
      NodeSettings settings,
      ActorSystem<Void> system,
      Health health,
      Registry registry,
      Tasks tasks,
      @Nullable ServerBinding http) {
    this.settings = settings;
    this.system = system;
    this.health = health;
    this.registry = registry;
    this.tasks = tasks;
    this.http = http;
  }

  /**
   * Starts a node and returns once it listens; {@link #health()} tells when it is ready.
   *
   * @param config whole, as {@link NodeSettings#load} gives it
   * @throws IllegalArgumentException if the configuration is wrong; the message says what to do
   * @throws Database.DatabaseException if the database cannot be used; the message says what to do
   */
  public static Node start(Config config) {
    NodeSettings settings = NodeSettings.from(config);
    RegistrySettings registrySettings = RegistrySettings.from(config);
    CoordinatorSettings coordinatorSettings = CoordinatorSettings.from(config);
    MailboxSettings mailboxSettings = MailboxSettings.from(config);
    GatewaySettings gatewaySettings = GatewaySettings.from(config);
    ArchiveSettings archiveSettings = ArchiveSettings.from(config);
    Handlers handlers = Handlers.load(config);
    Clock clock = Clock.systemUTC();

    Database database = Database.open(settings.database());
    ActorSystem<Void> system;
    try {
      database.pin("registry.partitions", "" + registrySettings.partitions().count());
      database.pin("ledger.partitions", "" + coordinatorSettings.partitions().count());
      system =
          ActorSystem.create(
              Behaviors.empty(),
              settings.cluster(),
              settings.database().toPluginConfig().withFallback(config));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
    Archive archive = Archive.open(settings.database(), archiveSettings);
    try {
      join(system, settings);
      Metrics metrics = Metrics.start(config);
      Registry registry = Registry.start(system, registrySettings, clock);
      Tasks tasks =
          Tasks.start(
              system,
              coordinatorSettings,
              mailboxSettings,
              clock,
              registry,
              handlers,
              WebhookClient.create(system, mailboxSettings.workers(), clock),
              archive);
      Health health = Health.start(system, settings, database, registry, tasks, metrics);
      ServerBinding http =
          settings.roles().contains("gateway")
              ? bind(system, gatewaySettings, clock, registry, tasks, health)
              : null;
      stopInOrder(system, health, archive, database);
      return new Node(settings, system, health, registry, tasks, http);
    } catch (RuntimeException e) {
      system.terminate();
      archive.close();
      database.close();
      throw e;
    }
  }

  private static void join(ActorSystem<Void> system, NodeSettings settings) {
    Cluster cluster = Cluster.get(system);
    if (settings.seeds().isEmpty()) {
      cluster.manager().tell(Join.create(system.address()));
      return;
    }
    List<Address> seeds = new ArrayList<>();
    for (String seed : settings.seeds()) {
      seeds.add(AddressFromURIString.parse("pekko://" + settings.cluster() + "@" + seed));
    }
    cluster.manager().tell(new JoinSeedNodes(seeds));
  }

  private static ServerBinding bind(
      ActorSystem<Void> system,
      GatewaySettings settings,
      Clock clock,
      Registry registry,
      Tasks tasks,
      Health health) {
    try {
      return Gateway.start(system, settings, clock, registry, tasks, health)
          .toCompletableFuture()
          .join();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Cannot listen on "
              + settings.host()
              + ":"
              + settings.port()
              + ". Is another node running there? Choose another port with --port.",
          e);
    }
  }

  /** Balancers look elsewhere before the gateway stops; the database goes last. */
  private static void stopInOrder(
      ActorSystem<Void> system, Health health, Archive archive, Database database) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "longshore-not-ready",
            () -> {
              health.stopping();
              return CompletableFuture.completedFuture(Done.done());
            });
    system
        .getWhenTerminated()
        .thenRun(
            () -> {
              archive.close();
              database.close();
            });
  }

  /** The port it listens on, or nothing if it has not the gateway's role. */
  public Optional<InetSocketAddress> httpAddress() {
    return Optional.ofNullable(http).map(ServerBinding::localAddress);
  }

  /** What is particular to it. */
  public NodeSettings settings() {
    return settings;
  }

  /** Whether it lives and is ready. */
  public Health health() {
    return health;
  }

  /** Who exists and what they can do, from within its process. */
  public Registry registry() {
    return registry;
  }

  /** What can be done with tasks from within its process. */
  public Tasks tasks() {
    return tasks;
  }

  /** Its actor system. */
  public ActorSystem<Void> system() {
    return system;
  }

  /** Has SIGTERM and Ctrl-C stop the node gracefully before the process ends. */
  void stopOnSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "longshore-stop"));
  }

  /** Completes once the node has stopped, for whatever reason. */
  public CompletableFuture<Done> stopped() {
    return system.getWhenTerminated().toCompletableFuture();
  }

  /** Leaves the cluster gracefully and stops; waits for up to a minute. */
  @Override
  public void close() {
    system.terminate();
    try {
      stopped().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("The node did not stop within " + STOP_TIMEOUT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The node failed while it stopped", e);
    }
  }
}
