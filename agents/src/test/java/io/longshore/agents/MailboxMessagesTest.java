package io.longshore.agents;

import static io.longshore.agents.Given.agent;
import static io.longshore.agents.GivenMessages.messages;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.MailboxProtocol.Deliver;
import io.longshore.agents.MailboxProtocol.DeliverReply;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Removed;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.WorkSource.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The messages of one mailbox, through its actor. */
class MailboxMessagesTest {
  private final MailboxFixture node = new MailboxFixture();
  private final TestProbe<ReceiveReply> reader = node.testKit.createTestProbe(ReceiveReply.class);

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void when_a_reader_waits_then_its_agent_is_online_and_it_gets_what_comes() {
    ActorRef<Letter> alice = node.spawn();
    alice.tell(receive(Duration.ofSeconds(60)));
    node.fence(alice);
    node.pass(Duration.ofSeconds(50));
    assertEquals(Status.ONLINE, node.status(alice, agent(1)).room().status());
    assertEquals(1, node.status(alice, agent(1)).messages().readers());

    TestProbe<DeliverReply> relay = node.testKit.createTestProbe(DeliverReply.class);
    alice.tell(new Deliver(5, messages("a", 1, 2), true, relay.getRef()));

    assertEquals(new DeliverReply(5, new Taken(Sent.accepted(2), 2, true)), relay.receiveMessage());
    assertEquals(List.of("a1", "a2"), received());
  }

  @Test
  void when_nobody_reads_then_the_mailbox_keeps_its_messages_until_they_are_too_old() {
    ActorRef<Letter> alice = node.spawn();
    node.fence(alice);
    put(3);
    long timeToLive = Given.settings().messages().timeToLive().toMillis();
    for (long passed = 0; passed < timeToLive - 10_000; passed += 10_000) {
      node.pass(Duration.ofSeconds(10));
      node.fence(alice);
    }
    assertEquals(3, node.status(alice, agent(1)).messages().waiting());
    node.passivated.expectNoMessage(Duration.ZERO);

    node.pass(Duration.ofSeconds(10));

    node.passivated.expectMessage(alice);
    assertEquals(3, node.counters.expired());
  }

  @Test
  void when_it_has_asked_to_be_stopped_then_it_refuses_messages_until_its_shard_has_ignored_that() {
    ActorRef<Letter> alice = node.spawn();
    node.fence(alice);
    LocalMailbox found = found();
    node.pass(Given.settings().passivationTimeout());
    node.passivated.expectMessage(alice);
    assertEquals(Map.of(), node.local);

    Sent refused = Sent.refused(2, Sent.Reason.BUSY, 1_000);
    assertEquals(refused, found.messages().put(messages("a", 1, 2), false).sent());
    TestProbe<DeliverReply> relay = node.testKit.createTestProbe(DeliverReply.class);
    alice.tell(new Deliver(5, messages("a", 1, 2), false, relay.getRef()));
    assertEquals(new DeliverReply(5, new Taken(refused, 0, true)), relay.receiveMessage());

    node.pass(Given.settings().reportInterval());
    node.fence(alice);
    assertEquals(Set.of("alice"), node.local.keySet());
    put(2);
    assertEquals(2, node.status(alice, agent(1)).messages().waiting());
  }

  @Test
  void when_its_shard_has_ignored_that_it_wants_to_be_stopped_then_it_asks_again() {
    ActorRef<Letter> alice = node.spawn();
    node.fence(alice);
    node.pass(Given.settings().passivationTimeout());
    node.passivated.expectMessage(alice);
    node.fence(alice); // the last of the ticks may still come, which must not see a later time

    node.pass(Given.settings().reportInterval());
    node.fence(alice);
    node.passivated.expectNoMessage(Duration.ZERO);
    node.pass(Given.settings().reportInterval());

    node.passivated.expectMessage(alice);
  }

  @Test
  void when_a_wait_is_over_then_the_reader_is_answered_on_time() {
    ActorRef<Letter> alice = node.spawn();
    alice.tell(receive(Duration.ofSeconds(1)));
    node.fence(alice);
    node.pass(Duration.ofMillis(999));
    node.fence(alice);
    reader.expectNoMessage(Duration.ZERO);

    node.pass(Duration.ofMillis(1));

    assertEquals(List.of(), received());
  }

  @Test
  void when_the_mailbox_stops_or_its_agent_is_removed_then_readers_hear_and_losses_count() {
    ActorRef<Letter> alice = node.spawn();
    node.fence(alice);
    put(3);
    alice.tell(new Removed("alice"));
    node.fence(alice);
    assertEquals(3, node.counters.lost());

    alice.tell(receive(Duration.ofSeconds(60)));
    node.fence(alice);
    node.testKit.stop(alice);

    assertEquals(List.of(), received());
    assertEquals(0, node.local.size());
  }

  private LocalMailbox found() {
    return Objects.requireNonNull(node.local.get("alice"), "not found");
  }

  private void put(int count) {
    Taken taken = found().messages().put(messages("a", 1, count), false);
    assertEquals(Sent.accepted(count), taken.sent());
  }

  private List<String> received() {
    return MessageDriver.texts(reader.expectMessageClass(Received.class));
  }

  private Receive receive(Duration wait) {
    return new Receive(agent(1), 10, wait.toMillis(), null, false, 1, 1, reader.getRef());
  }
}
