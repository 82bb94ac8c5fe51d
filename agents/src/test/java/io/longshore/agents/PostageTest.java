package io.longshore.agents;

import static io.longshore.agents.GivenMessages.messages;
import static io.longshore.agents.GivenMessages.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.persistence.Leaving;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is on its way to mailboxes of this node. */
class PostageTest {
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final int MAX_IN_FLIGHT = 100;

  private final TestClock clock = new TestClock();
  private final MailboxCounters counters = new MailboxCounters((reason, count) -> {});

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_a_mailbox_fails_then_who_sends_hears_of_it_and_its_messages_take_no_room_for_ever() {
    Postage postage =
        to(
            () -> {
              throw new IllegalStateException("broken for this test");
            });

    assertTrue(post(postage, MAX_IN_FLIGHT).isCompletedExceptionally());
    assertEquals(MAX_IN_FLIGHT, post(postage, MAX_IN_FLIGHT).join().sent().accepted());
  }

  @Test
  void when_more_is_sent_at_once_than_may_be_on_its_way_then_it_is_refused() {
    Postage postage = to(() -> {});

    assertEquals(MAX_IN_FLIGHT, post(postage, MAX_IN_FLIGHT).join().sent().accepted());
    Sent refused = post(postage, MAX_IN_FLIGHT + 1).join().sent();

    assertEquals(Sent.Reason.IN_FLIGHT, refused.why());
    assertEquals(MAX_IN_FLIGHT + 1, refused.refused());
  }

  private static CompletableFuture<Taken> post(Postage postage, int count) {
    return postage.post(new Parcel("alice", messages("m", 1, count), false));
  }

  /** To one mailbox, which wakes its actor so. */
  private Postage to(Runnable wake) {
    MessageSettings.Lane settings =
        new MessageSettings.Lane(4, 1_000, MAX_IN_FLIGHT, 1_000_000, Duration.ofSeconds(5));
    AgentMessages messages =
        new AgentMessages(
            1, settings("capacity.normal = 100000", "max-bytes = 100 MiB"), counters, clock, wake);
    return new Postage(
        List.of(new MessageLane(testKit::spawn, batch -> {}, settings)),
        agentId -> 0,
        Map.of("alice", new LocalMailbox(testKit.createTestProbe(Letter.class).ref(), messages)),
        Leaving.watch(testKit.system(), "postage"),
        settings,
        counters,
        clock);
  }
}
