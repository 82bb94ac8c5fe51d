package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every message of this floor travels between nodes and arrives as it was sent. */
class CoordinatorWireTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private static List<Object> samples() {
    List<Object> all = new ArrayList<>(WireSamples.coordinators());
    all.addAll(WireSamples.tasks(testKit.createTestProbe(TaskProtocol.GetReply.class).ref()));
    all.addAll(
        WireSamples.recommendations(
            testKit.createTestProbe(RecommendationProtocol.Told.class).ref()));
    return all;
  }

  @Test
  void when_sent_to_another_node_then_it_arrives_as_it_was() {
    for (Object message : samples()) {
      Deep.assertSame(message, testKit.serializationTestKit().verifySerialization(message, false));
    }
  }

  @Test
  void when_serialized_then_it_is_as_cbor_and_not_as_java() {
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(testKit.system()));
    for (Object message : samples()) {
      assertEquals(
          "JacksonCborSerializer",
          serialization.findSerializerFor(message).getClass().getSimpleName());
    }
  }

  @Test
  void when_a_message_is_added_to_the_protocol_then_it_is_tested_here() {
    Set<String> wire =
        Stream.of(
                TaskProtocol.Wire.class,
                CoordinatorProtocol.Wire.class,
                RecommendationProtocol.Wire.class)
            .flatMap(CoordinatorWireTest::leaves)
            .filter(leaf -> !CoordinatorProtocol.Internal.class.isAssignableFrom(leaf))
            .map(Class::getName)
            .collect(Collectors.toSet());
    assertEquals(
        wire,
        samples().stream()
            .map(message -> message.getClass().getName())
            .collect(Collectors.toSet()));
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(CoordinatorWireTest::leaves)
        : Stream.of(type);
  }
}
