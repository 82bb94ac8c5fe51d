package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.agents.Handlers;
import io.longshore.agents.MailboxSettings;
import io.longshore.agents.Mailboxes;
import io.longshore.coordinator.CoordinatorSettings;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Door;
import io.longshore.persistence.Doors;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistrySettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.function.Executable;

/**
 * A whole node on a cluster of its own, with its journal in memory, and its gateway on a free port.
 */
final class TestNode implements AutoCloseable {
  private static final Config CONFIG =
      ConfigFactory.parseString(
          """
          pekko {
            actor.provider = cluster
            remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            cluster.roles = [work]
            coordinated-shutdown { run-by-actor-system-terminate = off, terminate-actor-system = off }
            cluster.jmx.multi-mbeans-in-same-jvm = on
            persistence.journal.plugin = "pekko.persistence.journal.inmem"
            persistence.snapshot-store.plugin = "pekko.persistence.no-snapshot-store"
          }
          longshore.registry.partitions { count = 2, reply-timeout = 15 s }
          longshore.ledger.partitions { count = 2, reply-timeout = 15 s, snapshot.min-journal = 1 TiB }
          longshore.agents { ask-timeout = 15 s, start-timeout = 16 s, messages.lane.reply-timeout = 15 s }
          # A machine that builds is late for other reasons than load.
          longshore.gateway { port = 0, limits.acceptable-delay = 1 minute }
          """);

  private final ActorTestKit testKit;
  private final Registry registry;
  private final Tasks tasks;
  private final Clock clock;
  private final TestHealth health = new TestHealth();

  /** A node that is ready, with these settings before all others. */
  TestNode(String config) {
    this(config, Clock.systemUTC());
  }

  /** A node that is ready, with these settings before all others, and its clock. */
  TestNode(String config, Clock clock) {
    this.clock = clock;
    testKit =
        ActorTestKit.create(
            ConfigFactory.parseString(config)
                .withFallback(CONFIG)
                .withFallback(ConfigFactory.load()));
    Config all = testKit.system().settings().config();
    Cluster cluster = Cluster.get(testKit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    registry = Registry.start(testKit.system(), RegistrySettings.from(all), clock);
    tasks =
        Tasks.start(
            testKit.system(),
            CoordinatorSettings.from(all),
            MailboxSettings.from(all),
            clock,
            registry,
            Handlers.of(),
            WebhookClient.create(testKit.system(), MailboxSettings.from(all).workers(), clock),
            TestArchive.open());
    until(() -> registry.ready() && tasks.asleep() == 0);
  }

  /** Waits for a fact. */
  void until(BooleanSupplier fact) {
    testKit
        .createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(60),
            () -> {
              assertTrue(fact.getAsBoolean());
              return null;
            });
  }

  /** Does something of which it must log no error. */
  void withoutError(Executable what) {
    LoggingTestKit.error("")
        .withOccurrences(0)
        .expect(
            testKit.system(),
            () -> {
              assertDoesNotThrow(what);
              return null;
            });
  }

  /** One of its doors. */
  Door door(String name) {
    return Doors.of(testKit.system()).door(name);
  }

  Registry registry() {
    return registry;
  }

  Mailboxes mailboxes() {
    return tasks.mailboxes();
  }

  TestHealth health() {
    return health;
  }

  /** Another gateway of this node. */
  Api gateway() throws Exception {
    return gateway("");
  }

  /** Another gateway of this node, with these settings before all others. */
  Api gateway(String config) throws Exception {
    return gateway(config, clock);
  }

  /** The same with another clock. */
  Api gateway(String config, Clock clock) throws Exception {
    Config all =
        ConfigFactory.parseString(config)
            .withFallback(testKit.system().settings().config())
            .resolve();
    Listeners binding =
        Gateway.start(testKit.system(), GatewaySettings.from(all), clock, registry, tasks, health)
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    return new Api(binding);
  }

  /** Stops in an orderly way, as a node does that is told to. */
  CompletableFuture<Done> leave() {
    return CoordinatedShutdown.get(testKit.system())
        .runAll(CoordinatedShutdown.unknownReason())
        .toCompletableFuture();
  }

  @Override
  public void close() {
    testKit.shutdownTestKit();
  }

  /** What the test says of the node. */
  static final class TestHealth implements NodeHealth {
    volatile boolean live = true;
    volatile boolean failing;
    volatile Readiness ready = new Readiness(true, List.of());

    @Override
    public boolean live() {
      return live;
    }

    @Override
    public Readiness ready() {
      return ready;
    }

    @Override
    public CompletionStage<ClusterView> cluster() {
      String address = "127.0.0.1:7355";
      Shards shards = new Shards(List.of(0, 2), List.of(1), 3, 4);
      return CompletableFuture.completedFuture(
          new ClusterView(
              "longshore",
              address,
              address,
              null,
              3,
              "keep-majority",
              List.of(new Member(address, "up", true, List.of("work"), "eu", "1.0", shards)),
              List.of(new Partitions("ledger", 16, 1)),
              5,
              List.of(new Queue("summarize", 7, 0.5, 2)),
              List.of("one is missing")));
    }

    @Override
    public String metrics() {
      if (failing) {
        throw new IllegalStateException("secret");
      }
      return "# TYPE up gauge\nup 1\n";
    }
  }
}
