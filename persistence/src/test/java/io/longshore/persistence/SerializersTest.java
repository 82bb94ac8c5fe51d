package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.NumbersLogic.NumberAdded;
import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.AddHeavy;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.NumbersProtocol.Contents;
import io.longshore.persistence.NumbersProtocol.Recall;
import io.longshore.persistence.PartitionMessage.Awake;
import io.longshore.persistence.PartitionMessage.Batch;
import io.longshore.persistence.PartitionMessage.Replies;
import io.longshore.persistence.PartitionMessage.Undecided;
import io.longshore.persistence.PartitionMessage.Wake;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What this floor sends between nodes and keeps arrives as it was. */
class SerializersTest {
  private static final ActorTestKit testKit =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  "pekko.actor.serialization-bindings"
                      + " {\"io.longshore.persistence.NumbersProtocol\" = jackson-cbor}")
              .withFallback(ConfigFactory.load()));

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private static List<Object> wire() {
    return List.of(
        new Batch(
            1L << 40,
            testKit.createTestProbe(Replies.class).ref(),
            List.of(new Add(1), new Recall(), new AddHeavy(2, "load"), new Add(-3))),
        new Batch(1, testKit.createTestProbe(Replies.class).ref(), List.of()),
        new Replies(
            7,
            List.of(
                new Added(1, true),
                new Undecided(),
                new Contents(Set.of(1L), 2),
                new Added(2, false))),
        new Replies(8, List.of()),
        new Undecided(),
        new PartitionMessage.Refused(7, 1_000),
        new Wake(testKit.createTestProbe(Awake.class).ref()),
        new Awake(4095),
        new PartitionMessage.AwakeThere(List.of(0, 7, 4095)));
  }

  @Test
  void when_sent_to_another_node_then_it_arrives_as_it_was() {
    for (Object message : wire()) {
      testKit.serializationTestKit().verifySerialization(message, true);
    }
  }

  @Test
  void when_a_large_batch_is_sent_then_each_kind_of_command_is_named_once() {
    List<PartitionCommand<?>> commands = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      commands.add(i % 2 == 0 ? new Add(i) : new AddHeavy(i, "x"));
    }
    Batch batch = new Batch(1, testKit.createTestProbe(Replies.class).ref(), commands);
    Batch arrived = testKit.serializationTestKit().verifySerialization(batch, true);
    assertEquals(commands, arrived.commands());
    String bytes = new String(serialize(batch), StandardCharsets.ISO_8859_1);
    assertEquals(bytes.indexOf("AddHeavy"), bytes.lastIndexOf("AddHeavy"));
    assertTrue(bytes.contains("AddHeavy"));
  }

  @Test
  void when_nodes_of_two_versions_talk_then_identifier_and_manifests_are_the_same() {
    List<String> manifests = new ArrayList<>();
    for (Object message : wire()) {
      SerializerWithStringManifest serializer = serializerOf(message);
      assertInstanceOf(PartitionWireSerializer.class, serializer);
      assertEquals(744_002, serializer.identifier());
      manifests.add(serializer.manifest(message));
    }
    assertEquals(
        List.of(
            "batch",
            "batch",
            "replies",
            "replies",
            "undecided",
            "refused",
            "wake",
            "awake",
            "awake-there"),
        manifests);
  }

  @Test
  void when_a_newer_version_sends_or_keeps_another_kind_then_it_is_refused() {
    assertThrows(
        NotSerializableException.class,
        () -> serializerOf(new Awake(0)).fromBinary(new byte[0], "news"));
    NotSerializableException stored =
        assertThrows(
            NotSerializableException.class,
            () -> serializerOf(new EventBatch(new byte[0])).fromBinary(new byte[0], "news"));
    assertTrue(String.valueOf(stored.getMessage()).contains("newer"), stored.getMessage());
  }

  @Test
  void when_a_foreign_object_is_given_to_the_wire_then_it_is_refused() {
    SerializerWithStringManifest serializer = serializerOf(new Awake(0));
    assertThrows(IllegalArgumentException.class, () -> serializer.manifest("text"));
  }

  @Test
  void when_a_message_ends_early_then_it_is_refused() throws NotSerializableException {
    for (Object message : wire()) {
      SerializerWithStringManifest serializer = serializerOf(message);
      byte[] whole = serializer.toBinary(message);
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThrows(
            IllegalArgumentException.class,
            () -> serializer.fromBinary(cut, serializer.manifest(message)),
            message + " cut to " + length);
      }
    }
  }

  @Test
  void when_kept_then_identifier_manifests_and_bytes_are_as_ever() throws NotSerializableException {
    EventBatch events = EventBatch.of(List.of(new NumberAdded(7)), new NumbersLogic.EventCodec());
    StateSnapshot state =
        StateSnapshot.of(new NumbersLogic.Numbers(), new NumbersLogic.NumbersCodec());
    SerializerWithStringManifest serializer = serializerOf(events);
    assertInstanceOf(StoredSerializer.class, serializer);
    assertEquals(serializer, serializerOf(state));
    assertEquals(744_001, serializer.identifier());
    assertEquals("events", serializer.manifest(events));
    assertEquals("state", serializer.manifest(state));
    assertArrayEquals(events.blob(), serializer.toBinary(events));
    assertArrayEquals(state.blob(), serializer.toBinary(state));
    assertArrayEquals(
        events.blob(), ((EventBatch) serializer.fromBinary(events.blob(), "events")).blob());
    assertArrayEquals(
        state.blob(), ((StateSnapshot) serializer.fromBinary(state.blob(), "state")).blob());
  }

  private static byte[] serialize(Object message) {
    return serializerOf(message).toBinary(message);
  }

  private static SerializerWithStringManifest serializerOf(Object message) {
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(testKit.system()));
    return (SerializerWithStringManifest) serialization.findSerializerFor(message);
  }
}
