package io.longshore.agents;

import static io.longshore.agents.GivenMessages.message;
import static io.longshore.agents.GivenMessages.messages;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.WantedCapability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Messages on a cluster of two nodes: some mailboxes are here, some there. */
class MessagesTest {
  private static final TwoNodes nodes = new TwoNodes();
  private static final Duration LONG = Duration.ofSeconds(10);

  private final Messages messages = nodes.here.messages();

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @Test
  void when_many_are_sent_at_once_then_each_agent_gets_its_own_in_order_wherever_it_is() {
    List<AgentRecord> agents = nodes.agents.subList(0, 8);
    List<CompletionStage<Sent>> sent = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      for (AgentRecord agent : agents) {
        sent.add(messages.send(agent, List.of(message("s", i))));
      }
    }

    sent.forEach(answer -> assertEquals(Sent.accepted(1), await(answer)));
    for (AgentRecord agent : agents) {
      MessageReader reader = nodes.there.messages().reader(agent, null);
      List<String> read = new ArrayList<>();
      while (read.size() < 50) {
        read.addAll(MessageDriver.texts(received(reader.next(7, LONG))));
      }
      assertEquals(IntStream.rangeClosed(1, 50).mapToObj(i -> "s" + i).toList(), read);
      reader.close();
    }
    assertTrue(messages.counters().accepted() > 0, "some mailboxes are here");
    assertTrue(nodes.there.messages().counters().accepted() > 0, "some mailboxes are there");
  }

  @Test
  void when_more_is_sent_at_once_than_a_batch_holds_then_it_is_counted_once_and_in_order() {
    AgentRecord agent = nodes.agents.get(8);

    Sent sent = await(messages.send(agent, messages("s", 1, 2_500)));

    assertEquals(500, sent.accepted());
    assertEquals(2_000, sent.refused());
    assertEquals(Sent.Reason.MAILBOX_FULL, sent.why());
    Received all = received(messages.receive(agent, 1_000, Duration.ZERO, 1));
    assertEquals(
        IntStream.rangeClosed(1, 500).mapToObj(i -> "s" + i).toList(), MessageDriver.texts(all));
  }

  @Test
  void when_something_is_published_then_every_subscriber_gets_it_and_nobody_else() {
    AtomicInteger handedOver = new AtomicInteger();
    Sent sent =
        await(messages.publish("news", List.of(message("s", 1)), handedOver::incrementAndGet));

    List<AgentRecord> subscribers =
        nodes.agents.stream().filter(agent -> agent.spec().topics().contains("news")).toList();
    assertEquals(Sent.accepted(subscribers.size()), sent);
    for (AgentRecord agent : subscribers) {
      Received news = received(messages.receive(agent, 10, LONG, 1));
      Message last = news.messages().get(news.messages().size() - 1).message();
      assertEquals("news", last.topic());
    }
    assertEquals(
        Sent.NOTHING,
        await(messages.publish("nothing", List.of(message("s", 1)), handedOver::incrementAndGet)));
    assertEquals(2, handedOver.get(), "once each");
  }

  @Test
  void when_a_capability_is_addressed_then_one_of_those_whose_messages_are_read_gets_it() {
    WantedCapability wanted = WantedCapability.of("work@~2.1");
    Sent nobody = await(messages.sendToOne(WantedCapability.of("fly"), message("s", 0)));
    assertEquals(Sent.Reason.NOBODY_READS, nobody.why());
    Set<String> reads = new HashSet<>();
    for (int i : new int[] {21, 23}) {
      reads.add(nodes.agents.get(i).agentId());
      received(messages.receive(nodes.agents.get(i), 1, Duration.ZERO, 1));
    }

    for (int i = 1; i <= 20; i++) {
      assertEquals(
          Sent.accepted(1), await(nodes.there.messages().sendToOne(wanted, message("s", i))));
    }

    int received = 0;
    for (AgentRecord agent : nodes.agents) {
      if (reads.contains(agent.agentId())) {
        Received some = received(messages.receive(agent, 100, Duration.ZERO, 1));
        assertTrue(!some.messages().isEmpty(), "both share the messages");
        for (ReceivedMessage each : some.messages()) {
          received += "work@~2.1".equals(each.message().capability()) ? 1 : 0;
        }
      }
    }
    assertEquals(20, received);
  }

  private static Received received(CompletionStage<Answer<ReceiveReply>> stage) {
    Answer<ReceiveReply> answer = await(stage);
    if (answer instanceof Answer.Replied<ReceiveReply> replied) {
      return assertInstanceOf(Received.class, replied.reply());
    }
    throw new AssertionError("not a reply: " + answer);
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, SECONDS).join();
  }
}
