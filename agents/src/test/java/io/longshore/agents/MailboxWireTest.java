package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.MailboxProtocol.CarryReply;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.MailboxProtocol.Wire;
import io.longshore.persistence.BlobWriter;
import java.io.NotSerializableException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.SerializationTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MailboxWireTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_a_message_is_added_to_the_protocol_then_it_is_tested_here() {
    assertEquals(
        WireSamples.leaves(Wire.class),
        WireSamples.all(testKit).stream().map(Object::getClass).collect(Collectors.toSet()));
  }

  @Test
  void when_a_message_travels_then_it_arrives_as_it_was() {
    SerializationTestKit serialization = testKit.serializationTestKit();
    for (Wire message : WireSamples.all(testKit)) {
      Wire arrived = serialization.verifySerialization(message, false);
      if (message instanceof Leases sent) {
        assertSameLeases(sent.leases(), ((Leases) arrived).leases());
      } else {
        assertEquals(message, arrived);
      }
    }
  }

  @Test
  void when_a_newer_node_refuses_for_an_unknown_reason_then_the_answer_is_read_all_the_same()
      throws NotSerializableException {
    var system = (ExtendedActorSystem) Adapter.toClassic(testKit.system());
    MessageWireSerializer serializer = new MessageWireSerializer(system);
    BlobWriter newer = new BlobWriter(64);
    newer.number(7).number(1); // the batch, and answers in it
    newer.number(0).number(2).number(0).number(0).flag(true).number(Sent.Reason.values().length);
    newer.number(500).number(3).flag(true);

    Object read = serializer.fromBinary(newer.toBytes(), "carried");

    Sent refused = Sent.refused(2, Sent.Reason.BUSY, 500);
    assertEquals(new CarryReply(7, List.of(new Taken(refused, 3, true))), read);
  }

  private static void assertSameLeases(List<Lease> sent, List<Lease> arrived) {
    assertEquals(sent.size(), arrived.size());
    for (int i = 0; i < sent.size(); i++) {
      byte[] input = sent.get(i).input();
      assertArrayEquals(input, arrived.get(i).input());
      assertEquals(sent.get(i), with(arrived.get(i), input));
    }
  }

  /** The same lease with this very array: records compare arrays by identity. */
  private static Lease with(Lease lease, byte[] input) {
    return new Lease(
        lease.taskId(),
        lease.leaseToken(),
        lease.attempt(),
        lease.expiresAt(),
        lease.route(),
        input,
        lease.priority(),
        lease.deadlineAt(),
        lease.labels(),
        lease.correlationId(),
        lease.traceparent(),
        lease.exchanges());
  }
}
