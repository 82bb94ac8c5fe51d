package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.Answer;
import io.longshore.registry.RegistryProtocol.Deregistered;
import io.longshore.registry.RegistryProtocol.DrainingSet;
import io.longshore.registry.RegistryProtocol.Found;
import io.longshore.registry.RegistryProtocol.NoSuchAgent;
import io.longshore.registry.RegistryProtocol.Registered;
import io.longshore.registry.RegistryProtocol.RevisionMismatch;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The registry of a cluster of one node, journal in memory. */
class RegistryTest {
  private static final Config CONFIG =
      ConfigFactory.parseString(
          """
          pekko {
            actor.provider = cluster
            remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            cluster.roles = [work]
            cluster.jmx.multi-mbeans-in-same-jvm = on
          }
          longshore.registry { watch-interval = 200 ms, partitions.reply-timeout = 30 s }
          """);
  private static ActorTestKit testKit;
  private static TestProbe<Object> waiter;
  private static Registry registry;

  @BeforeAll
  static void start() {
    testKit =
        ActorTestKit.create(
            CONFIG
                .withFallback(PersistenceTestKitPlugin.getInstance().config())
                .withFallback(PersistenceTestKitSnapshotPlugin.config())
                .withFallback(ConfigFactory.load()));
    waiter = testKit.createTestProbe();
    Cluster cluster = Cluster.get(testKit.system());
    cluster.manager().tell(Join.create(testKit.system().address()));
    RegistrySettings settings = RegistrySettings.from(testKit.system().settings().config());
    registry = Registry.start(testKit.system(), settings, Clock.systemUTC());
    await(() -> assertTrue(registry.ready()));
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_an_agent_lives_its_life_then_authority_and_directory_follow() throws Exception {
    AgentSpec spec = Specs.agent("lives", "living");
    Registered registered = (Registered) reply(registry.register(spec, null));
    AgentRecord agent = registered.agent();
    assertTrue(registered.created());
    assertEquals(new Found(agent), reply(registry.find("lives")));
    assertEquals(new Found(agent), reply(registry.lookup("lives")));
    await(() -> assertEquals(agent, registry.directory().find("lives").orElse(null)));

    DrainingSet draining = (DrainingSet) reply(registry.setDraining("lives", true));
    assertTrue(draining.agent().draining());
    await(
        () ->
            assertEquals(
                List.of(draining.agent()),
                List.copyOf(registry.directory().withCapability("living"))));

    long revision = draining.agent().revision();
    assertEquals(new RevisionMismatch(revision), reply(registry.deregister("lives", revision - 1)));
    assertEquals(new Deregistered("lives"), reply(registry.deregister("lives", revision)));
    assertEquals(new NoSuchAgent("lives"), reply(registry.find("lives")));
    await(() -> assertTrue(registry.directory().find("lives").isEmpty()));
    assertEquals(new NoSuchAgent("lives"), reply(registry.lookup("lives")));
  }

  @Test
  void when_many_register_at_once_then_all_are_listed_in_order() throws Exception {
    List<CompletionStage<?>> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      answers.add(registry.register(Specs.agent("many-" + (1_000 + i), "many"), 0L));
    }
    for (CompletionStage<?> answer : answers) {
      Answer.Replied<?> replied =
          (Answer.Replied<?>) answer.toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertTrue(((Registered) replied.reply()).created());
    }
    await(() -> assertEquals(1_000, registry.directory().withCapability("many").size()));
    AgentQuery query =
        new AgentQuery(WantedCapability.of("many"), Map.of(), null, null, null, "many-1499", 3);
    List<AgentRecord> page = registry.directory().find(query).agents();
    assertEquals(
        List.of("many-1500", "many-1501", "many-1502"),
        page.stream().map(AgentRecord::agentId).toList());
  }

  private static void await(Runnable fact) {
    waiter.awaitAssert(
        Duration.ofSeconds(60),
        () -> {
          fact.run();
          return fact;
        });
  }

  private static <R> R reply(CompletionStage<Answer<R>> answer) throws Exception {
    return ((Answer.Replied<R>) answer.toCompletableFuture().get(60, TimeUnit.SECONDS)).reply();
  }
}
