package io.longshore.loadtest;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.agents.Handlers;
import io.longshore.agents.MailboxSettings;
import io.longshore.agents.Mailboxes;
import io.longshore.agents.Route;
import io.longshore.agents.TaskFailure;
import io.longshore.agents.TaskRef;
import io.longshore.agents.WebhookSender;
import io.longshore.agents.WorkSource;
import io.longshore.coordinator.CoordinatorProbe;
import io.longshore.coordinator.CoordinatorSettings;
import io.longshore.node.NodeSettings;
import io.longshore.node.cli.Pause;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Database;
import io.longshore.persistence.DatabaseSettings;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import io.longshore.registry.Directory;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.Registered;
import io.longshore.registry.RegistrySettings;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;

/**
 * A node in this process without ledger and gateway: its registry, directory, coordinators and
 * mailboxes are the real actors, and a listener can stand between the last two.
 */
final class CoordinationNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int REGISTERING = 1024;
  private final Config config;
  private final Database database;
  private final ActorSystem<Void> system;
  private final Registry registry;
  private final Mailboxes mailboxes;
  private final CoordinatorProbe coordinators;
  private final Passing passing = new Passing();
  private final Map<String, Set<String>> heard = new ConcurrentHashMap<>();
  private volatile @Nullable Listener listener;

  /** Stands between mailboxes and coordinators. */
  @FunctionalInterface
  interface Listener {
    /** On the mailbox's thread: a mailbox tells this; it goes on only if the listener passes it. */
    void reported(Route route, WorkSource.MailboxReport report);
  }

  /** Starts it on an empty database; returns when its directory is complete. */
  CoordinationNode(DatabaseSettings databaseSettings) throws InterruptedException {
    Map<String, Object> flags = new HashMap<>();
    flags.put("longshore.node.port", 0);
    flags.put("longshore.node.database.url", databaseSettings.url());
    flags.put("longshore.node.database.user", databaseSettings.user());
    flags.put("longshore.node.database.password", databaseSettings.password());
    flags.put("longshore.registry.max-agents", 1_000_000);
    flags.put("longshore.registry.max-bytes", "1 GiB");
    // Workers say once that they are there.
    flags.put("longshore.agents.session-timeout", "1 d");
    flags.put("longshore.agents.hand-patience", "1 d");
    // Holds 15 tasks with a concurrency of 5.
    flags.put("longshore.agents.prefetch-per-slot", 2);
    // Who refused in one round is as good as the others in the next.
    flags.put("longshore.coordinator.penalties.refusal", 0);
    flags.put("longshore.coordinator.penalty-half-life", "1 ms");
    config = NodeSettings.load(flags, ConfigFactory.empty());
    NodeSettings settings = NodeSettings.from(config);
    Clock clock = Clock.systemUTC();
    database = Database.open(settings.database());
    system =
        ActorSystem.create(
            Behaviors.empty(),
            settings.cluster(),
            settings.database().toPluginConfig().withFallback(config));
    Cluster.get(system).manager().tell(Join.create(system.address()));
    registry = Registry.start(system, RegistrySettings.from(config), clock);
    mailboxes =
        Mailboxes.start(
            system,
            MailboxSettings.from(config),
            clock,
            passing,
            registry,
            Handlers.of(),
            WebhookSender.NONE);
    coordinators =
        CoordinatorProbe.start(
            system, CoordinatorSettings.from(config), registry.directory(), mailboxes, clock);
    passing.coordinators = coordinators;
    await("the registry", registry::ready);
  }

  /** Registers agents and has each say that it is there; returns when all have reported. */
  List<String> hire(String capability, int count, int concurrency) throws InterruptedException {
    List<String> ids = IntStream.range(0, count).mapToObj(i -> capability + "-" + i).toList();
    AtomicInteger next = new AtomicInteger();
    ClosedLoop.finish(
        Math.min(count, REGISTERING),
        slot -> {
          int i = next.getAndIncrement();
          return i < count ? hire(spec(ids.get(i), capability, concurrency)) : null;
        });
    await(count + " agents", () -> heard.getOrDefault(capability, Set.of()).size() == count);
    return ids;
  }

  private static AgentSpec spec(String agentId, String capability, int concurrency) {
    return new AgentSpec(
        agentId,
        Set.of(capability),
        Map.of(),
        Set.of(),
        concurrency,
        null,
        null,
        null,
        Delivery.PULL);
  }

  private CompletionStage<Integer> hire(AgentSpec spec) {
    return registry
        .register(spec, null)
        .thenCompose(
            answer ->
                answer instanceof Answer.Replied<?> replied
                        && replied.reply() instanceof Registered registered
                    ? mailboxes.heartbeat(registered.agent()).thenApply(reply -> 1)
                    : CompletableFuture.failedFuture(
                        new IllegalStateException("Not registered: " + answer)));
  }

  private static void await(String what, BooleanSupplier done) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("Still waiting for " + what + " after " + PATIENCE);
      }
      Pause.real().of(Duration.ofMillis(5));
    }
  }

  /** The record of an agent that was hired. */
  AgentRecord agent(String agentId) {
    return directory().find(agentId).orElseThrow();
  }

  /** From now on this one alone passes reports on. */
  void listen(Listener listening) {
    listener = listening;
  }

  Directory directory() {
    return registry.directory();
  }

  Mailboxes mailboxes() {
    return mailboxes;
  }

  CoordinatorProbe coordinators() {
    return coordinators;
  }

  Config config() {
    return config;
  }

  @Override
  public void close() {
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException("The node has not stopped well", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    database.close();
  }

  /** Passes reports on. No task is ever started: no worker asks for one. */
  private final class Passing implements WorkSource {
    private volatile @Nullable CoordinatorProbe coordinators;

    @Override
    public void report(Route route, MailboxReport report, Urgency urgency) {
      Listener listening = listener;
      CoordinatorProbe to = coordinators;
      if (listening != null) {
        listening.reported(route, report);
      } else if (to != null) {
        to.reported(route, report);
      }
      if (report.room().status() == Status.ONLINE) {
        heard
            .computeIfAbsent(route.name(), name -> ConcurrentHashMap.newKeySet())
            .add(report.agentId());
      }
    }

    @Override
    public CompletionStage<Answer<StartReply>> start(
        TaskRef ref, String agentId, long leaseMillis) {
      return answered(new StartReply.NotStartable(ref.taskId(), "there is no ledger"));
    }

    @Override
    public CompletionStage<Answer<Boolean>> complete(
        String taskId, String leaseToken, byte[] output) {
      return answered(false);
    }

    @Override
    public CompletionStage<Answer<Boolean>> fail(
        String taskId, String leaseToken, TaskFailure failure) {
      return answered(false);
    }

    @Override
    public CompletionStage<Answer<Boolean>> release(String taskId, String leaseToken) {
      return answered(false);
    }

    @Override
    public CompletionStage<Answer<Boolean>> isHeld(String taskId, String agentId) {
      return answered(true);
    }

    @Override
    public CompletionStage<Answer<ExtendReply>> extend(
        String taskId, String leaseToken, byte @Nullable [] progress) {
      return answered(new ExtendReply.Lost());
    }

    @Override
    public CompletionStage<Answer<Boolean>> requireInput(
        String taskId, String leaseToken, byte[] prompt) {
      return answered(false);
    }

    private static <R> CompletionStage<Answer<R>> answered(R reply) {
      return CompletableFuture.completedFuture(new Answer.Replied<>(reply));
    }
  }
}
