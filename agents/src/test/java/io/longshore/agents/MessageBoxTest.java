package io.longshore.agents;

import static io.longshore.agents.GivenMessages.message;
import static io.longshore.agents.GivenMessages.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.TaskRef.Priority;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageBoxTest {
  private static final String SMALL = "capacity { high = 8, normal = 8, low = 8 }";
  private final MailboxCounters counters = new MailboxCounters((reason, count) -> {});
  private final ReaderPace pace = new ReaderPace();
  private long now = 1_000_000;

  private MessageBox box(String... lines) {
    return new MessageBox(settings(lines).messages(), counters, pace);
  }

  /** Offers so many messages of one sender. Returns how many were accepted. */
  private int offer(MessageBox box, String sender, int count) {
    int accepted = 0;
    for (int i = 1; i <= count; i++) {
      accepted += box.offer(message(sender, i), now).accepted() ? 1 : 0;
    }
    return accepted;
  }

  private static List<String> take(MessageBox box, int max) {
    return box.take(max, Long.MAX_VALUE).stream()
        .map(waiting -> GivenMessages.text(waiting.message()))
        .toList();
  }

  @Test
  void when_several_senders_wait_then_they_take_turns_and_each_stays_in_order() {
    MessageBox box = box();
    offer(box, "a", 3);
    offer(box, "b", 2);
    offer(box, "c", 1);

    assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "a3"), take(box, 10));
  }

  @Test
  void when_urgent_ones_wait_then_they_go_first_but_none_waits_for_ever() {
    MessageBox box = box("starvation-limit = 2");
    box.offer(message("l", Priority.LOW, 1), now);
    box.offer(message("n", Priority.NORMAL, 1), now);
    for (int i = 1; i <= 5; i++) {
      box.offer(message("h", Priority.HIGH, i), now);
    }

    assertEquals(List.of("h1", "h2", "l1", "n1", "h3", "h4", "h5"), take(box, 10));
  }

  @Test
  void when_a_priority_is_full_then_others_still_have_room() {
    MessageBox box = box(SMALL);

    assertEquals(8, offer(box, "a", 20));
    assertEquals(Sent.Reason.MAILBOX_FULL, box.offer(message("a", 21), now).reason());
    assertTrue(box.offer(message("a", Priority.HIGH, 1), now).accepted());
    assertEquals(9, counters.waiting());
  }

  @Test
  void when_one_sender_floods_then_another_gets_in_and_soon_has_half() {
    MessageBox box = box("capacity { high = 8, normal = 80, low = 8 }");
    assertEquals(80, offer(box, "flood", 500));

    assertEquals(5, offer(box, "b", 100), "half of the eighth on top");
    for (int i = 0; i < 100; i++) {
      take(box, 4);
      offer(box, "flood", 10);
      offer(box, "b", 10);
    }

    List<String> held = take(box, 1_000);
    long ofB = held.stream().filter(text -> text.startsWith("b")).count();
    assertTrue(ofB * 2 >= held.size() - 10, ofB + " of " + held.size());
  }

  @Test
  void when_more_than_half_is_taken_then_a_sender_with_its_share_is_told_so() {
    MessageBox box = box(SMALL);
    offer(box, "a", 4);
    assertTrue(box.offer(message("b", 1), now).accepted());

    assertEquals(Sent.Reason.SENDER_SHARE, box.offer(message("a", 5), now).reason());
    assertEquals(3, offer(box, "b", 9));
  }

  @Test
  void when_bytes_are_full_then_few_large_ones_are_refused_as_many_small_ones() {
    int weight = message("a", 1).weight();
    MessageBox box = box("max-bytes = " + 3 * weight);

    assertEquals(3, offer(box, "a", 9));
    assertEquals(3L * weight, box.bytes());
    take(box, 1);
    assertTrue(box.offer(message("a", 4), now).accepted());
  }

  @Test
  void when_a_mailbox_takes_all_of_the_nodes_room_then_another_still_gets_its_share() {
    String limit = "node-bytes = " + 8 * message("a", 1).weight();
    MessageBox unread = box(limit);
    MessageBox other = box(limit);
    assertEquals(8, offer(unread, "a", 9));
    assertEquals(Sent.Reason.NODE_FULL, unread.offer(message("a", 1), now).reason());

    assertEquals(1, offer(other, "a", 9));
    assertEquals(Sent.Reason.NODE_FULL, other.offer(message("a", 1), now).reason());
    take(other, 1);
    assertEquals(1, offer(other, "a", 9));

    take(unread, 3);
    assertEquals(0, offer(unread, "a", 9));
    assertEquals(2, offer(other, "a", 9));
    take(unread, 5);
    take(other, 3);
    assertEquals(0, counters.occupied());
    assertEquals(8, offer(unread, "a", 9));
  }

  @Test
  void when_readers_come_regularly_then_as_many_may_wait_as_arrive_meanwhile() {
    MessageBox box = box(SMALL, "growth = 100");
    pace.left(now);
    pace.came(now += 2_000);
    for (int i = 0; i < 2_000; i++) {
      box.offer(message("a", i), now += 10);
    }

    assertEquals(100 * 2 + 10, box.capacity(Priority.NORMAL, now), 5, "100/s for 2 s, and ten");
    assertEquals(10, box.capacity(Priority.HIGH, now), "nothing arrives, so only the headroom");
  }

  @Test
  void when_messages_are_old_then_they_go_and_newer_ones_stay() {
    MessageBox box = box();
    offer(box, "a", 2);
    now += 1_000;
    offer(box, "b", 1);
    assertEquals(now - 1_000, box.oldest());

    assertEquals(2, box.expire(now - 1_000));

    assertEquals(List.of("b1"), take(box, 9));
    assertEquals(0, box.bytes());
    assertEquals(0, counters.waitingBytes());
    assertEquals(2, counters.expired());
  }

  @Test
  void when_a_reader_wants_few_bytes_then_it_gets_one_at_least() {
    MessageBox box = box();
    offer(box, "a", 3);

    assertEquals(1, box.take(10, 1).size());
    assertEquals(2, box.take(10, 2L * message("a", 1).weight()).size());
  }
}
