package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.registry.RegistryProtocol.Deregister;
import io.longshore.registry.RegistryProtocol.Deregistered;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate.Kind;
import io.longshore.registry.RegistryProtocol.DrainingSet;
import io.longshore.registry.RegistryProtocol.Find;
import io.longshore.registry.RegistryProtocol.Found;
import io.longshore.registry.RegistryProtocol.NoSuchAgent;
import io.longshore.registry.RegistryProtocol.Register;
import io.longshore.registry.RegistryProtocol.Registered;
import io.longshore.registry.RegistryProtocol.RegistryFull;
import io.longshore.registry.RegistryProtocol.RevisionMismatch;
import io.longshore.registry.RegistryProtocol.SetDraining;
import io.longshore.registry.RegistryProtocol.Watch;
import io.longshore.registry.RegistryProtocol.Wire;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every message of this floor travels between nodes and arrives as it was sent. */
class RegistryWireTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private static List<Wire> samples() {
    AgentRecord full = new AgentRecord(Specs.full("echo-1"), 7, true, 1_000, 2_000);
    AgentRecord bare = Specs.entry(Specs.agent("bare"), 8);
    return List.of(
        new Register(Specs.full("echo-1"), 7L),
        new Register(Specs.agent("bare"), null),
        new Register(Specs.hooked("hook", "whsec_x"), null),
        new Registered(full, true),
        new Registered(bare, false),
        new RevisionMismatch(7),
        new RegistryFull("10000 agents"),
        new Deregister("alice", 7L),
        new Deregister("alice", null),
        new Deregistered("alice"),
        new NoSuchAgent("alice"),
        new SetDraining("alice", true),
        new DrainingSet(full),
        new Find("alice"),
        new Found(bare),
        new Watch(testKit.createTestProbe(DirectoryUpdate.class).ref(), 7),
        new DirectoryUpdate(3, Kind.LISTING, 1, 2, 3, List.of(full, bare), List.of("gone")));
  }

  @Test
  void when_sent_to_another_node_then_it_arrives_as_it_was() {
    for (Wire message : samples()) {
      testKit.serializationTestKit().verifySerialization(message, true);
    }
  }

  @Test
  void when_serialized_then_it_is_as_cbor_and_not_as_java() {
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(testKit.system()));
    for (Wire message : samples()) {
      assertEquals(
          "JacksonCborSerializer",
          serialization.findSerializerFor(message).getClass().getSimpleName());
    }
  }

  @Test
  void when_a_message_is_added_to_the_protocol_then_it_is_tested_here() {
    assertEquals(
        leaves(Wire.class).map(Class::getName).collect(Collectors.toSet()),
        samples().stream()
            .map(message -> message.getClass().getName())
            .collect(Collectors.toSet()));
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(RegistryWireTest::leaves)
        : Stream.of(type);
  }
}
