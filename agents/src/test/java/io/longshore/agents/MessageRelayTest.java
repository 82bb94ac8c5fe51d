package io.longshore.agents;

import static io.longshore.agents.GivenMessages.messages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longshore.agents.MailboxProtocol.Carry;
import io.longshore.agents.MailboxProtocol.CarryReply;
import io.longshore.agents.MailboxProtocol.Command;
import io.longshore.agents.MailboxProtocol.Deliver;
import io.longshore.agents.MailboxProtocol.DeliverReply;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageRelayTest {
  private final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private final TestProbe<Object> mailboxes = testKit.createTestProbe(Object.class);
  private final TestProbe<CarryReply> lane = testKit.createTestProbe(CarryReply.class);
  private final Map<String, LocalMailbox> local = new ConcurrentHashMap<>();
  private final ActorRef<Command> relay =
      testKit.spawn(
          MessageRelay.create(
              local,
              (agentId, command) -> {
                mailboxes.getRef().tell(agentId);
                mailboxes.getRef().tell(command);
              },
              Duration.ofSeconds(2)));

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_all_mailboxes_have_answered_then_the_batch_is_answered_in_the_order_of_its_parcels() {
    relay.tell(carry(1, "alice", "bob"));
    Deliver alice = next("alice");
    Deliver bob = next("bob");
    relay.tell(carry(2, "alice"));
    Deliver again = next("alice");

    answer(again, 3);
    assertEquals(new CarryReply(2, List.of(taken(3))), lane.receiveMessage());
    answer(bob, 2);
    lane.expectNoMessage(Duration.ZERO);
    answer(alice, 1);
    assertEquals(new CarryReply(1, List.of(taken(1), taken(2))), lane.receiveMessage());
  }

  @Test
  void when_a_mailbox_does_not_answer_in_time_then_only_its_part_is_unknown() {
    relay.tell(carry(1, "alice", "bob"));
    Deliver alice = next("alice");
    Deliver bob = next("bob");
    answer(bob, 2);
    relay.tell(carry(2));
    assertEquals(new CarryReply(2, List.of()), lane.receiveMessage());

    ManualTime.get(testKit.system()).timePasses(Duration.ofSeconds(2));

    Taken unknown = new Taken(Sent.unknown(2), 0, true);
    assertEquals(new CarryReply(1, List.of(unknown, taken(2))), lane.receiveMessage());
    answer(alice, 1);
    relay.tell(carry(3));
    assertEquals(3, lane.receiveMessage().number());
  }

  @Test
  void when_a_mailbox_is_alive_then_its_messages_are_put_in_at_once() {
    TestProbe<Letter> alive = testKit.createTestProbe(Letter.class);
    AgentMessages bobs =
        new AgentMessages(
            1,
            Given.settings(),
            new MailboxCounters((reason, count) -> {}),
            new TestClock(),
            () -> {});
    local.put("bob", new LocalMailbox(alive.getRef(), bobs));
    relay.tell(carry(1, "bob"));
    assertEquals(
        new CarryReply(1, List.of(new Taken(Sent.accepted(2), 2, false))), lane.receiveMessage());

    relay.tell(carry(2, "bob", "alice"));
    Deliver alice = next("alice");
    assertEquals(4, bobs.status().waiting());
    answer(alice, 1);
    assertEquals(
        new CarryReply(2, List.of(new Taken(Sent.accepted(2), 4, false), taken(1))),
        lane.receiveMessage());
    alive.expectNoMessage(Duration.ZERO);
  }

  @Test
  void when_an_entity_is_a_relay_then_its_id_is_no_agents_and_names_its_shard() {
    assertEquals("17", MessageRelay.shardOf(MessageRelay.entityId(17)));
    assertNull(MessageRelay.shardOf("~17"));
  }

  private Carry carry(long number, String... agents) {
    return new Carry(
        number,
        List.of(agents).stream()
            .map(agent -> new Parcel(agent, messages(agent, 1, 2), false))
            .toList(),
        lane.getRef());
  }

  private Deliver next(String agentId) {
    assertEquals(agentId, mailboxes.receiveMessage());
    return mailboxes.expectMessageClass(Deliver.class);
  }

  private static void answer(Deliver deliver, int accepted) {
    deliver.replyTo().tell(new DeliverReply(deliver.number(), taken(accepted)));
  }

  private static Taken taken(int accepted) {
    return new Taken(Sent.accepted(accepted), 0, true);
  }
}
