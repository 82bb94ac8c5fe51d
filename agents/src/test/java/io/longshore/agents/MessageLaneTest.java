package io.longshore.agents;

import static io.longshore.agents.GivenMessages.messages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.Carry;
import io.longshore.agents.MailboxProtocol.CarryReply;
import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.MessageLane.Posting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The test is the shard's relay. */
class MessageLaneTest {
  private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private static final ManualTime time = ManualTime.get(testKit.system());
  private static final MessageSettings.Lane SETTINGS =
      new MessageSettings.Lane(4, 1_000, 100, 100_000, Duration.ofSeconds(5));

  private TestProbe<Carry> relay;
  private MessageLane lane;
  private ActorRef<?> sender;

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void startLane() {
    relay = testKit.createTestProbe(Carry.class);
    lane =
        new MessageLane(
            behavior -> {
              sender = testKit.spawn(behavior);
              return sender;
            },
            relay.ref()::tell,
            SETTINGS);
  }

  @Test
  void when_a_batch_is_out_then_messages_gather_and_leave_as_one_in_order() {
    CompletableFuture<Taken> first = post("alice", 1, 10);
    Carry batch = relay.receiveMessage();
    List<CompletableFuture<Taken>> more =
        IntStream.rangeClosed(2, 4).mapToObj(i -> post("agent-" + i, 1, 10)).toList();
    relay.expectNoMessage(Duration.ZERO);
    assertFalse(lane.isIdle());

    reply(batch, accepted(1));
    Carry next = relay.receiveMessage();
    assertEquals(
        List.of("agent-2", "agent-3", "agent-4"),
        next.parcels().stream().map(Parcel::agentId).toList());
    reply(next, accepted(2), accepted(3), accepted(4));

    assertEquals(accepted(1), await(first));
    assertEquals(
        List.of(accepted(2), accepted(3), accepted(4)),
        more.stream().map(MessageLaneTest::await).toList());
    assertTrue(lane.isIdle());
  }

  @Test
  void when_more_gather_than_a_batch_may_hold_then_the_rest_leaves_in_the_next() {
    send("alice", 1, 10);
    Carry first = relay.receiveMessage();
    send("many", 3, 10);
    send("two", 2, 10);
    send("heavy", 1, 5_000);
    send("last", 1, 1);

    Carry second = nextAfter(first);
    assertEquals(List.of("many"), agents(second));
    Carry third = nextAfter(second);
    assertEquals(List.of("two"), agents(third));
    Carry fourth = nextAfter(third);
    assertEquals(List.of("heavy"), agents(fourth), "too heavy for any, so alone");
    assertEquals(List.of("last"), agents(nextAfter(fourth)));
  }

  private Carry nextAfter(Carry batch) {
    reply(batch, accepted(1));
    return relay.receiveMessage();
  }

  @Test
  void when_the_relay_is_silent_then_the_fate_is_unknown_and_the_lane_goes_on() {
    CompletableFuture<Taken> first = post("alice", 2, 10);
    Carry silent = relay.receiveMessage();
    CompletableFuture<Taken> second = post("alice", 1, 10);

    time.timePasses(Duration.ofSeconds(5));

    assertEquals(Sent.unknown(2), await(first).sent());
    Carry next = relay.receiveMessage();
    reply(silent, accepted(9));
    assertFalse(second.isDone());
    reply(next, accepted(1));
    assertEquals(accepted(1), await(second));
  }

  @Test
  void when_the_node_stops_then_nobody_is_left_waiting() {
    CompletableFuture<Taken> sent = post("alice", 1, 10);
    relay.receiveMessage();
    CompletableFuture<Taken> waits = post("alice", 2, 10);

    testKit.stop(sender);

    assertEquals(Sent.unknown(1), await(sent).sent());
    assertEquals(Sent.unknown(2), await(waits).sent());
    assertEquals(Sent.unknown(3), await(post("alice", 3, 10)).sent());
    assertTrue(lane.isIdle());
  }

  private CompletableFuture<Taken> post(String agentId, int count, int weight) {
    CompletableFuture<Taken> answer = new CompletableFuture<>();
    lane.add(
        new Posting(new Parcel(agentId, messages("a", 1, count), false), weight, answer::complete));
    return answer;
  }

  private void send(String agentId, int count, int weight) {
    var unused = post(agentId, count, weight);
  }

  private static List<String> agents(Carry carry) {
    return carry.parcels().stream().map(Parcel::agentId).toList();
  }

  private static void reply(Carry carry, Taken... taken) {
    carry.replyTo().tell(new CarryReply(carry.number(), List.of(taken)));
  }

  private static Taken accepted(int count) {
    return new Taken(Sent.accepted(count), 0, true);
  }

  private static Taken await(CompletableFuture<Taken> answer) {
    return answer.orTimeout(60, TimeUnit.SECONDS).join();
  }
}
