package io.longshore.agents;

import static io.longshore.agents.GivenMessages.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Replaced;
import io.longshore.agents.TaskRef.Priority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Random senders and readers against a mailbox's messages, with answers that are lost and readers
 * that resume. Whatever happens: bounds hold, the messages of a sender arrive in order and once,
 * nobody is replaced but by its own successor, and every message that was accepted was delivered,
 * dropped and counted, or is still there.
 */
class MessageSimulationTest {
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final ActorRef<ReceiveReply> NOBODY =
      testKit.createTestProbe(ReceiveReply.class).getRef();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_anything_happens_in_any_order_then_nothing_is_lost_doubled_or_out_of_bounds() {
    for (int seed = 0; seed < 300; seed++) {
      try {
        new Simulation(seed).run(400);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** One who reads, over one connection after the other; each is a reader of its own. */
  private static final class Client {
    private final Map<String, Integer> lastSeen = new HashMap<>();
    private long reader;
    private @Nullable MessageId after;
    private boolean resumes;
  }

  private static final class Simulation {
    private static final int CLIENTS = 6;
    private static final int CAPACITY = 16;
    private static final int GROWTH = 3;
    private final Random random;
    private final MessageDriver box;
    private final Map<String, Integer> lastSent = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final List<Client> clients = new ArrayList<>();
    private final Map<Long, Client> waiting = new HashMap<>();
    private final Set<Long> lost = new HashSet<>();
    private long accepted;
    private long refused;
    private long readers;

    Simulation(int seed) {
      random = new Random(seed);
      List<String> policies = List.of("refuse", "drop-oldest", "drop-newest");
      box =
          new MessageDriver(
              settings(
                  "capacity { high = 16, normal = 16, low = 16 }",
                  "growth = " + GROWTH,
                  "max-bytes = 6000",
                  "time-to-live = 20s",
                  "replay.count = " + (seed % 2 == 0 ? 1_000 : 5),
                  "overflow = " + policies.get(random.nextInt(3))),
              NOBODY);
    }

    void run(int steps) {
      for (int i = 0; i < steps; i++) {
        step();
        box.settle();
        readAnswers();
        check();
      }
      assertTrue(refused + box.counters.dropped() > 0, "the simulation never overflowed");
      assertTrue(box.counters.delivered() > 0, "the simulation delivered nothing");
    }

    private void step() {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> send();
        case 3, 4 -> receive();
        case 5 -> box.now += random.nextInt(random.nextInt(20) == 0 ? 30_000 : 1_000);
        case 6 -> box.now = Math.max(box.now, Math.min(box.state.nextDue(), box.now + 5_000));
        default -> waiting.keySet().stream().findAny().ifPresent(c -> box.state.hangUp(c, box.now));
      }
    }

    private void send() {
      String sender = "s" + (random.nextInt(4) == 0 ? random.nextInt(5) : 0);
      Priority priority = PRIORITIES.get(random.nextInt(3));
      List<Message> messages = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        int number = lastSent.merge(sender, 1, Integer::sum);
        messages.add(GivenMessages.message(sender, priority, number));
      }
      Sent sent = box.state.offer(messages, false, box.now).sent();
      assertEquals(
          messages.size(), sent.accepted() + sent.refused() + sent.dropped() + sent.unknown());
      assertEquals(sent.refused() > 0, sent.retryAfterMillis() > 0);
      accepted += sent.accepted();
      refused += sent.refused();
    }

    /** Clients go on where they were, whether their last answer was lost or not. */
    private void receive() {
      Client client = client();
      if (client.after != null && random.nextInt(4) == 0) {
        reconnect(client);
      } else if (waiting.containsValue(client)) {
        return;
      }
      long call =
          box.receive(
              client.reader,
              1 + random.nextInt(20),
              random.nextInt(3_000),
              client.after,
              client.resumes);
      waiting.put(call, client);
      if (random.nextInt(4) == 0) {
        lost.add(call);
      }
    }

    private Client client() {
      if (!clients.isEmpty() && random.nextInt(4) > 0) {
        return clients.get(random.nextInt(clients.size()));
      }
      Client client = new Client();
      client.reader = ++readers;
      if (clients.size() < CLIENTS) {
        clients.add(client);
      } else {
        clients.set(random.nextInt(CLIENTS), client);
      }
      return client;
    }

    private void reconnect(Client client) {
      waiting.values().removeIf(client::equals);
      client.reader = ++readers;
      client.resumes = true;
    }

    private void readAnswers() {
      for (long call : List.copyOf(waiting.keySet())) {
        ReceiveReply reply = box.answers.get(call);
        assertTrue(!(reply instanceof Replaced), "somebody was replaced by another's successor");
        if (reply instanceof Received received) {
          Client client = Objects.requireNonNull(waiting.remove(call));
          if (!lost.remove(call)) {
            client.resumes = false;
            received.messages().forEach(message -> read(client, message));
            if (received.messages().isEmpty() && received.gap() != null) {
              client.after = received.gap().before();
            }
          }
        }
      }
    }

    /** Lost messages may come again to their reader, so only what was read counts. */
    private void read(Client client, ReceivedMessage received) {
      Message message = received.message();
      String text = GivenMessages.text(message);
      assertTrue(seen.add(text), text + " came twice");
      MessageId before = client.after;
      assertTrue(before == null || before.sequence() < received.id().sequence(), "ids rise");
      client.after = received.id();
      int number = Integer.parseInt(text.substring(2));
      Integer last = client.lastSeen.put(message.sender() + message.priority(), number);
      assertTrue(last == null || last < number, "%s after %d".formatted(text, last));
    }

    private void check() {
      MessageStatus status = box.state.status(box.now);
      assertTrue(status.bytes() <= 6_000 * 9 / 8, "bytes " + status.bytes());
      int most = CAPACITY * GROWTH;
      assertTrue(status.waiting() <= 3 * (most + most / MessageBox.RESERVE), "waiting " + status);
      assertEquals(status.waiting(), box.counters.waiting());
      assertEquals(status.bytes(), box.counters.waitingBytes());
      long droppedUntaken = lastSent.values().stream().mapToLong(n -> n).sum() - accepted - refused;
      assertEquals(
          accepted,
          status.delivered()
              + status.waiting()
              + status.expired()
              + status.dropped()
              - droppedUntaken);
    }
  }
}
