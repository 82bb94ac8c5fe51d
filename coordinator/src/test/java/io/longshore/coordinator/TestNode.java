package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.agents.Handlers;
import io.longshore.agents.Lease;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.MailboxSettings;
import io.longshore.agents.Route;
import io.longshore.agents.WebhookSender;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.Registered;
import io.longshore.registry.RegistrySettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;

/** A cluster of one node with everything up to this floor, its journal in memory. */
final class TestNode implements AutoCloseable {
  private static final Config CONFIG =
      ConfigFactory.parseString(
          """
          pekko {
            actor.provider = cluster
            remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            cluster.roles = [work]
            cluster.jmx.multi-mbeans-in-same-jvm = on
            # There is no other node to hand anything over to.
            coordinated-shutdown.run-by-actor-system-terminate = off
          }
          longshore {
            registry.watch-interval = 200 ms
            persistence.partitions { count = 4, tick = 20 ms, reply-timeout = 30 s }
            agents { ask-timeout = 30 s, start-timeout = 31 s, hand-patience = 1 m }
            ledger.backoff { first = 50 ms, longest = 100 ms }
            coordinator { tick = 50 ms, move-gain = 50 ms }
          }
          """);

  final ActorTestKit testKit;
  final Registry registry;
  final Tasks tasks;
  private final TestProbe<Object> waiter;

  TestNode() {
    this("");
  }

  /** A node with these settings before all others. */
  TestNode(String first) {
    testKit =
        ActorTestKit.create(
            ConfigFactory.load(
                ConfigFactory.parseString(first)
                    .withFallback(CONFIG)
                    .withFallback(PersistenceTestKitPlugin.getInstance().config())
                    .withFallback(PersistenceTestKitSnapshotPlugin.config())));
    waiter = testKit.createTestProbe();
    Cluster cluster = Cluster.get(testKit.system());
    cluster.manager().tell(Join.create(testKit.system().address()));
    Config config = testKit.system().settings().config();
    Clock clock = Clock.systemUTC();
    registry = Registry.start(testKit.system(), RegistrySettings.from(config), clock);
    tasks =
        Tasks.start(
            testKit.system(),
            CoordinatorSettings.from(config),
            MailboxSettings.from(config),
            clock,
            registry,
            Handlers.of(),
            WebhookSender.NONE,
            TestArchive.open());
    eventually(() -> assertTrue(registry.ready() && tasks.asleep() == 0, "not ready"));
  }

  @Override
  public void close() {
    testKit.shutdownTestKit();
  }

  /** Waits until it is so. */
  void eventually(Runnable fact) {
    waiter.awaitAssert(
        Duration.ofSeconds(60),
        () -> {
          fact.run();
          return fact;
        });
  }

  static <R> R reply(CompletionStage<Answer<R>> answer) {
    Answer<R> given = answer.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    if (given instanceof Answer.Replied<R> replied) {
      return replied.reply();
    }
    throw new AssertionError("not replied: " + given);
  }

  AgentRecord register(String agentId, String capability, int concurrency) {
    AgentSpec spec =
        new AgentSpec(
            agentId,
            Set.of(capability),
            Map.of(),
            Set.of(),
            concurrency,
            null,
            null,
            null,
            Delivery.PULL);
    return ((Registered) reply(registry.register(spec, null))).agent();
  }

  String submit(Route route) {
    return submit(Given.task(route, 0, 3, null));
  }

  String submit(NewTask task) {
    return ((TaskProtocol.Accepted) reply(tasks.submit(task))).task().taskId();
  }

  /** What one acquire brings. */
  List<Lease> acquire(AgentRecord agent, int max, Duration wait) {
    return ((Leases) reply(tasks.mailboxes().acquire(agent, max, wait, Duration.ZERO, 1))).leases();
  }

  /** Acquires until it has so many leases. */
  List<Lease> acquireAll(AgentRecord agent, int count) {
    List<Lease> leases = new ArrayList<>();
    eventually(
        () -> {
          leases.addAll(acquire(agent, count - leases.size(), Duration.ofSeconds(5)));
          assertTrue(leases.size() >= count, () -> agent.agentId() + " has " + leases.size());
        });
    return leases;
  }

  Lease acquireOne(AgentRecord agent) {
    return acquireAll(agent, 1).get(0);
  }

  MailboxStatus status(AgentRecord agent) {
    return reply(tasks.mailboxes().status(agent));
  }

  void complete(Lease lease) {
    assertInstanceOf(
        TaskProtocol.LeaseDone.class,
        reply(tasks.complete(lease.taskId(), lease.leaseToken(), Given.json("\"done\""))));
  }

  TaskView get(String taskId) {
    return ((TaskProtocol.Found) reply(tasks.get(taskId))).task();
  }

  /** The task once it has ended. */
  TaskView ended(String taskId) {
    TaskView task =
        ((TaskProtocol.Found) reply(tasks.await(taskId, -1, Duration.ofSeconds(40)))).task();
    assertTrue(task.state().terminal(), () -> "still " + task);
    return task;
  }
}
