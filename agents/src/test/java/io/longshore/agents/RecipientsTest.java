package io.longshore.agents;

import static io.longshore.agents.GivenMessages.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.registry.AgentPage;
import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import io.longshore.registry.WantedCapability;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The test is the directory and all mailboxes, which answer at once. */
class RecipientsTest {
  private static final WantedCapability WORK = WantedCapability.of("work");
  private static final Taken UNREAD =
      new Taken(Sent.refused(1, Sent.Reason.NOBODY_READS, 1), 0, false);

  private final TestClock clock = new TestClock();
  private final TreeMap<String, AgentRecord> agents = new TreeMap<>();
  private final Map<String, Taken> says = new HashMap<>();
  private final Map<String, Integer> asked = new HashMap<>();
  private final Recipients recipients =
      new Recipients(
          this::post,
          id -> Optional.ofNullable(agents.get(id)),
          this::search,
          GivenMessages.settings().messages(),
          clock,
          new Random(1)::nextInt);

  @Test
  void when_one_of_many_is_read_then_every_message_reaches_it_once_it_was_found() {
    agents(100);
    read("agent-57", 3);
    sendUntilAccepted();

    for (int i = 0; i < 1_000; i++) {
      assertEquals(Sent.accepted(1), send());
      clock.advance(Duration.ofMillis(50));
    }
  }

  @Test
  void when_there_are_more_than_are_in_the_choice_then_a_reader_stays_in_it() {
    agents(1_000);
    read("agent-1", 3);
    sendUntilAccepted();

    for (int i = 0; i < 20; i++) {
      clock.advance(Duration.ofSeconds(1));
      assertEquals(Sent.accepted(1), send());
    }
  }

  @Test
  void when_a_reader_is_known_then_few_others_are_asked_in_vain() {
    agents(256);
    read("agent-57", 3);
    sendUntilAccepted();
    clock.advance(Duration.ofSeconds(11));
    asked.clear();

    for (int i = 0; i < 1_000; i++) {
      assertEquals(Sent.accepted(1), send());
    }

    asked.remove("agent-57");
    assertEquals(8, asked.values().stream().mapToInt(i -> i).sum());
  }

  @Test
  void when_more_are_read_than_before_then_all_share_the_messages() {
    agents(100);
    read("agent-57", 3);
    sendUntilAccepted();
    agents.keySet().forEach(id -> read(id, 3));
    clock.advance(Duration.ofSeconds(11));
    asked.clear();

    for (int i = 0; i < 2_000; i++) {
      assertEquals(Sent.accepted(1), send());
    }

    assertEquals(agents.keySet(), asked.keySet());
    assertTrue(asked.values().stream().allMatch(count -> count < 60), asked::toString);
  }

  @Test
  void when_a_mailbox_does_not_answer_then_messages_go_to_readers_with_more_waiting() {
    agents(2);
    says.put("agent-0", new Taken(Sent.unknown(1), 0, true));
    read("agent-1", 50);
    int unknown = 0;

    for (int i = 0; i < 100; i++) {
      unknown += send().unknown();
    }

    assertEquals(1, unknown);
  }

  @Test
  void when_a_mailbox_is_busy_then_that_says_nothing_of_its_readers() {
    agents(2);
    says.put("agent-0", new Taken(Sent.refused(1, Sent.Reason.BUSY, 1), 0, true));
    read("agent-1", 50);

    for (int i = 0; i < 100; i++) {
      assertEquals(Sent.accepted(1), send());
    }

    assertEquals(1, asked.get("agent-0"));
  }

  @Test
  void when_a_reader_is_gone_then_another_is_found_and_it_is_asked_no_more() {
    agents(40);
    read("agent-7", 3);
    sendUntilAccepted();
    agents.remove("agent-7");
    read("agent-8", 3);
    clock.advance(Duration.ofSeconds(11));
    asked.clear();

    sendUntilAccepted();

    assertEquals(1, asked.get("agent-8"));
    assertNull(asked.get("agent-7"));
    says.put("agent-8", UNREAD);
    read("agent-9", 3);
    clock.advance(Duration.ofSeconds(11));
    asked.clear();
    sendUntilAccepted();
    assertEquals(1, asked.get("agent-9"));
  }

  @Test
  void when_nobody_is_read_then_a_message_is_refused_after_as_many_tries_as_may_be() {
    agents(100);

    assertEquals(Sent.Reason.NOBODY_READS, send().why());

    int tries = GivenMessages.settings().messages().tries();
    assertEquals(tries, asked.size());
    assertEquals(tries, asked.values().stream().mapToInt(i -> i).sum());
  }

  private void agents(int count) {
    for (String id : IntStream.range(0, count).mapToObj(i -> "agent-" + i).toList()) {
      AgentSpec spec =
          new AgentSpec(id, Set.of("work"), Map.of(), Set.of(), 1, null, null, null, Delivery.PULL);
      agents.put(id, new AgentRecord(spec, 1, false, 1, 1));
    }
  }

  private void read(String agentId, int waiting) {
    says.put(agentId, new Taken(Sent.accepted(1), waiting, true));
  }

  /** As nobody is asked twice of whom something is known, it does not take long. */
  private void sendUntilAccepted() {
    int most = 1 + agents.size() / GivenMessages.settings().messages().tries();
    for (int i = 0; i < most; i++) {
      if (send().accepted() == 1) {
        return;
      }
    }
    throw new AssertionError("none of %d messages was accepted".formatted(most));
  }

  private Sent send() {
    return recipients.sendToOne(WORK, message("s", 1)).join();
  }

  private CompletableFuture<Taken> post(Parcel parcel) {
    asked.merge(parcel.agentId(), 1, Integer::sum);
    return CompletableFuture.completedFuture(says.getOrDefault(parcel.agentId(), UNREAD));
  }

  private AgentPage search(AgentQuery query) {
    String after = query.afterAgentId() == null ? "" : query.afterAgentId();
    List<AgentRecord> found =
        agents.tailMap(after, false).values().stream().limit(query.limit() + 1L).toList();
    boolean more = found.size() > query.limit();
    List<AgentRecord> page = more ? found.subList(0, query.limit()) : found;
    return new AgentPage(page, more ? page.get(page.size() - 1).agentId() : null);
  }
}
