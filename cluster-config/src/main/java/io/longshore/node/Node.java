package io.longshore.node;

import com.typesafe.config.Config;
import io.longshore.coordinator.Tasks;
import io.longshore.gateway.Gateway;
import io.longshore.gateway.GatewaySettings;
import io.longshore.gateway.Listeners;
import io.longshore.gateway.WebhookClient;
import io.longshore.node.cli.Pause;
import io.longshore.persistence.Archive;
import io.longshore.persistence.Database;
import io.longshore.registry.Registry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.pattern.Patterns;

/** A running node: one actor system with every floor wired on it. Thread-safe. */
public final class Node implements AutoCloseable {
  private static final Duration TERMINATE_TIMEOUT = Duration.ofSeconds(10);
  private final NodeSettings settings;
  private final Duration stopTimeout;
  private final ActorSystem<Void> system;
  private final Health health;
  private final Registry registry;
  private final Tasks tasks;
  private final Listeners http;
  private final String scheme;

  /** The actor system has stopped, and then the database was closed. */
  private final CompletableFuture<Done> stopped;

  private Node(
      Settings settings,
      ActorSystem<Void> system,
      Health health,
      Registry registry,
      Tasks tasks,
      Listeners http,
      String scheme,
      CompletableFuture<Done> stopped) {
    this.stopped = stopped;
    this.settings = settings.node();
    this.stopTimeout = settings.stopTimeout();
    this.system = system;
    this.health = health;
    this.registry = registry;
    this.tasks = tasks;
    this.http = http;
    this.scheme = scheme;
  }

  /**
   * Starts a node and returns once it listens; {@link #health()} tells when it is ready.
   *
   * @param config whole, as {@link NodeSettings#load} gives it
   * @throws ConfigurationException if the configuration is wrong; the message says what to do
   * @throws Database.DatabaseException if the database cannot be used; the message says what to do
   * @throws IllegalStateException if a port is taken; the message says which
   */
  public static Node start(Config config) {
    return start(config, Seeds::lookUp);
  }

  /**
   * The same.
   *
   * @param dns gives the {@code host:port}s behind a {@code name:port}
   */
  static Node start(Config config, Function<String, List<String>> dns) {
    Settings all = Settings.from(config);
    NodeSettings settings = all.node();
    Clock clock = SteadyClock.system();
    checkFree(all.gateway());
    Database database = OpenDatabase.open(settings, clock, Pause.real());
    ActorSystem<Void> system;
    try {
      database.pin("registry.partitions", "" + all.registry().partitions().count());
      database.pin("ledger.partitions", "" + all.coordinator().partitions().count());
      database.pin("agents.shards", "" + all.mailboxes().shards());
      database.pin("coordinator.shards", "" + all.coordinator().shards());
      Config pekko = all.toPekkoConfig().withFallback(config);
      system = ActorSystem.create(Behaviors.empty(), settings.cluster(), pekko);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
    Archive archive = Archive.open(settings.database(), all.archive());
    try {
      // Whoever is alone recovers all partitions for good now.
      if (settings.roles().contains("work") && !settings.database().isEmbedded()) {
        Registry.rehearse(system, all.registry());
        Tasks.rehearse(system, all.coordinator());
      }
      Seeds.join(system, settings, dns, clock);
      Metrics metrics = Metrics.start(config);
      Registry registry = Registry.start(system, all.registry(), clock);
      Tasks tasks =
          Tasks.start(
              system,
              all.coordinator(),
              all.mailboxes(),
              clock,
              registry,
              all.handlers(),
              WebhookClient.create(system, all.mailboxes().workers(), clock),
              archive);
      Health health = Health.start(system, database, registry, tasks, all, metrics, clock);
      Listeners http = bind(system, all, clock, registry, tasks, health);
      if (settings.roles().contains("gateway")) {
        String clusterHost = Cluster.get(system).selfMember().address().getHost().orElse("");
        OwnUrl.of(all.gateway(), http.address(), clusterHost)
            .ifPresent(tasks.mailboxes()::servesAt);
      }
      CompletableFuture<Done> stopped = stopInOrder(system, settings, health, archive, database);
      String scheme = all.gateway().tls().isPresent() ? "https" : "http";
      return new Node(all, system, health, registry, tasks, http, scheme, stopped);
    } catch (RuntimeException e) {
      system.terminate();
      archive.close();
      database.close();
      throw e;
    }
  }

  /** Before all that takes a while: somebody who starts a second node hears of it at once. */
  private static void checkFree(GatewaySettings settings) {
    try {
      Listeners.checkFree(settings.host(), settings.port());
    } catch (IOException e) {
      throw cannotListen(settings, e);
    }
  }

  private static IllegalStateException cannotListen(GatewaySettings settings, Throwable why) {
    return new IllegalStateException(
        "Cannot listen on %s:%d: %s. Stop what listens there, or choose another --port or --host."
            .formatted(settings.host(), settings.port(), why.getMessage()),
        why);
  }

  private static Listeners bind(
      ActorSystem<Void> system,
      Settings all,
      Clock clock,
      Registry registry,
      Tasks tasks,
      Health health) {
    GatewaySettings settings = all.gateway();
    try {
      return (all.node().roles().contains("gateway")
              ? Gateway.start(system, settings, clock, registry, tasks, health)
              : Gateway.startOps(system, settings, clock, health))
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      throw cannotListen(settings, e);
    }
  }

  /**
   * Balancers look elsewhere before the gateway stops, and have the time to; one that the others
   * have put out stops at once. The database goes last.
   */
  private static CompletableFuture<Done> stopInOrder(
      ActorSystem<Void> system,
      NodeSettings settings,
      Health health,
      Archive archive,
      Database database) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "longshore-not-ready",
            () -> {
              health.stopping();
              return endingOf(system) == Ending.ASKED && !settings.drainDelay().isZero()
                  ? Patterns.after(
                      settings.drainDelay(),
                      system,
                      () -> CompletableFuture.completedStage(Done.done()))
                  : CompletableFuture.completedStage(Done.done());
            });
    return ended(system)
        .thenApply(
            done -> {
              archive.close();
              database.close();
              return done;
            });
  }

  /**
   * Completed when the actor system has terminated, or when nothing but that is left and it takes
   * too long: a stream between nodes may hang then for ever (apache/pekko issue 3247, mended in
   * Pekko 2).
   */
  private static CompletableFuture<Done> ended(ActorSystem<?> system) {
    CompletableFuture<Done> ended = new CompletableFuture<>();
    system.getWhenTerminated().thenAccept(ended::complete);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseActorSystemTerminate(),
            "longshore-terminates-in-time",
            () -> {
              ended.completeOnTimeout(
                  Done.done(), TERMINATE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
              return CompletableFuture.completedStage(Done.done());
            });
    return ended;
  }

  /** Where it listens: for the whole API, or without the gateway's role for health and metrics. */
  public Optional<InetSocketAddress> httpAddress() {
    return Optional.of(http.address());
  }

  /** How to speak to it there: {@code http} or {@code https}. */
  public String scheme() {
    return scheme;
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
    stopOnSignal(() -> {});
  }

  /** The same, and then something more, unless it had stopped by itself. */
  void stopOnSignal(Runnable whenStopped) {
    Thread stop =
        new Thread(
            () -> {
              boolean byItself = stopped().isDone();
              close();
              if (!byItself) {
                whenStopped.run();
              }
            },
            "longshore-stop");
    Runtime.getRuntime().addShutdownHook(stop);
  }

  /** Completes once the node has stopped, for whatever reason, and has closed its database. */
  public CompletableFuture<Done> stopped() {
    return stopped.copy();
  }

  /** Why it stops or has stopped; that it was asked to as long as it does not. */
  public Ending ending() {
    return endingOf(system);
  }

  private static Ending endingOf(ActorSystem<?> system) {
    return Ending.of(CoordinatedShutdown.get(system).getShutdownReason());
  }

  /**
   * Leaves the cluster gracefully and stops. Waits for that, for up to a minute after the drain
   * delay; longer where requests or handlers may take longer to end than by default.
   */
  @Override
  public void close() {
    system.terminate();
    try {
      stopped().get(stopTimeout.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("The node did not stop within " + stopTimeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The node failed while it stopped", e);
    }
  }
}
