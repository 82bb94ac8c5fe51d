package io.longshore.agents;

import static io.longshore.agents.Given.agent;
import static io.longshore.agents.GivenMessages.message;
import static io.longshore.agents.GivenMessages.messages;
import static io.longshore.agents.GivenMessages.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Senders put messages in with their own threads, beside the mailbox's actor. */
class AgentMessagesTest {
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final int SENDERS = 4;
  private static final int EACH = 5_000;

  private final TestClock clock = new TestClock();
  private final AtomicInteger woken = new AtomicInteger();
  private final TestProbe<ReceiveReply> reader = testKit.createTestProbe(ReceiveReply.class);
  private final AgentMessages mailbox =
      new AgentMessages(
          1,
          settings("capacity.normal = 100000", "max-bytes = 100 MiB"),
          new MailboxCounters((reason, count) -> {}),
          clock,
          woken::incrementAndGet);

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_a_reader_waits_then_it_gets_what_is_put_in_without_the_actor() {
    receive(Duration.ofSeconds(60));

    mailbox.put(messages("a", 1, 2), false);

    assertEquals(List.of("a1", "a2"), received());
  }

  @Test
  void when_what_is_put_in_is_due_sooner_then_the_actor_is_woken_once() {
    mailbox.put(messages("a", 1, 1), false);
    assertEquals(1, woken.get());
    long due = mailbox.nextDue();
    clock.advance(Duration.ofSeconds(1));
    mailbox.put(messages("a", 2, 2), false);

    assertEquals(1, woken.get());
    assertEquals(due, mailbox.nextDue());
  }

  @Test
  void when_it_is_idle_then_it_closes_and_refuses_until_it_is_opened() {
    mailbox.put(messages("a", 1, 1), false);
    assertFalse(mailbox.closeIfIdle());
    mailbox.end();
    assertTrue(mailbox.closeIfIdle());

    Sent refused = mailbox.put(messages("a", 2, 3), false).sent();
    mailbox.open();

    assertEquals(Sent.refused(2, Sent.Reason.BUSY, AgentMessages.RETRY_AFTER_MILLIS), refused);
    assertEquals(1, mailbox.put(messages("a", 4, 4), false).sent().accepted());
  }

  @Test
  void when_many_put_at_once_beside_a_reader_then_all_come_once_and_in_each_senders_order()
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
    List<Future<Integer>> accepted = new ArrayList<>();
    for (int sender = 0; sender < SENDERS; sender++) {
      String name = Character.toString('a' + sender);
      accepted.add(
          threads.submit(
              () -> {
                int sum = 0;
                for (int i = 0; i < EACH; i++) {
                  sum += mailbox.put(List.of(message(name, i)), false).sent().accepted();
                }
                return sum;
              }));
    }
    Map<String, Integer> next = new TreeMap<>();
    int count = 0;
    while (count < SENDERS * EACH) {
      receive(Duration.ofSeconds(60));
      for (String text : received()) {
        String sender = text.substring(0, 1);
        int expected = next.merge(sender, 1, Integer::sum) - 1;
        assertEquals(sender + expected, text);
        count++;
      }
    }
    for (Future<Integer> each : accepted) {
      assertEquals(EACH, each.get(10, TimeUnit.SECONDS));
    }
    threads.shutdown();
    assertEquals(Map.of("a", EACH, "b", EACH, "c", EACH, "d", EACH), next);
    assertEquals(0, mailbox.status().waiting());
  }

  private void receive(Duration wait) {
    mailbox.receive(
        new Receive(agent(1), 1_000, wait.toMillis(), null, false, 1, 1, reader.getRef()));
    mailbox.settle();
  }

  private List<String> received() {
    return MessageDriver.texts(reader.expectMessageClass(Received.class));
  }
}
