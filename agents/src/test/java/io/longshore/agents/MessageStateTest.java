package io.longshore.agents;

import static io.longshore.agents.GivenMessages.messages;
import static io.longshore.agents.GivenMessages.settings;
import static io.longshore.agents.MessageDriver.id;
import static io.longshore.agents.MessageDriver.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Replaced;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MessageStateTest {
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final ActorRef<ReceiveReply> NOBODY =
      testKit.createTestProbe(ReceiveReply.class).getRef();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private static MessageDriver box(String... lines) {
    return new MessageDriver(settings(lines), NOBODY);
  }

  @Test
  void when_a_reader_waits_then_it_gets_what_comes_and_the_next_message_waits_for_the_next() {
    MessageDriver box = box();
    long first = box.receive(1, 10, 5_000, null, false);

    assertEquals(new Taken(Sent.accepted(2), 2, true), box.send(messages("a", 1, 2)));

    assertEquals(List.of("a1", "a2"), texts(box.received(first)));
    assertEquals(id(2), box.received(first).messages().get(1).id());
    box.send(messages("a", 3, 3));
    assertEquals(List.of("a3"), texts(box.take(1, 10, id(2), false)));
    assertNull(box.received(first).gap());
  }

  @Test
  void when_readers_compete_then_the_one_who_waits_longest_is_served_and_each_message_once() {
    MessageDriver box = box();
    long one = box.receive(1, 1, 5_000, null, false);
    long other = box.receive(2, 5, 5_000, null, false);

    box.send(messages("a", 1, 3));

    assertEquals(List.of("a1"), texts(box.received(one)));
    assertEquals(List.of("a2", "a3"), texts(box.received(other)));
    assertEquals(3, box.counters.delivered());
  }

  @Test
  void when_nothing_comes_or_the_reader_hangs_up_then_it_is_answered_empty() {
    MessageDriver box = box();
    long waits = box.receive(1, 1, 5_000, null, false);
    long hangsUp = box.receive(2, 1, 5_000, null, false);
    box.state.hangUp(hangsUp, box.now);
    box.pass(4_999);
    assertEquals(new Received(null, List.of()), box.received(hangsUp));
    assertFalse(box.answers.containsKey(waits));
    assertEquals(box.now + 1, box.state.nextDue());

    box.pass(1);

    assertEquals(new Received(null, List.of()), box.received(waits));
    assertTrue(box.state.isIdle());
  }

  @Test
  void when_as_many_wait_as_may_then_one_more_is_told_so() {
    MessageDriver box = box();
    int limit = Given.settings().maxWaiting();
    for (int i = 0; i < limit; i++) {
      box.receive(i, 1, 5_000, null, false);
    }

    assertEquals(
        new TooManyWaiting(limit), box.answers.get(box.receive(-1, 1, 5_000, null, false)));
  }

  @Test
  void when_an_answer_was_lost_then_the_same_reader_gets_it_again_and_then_goes_on() {
    MessageDriver box = box();
    box.send(messages("a", 1, 5));
    assertEquals(List.of("a1"), texts(box.take(1, 1, null, false)));
    box.take(1, 3, id(1), false); // lost on the way

    assertEquals(List.of("a2", "a3"), texts(box.take(1, 2, id(1), false)));
    assertEquals(List.of("a4"), texts(box.take(1, 2, id(3), false)));
    assertEquals(List.of("a5"), texts(box.take(1, 2, id(4), false)));
    assertEquals(5, box.counters.delivered());
    assertEquals(3, box.counters.replayed());
  }

  @Test
  void when_a_readers_first_answer_was_lost_then_it_gets_it_again_and_no_other_does() {
    MessageDriver box = box();
    box.send(messages("a", 1, 4));
    box.take(1, 2, null, false); // lost on the way

    assertEquals(List.of("a3"), texts(box.take(2, 1, null, false)));
    assertEquals(List.of("a1", "a2"), texts(box.take(1, 2, null, false)));
    assertEquals(List.of("a4"), texts(box.take(1, 2, id(2), false)));
    assertEquals(2, box.counters.replayed());
  }

  @Test
  void when_the_answer_with_a_gap_was_lost_then_it_comes_again_with_its_messages() {
    MessageDriver box = box();
    MessageId other = new MessageId(99, 17);
    box.send(messages("a", 1, 2));
    Received lost = box.take(1, 1, other, true);

    assertEquals(new MessageGap(other, id(1), null), lost.gap());
    assertEquals(lost, box.take(1, 1, other, true));
    assertEquals(List.of("a2"), texts(box.take(1, 1, id(1), false)));
  }

  @Test
  void when_a_reader_asks_again_then_nothing_more_is_handed_to_its_last_call() {
    MessageDriver box = box();
    long late = box.receive(1, 1, 5_000, null, false);
    long next = box.receive(1, 1, 5_000, null, false);

    box.send(messages("a", 1, 1));

    assertEquals(new Received(null, List.of()), box.received(late));
    assertEquals(List.of("a1"), texts(box.received(next)));
  }

  @Test
  void when_a_reader_resumes_then_it_gets_what_its_predecessor_lost_and_not_what_others_had() {
    MessageDriver box = box();
    box.send(messages("a", 1, 6));
    box.take(1, 2, null, false);
    box.take(2, 2, null, false);
    box.take(1, 1, id(2), false);

    assertEquals(List.of("a2", "a5"), texts(box.take(3, 9, id(1), true)));
    assertEquals(List.of("a6"), texts(box.take(3, 9, id(5), false)));
  }

  @Test
  void when_a_reader_was_replaced_then_it_is_told_whether_it_waits_or_comes_later() {
    MessageDriver box = box();
    box.send(messages("a", 1, 1));
    box.take(1, 1, null, false);
    long waits = box.receive(1, 1, 5_000, id(1), false);

    long successor = box.receive(2, 1, 5_000, id(1), true);

    assertEquals(new Replaced(), box.answers.get(waits));
    assertEquals(new Replaced(), box.answers.get(box.receive(1, 1, 5_000, id(1), false)));
    box.send(messages("a", 2, 2));
    assertEquals(List.of("a2"), texts(box.received(successor)));
  }

  @Test
  void when_all_is_forgotten_then_a_successor_still_replaces_who_waits_after_the_same_message() {
    MessageDriver box = box("replay.time-to-live = 1s");
    box.send(messages("a", 1, 1));
    box.take(1, 1, null, false);
    long competitor = box.receive(3, 1, 5_000, null, false);
    long waits = box.receive(1, 1, 5_000, id(1), false);
    box.pass(1_000);

    long successor = box.receive(2, 1, 5_000, id(1), true);

    assertEquals(new Replaced(), box.answers.get(waits));
    box.send(messages("a", 2, 3));
    assertEquals(List.of("a2"), texts(box.received(competitor)));
    assertEquals(List.of("a3"), texts(box.received(successor)));
  }

  @Test
  void when_only_a_competitor_is_remembered_then_who_resumes_does_not_take_its_place() {
    MessageDriver box = box("replay.count = 2");
    box.send(messages("a", 1, 1));
    box.take(1, 1, null, false);
    box.send(messages("a", 2, 4));
    box.take(2, 9, null, false);
    long competitor = box.receive(2, 1, 5_000, id(4), false);

    Received resumed = box.take(3, 9, id(1), true);

    assertEquals(new Received(new MessageGap(id(1), null, 3L), List.of()), resumed);
    box.send(messages("a", 5, 5));
    assertEquals(List.of("a5"), texts(box.received(competitor)));
  }

  @Test
  void when_what_its_successor_took_over_is_forgotten_then_the_old_reader_is_still_replaced() {
    MessageDriver box = box("replay.time-to-live = 1s");
    box.send(messages("a", 1, 2));
    box.take(1, 9, null, false);
    box.take(2, 9, id(1), true);
    box.pass(1_000);

    assertEquals(new Replaced(), box.answers.get(box.receive(1, 1, 0, id(2), false)));
    assertEquals(new Received(null, List.of()), box.take(2, 9, id(2), false));
  }

  @Test
  void when_a_lost_answer_is_forgotten_before_its_reader_asks_again_then_it_is_told_of_a_gap() {
    MessageDriver box = box("replay.time-to-live = 1s");
    box.send(messages("a", 1, 3));
    box.take(1, 1, null, false);
    box.take(1, 9, id(1), false); // lost on the way
    box.pass(1_000);

    assertEquals(new MessageGap(id(1), null, 2L), box.take(1, 9, id(1), false).gap());
  }

  @Test
  void when_more_was_missed_than_is_remembered_then_a_gap_comes_first() {
    MessageDriver box = box("replay.count = 2");
    box.send(messages("a", 1, 5));
    box.take(1, 9, null, false);

    Received again = box.take(2, 9, id(1), true);

    assertEquals(new MessageGap(id(1), id(4), 2L), again.gap());
    assertEquals(List.of("a4", "a5"), texts(again));
  }

  @Test
  void when_the_mailbox_has_begun_a_new_life_then_nobody_knows_how_many_are_missed() {
    MessageDriver box = box();
    box.send(messages("a", 1, 1));
    MessageId other = new MessageId(99, 17);

    Received first = box.take(1, 9, other, true);

    assertEquals(new MessageGap(other, id(1), null), first.gap());
    assertEquals(List.of("a1"), texts(first));
    Received none = box.take(2, 9, other, true);
    assertEquals(new Received(new MessageGap(other, null, null), List.of()), none);
  }

  @Test
  void when_what_is_remembered_is_old_then_it_is_forgotten_and_the_gap_says_how_many() {
    MessageDriver box = box("replay.time-to-live = 1s");
    box.send(messages("a", 1, 3));
    box.take(1, 9, null, false);
    assertTrue(box.counters.replayBytes() > 0);

    box.pass(1_000);

    assertEquals(0, box.counters.replayBytes());
    assertEquals(new MessageGap(id(1), null, 2L), box.take(2, 9, id(1), true).gap());
    assertNull(box.take(3, 9, id(3), true).gap(), "it had them all");
  }

  @Test
  void when_messages_were_dropped_then_the_next_reader_is_told_of_a_gap() {
    MessageDriver box = box("overflow = drop-oldest", "capacity.normal = 2", "time-to-live = 1s");
    box.send(messages("a", 1, 1));
    box.take(1, 9, null, false);
    box.send(messages("a", 2, 5));

    Received next = box.take(1, 9, id(1), false);

    assertEquals(new MessageGap(id(1), id(4), 2L), next.gap());
    assertEquals(List.of("a4", "a5"), texts(next));
    box.send(messages("a", 6, 6));
    box.pass(1_000);
    box.send(messages("a", 7, 7));
    assertEquals(new MessageGap(id(5), id(7), 1L), box.take(1, 9, id(5), false).gap());
  }

  @Test
  void when_nobody_reads_then_messages_for_whoever_reads_are_refused_and_others_wait() {
    MessageDriver box = box();
    Taken refused = box.state.offer(messages("a", 1, 1), true, box.now);
    assertEquals(Sent.Reason.NOBODY_READS, refused.sent().why());
    assertEquals(1, box.send(messages("a", 2, 2)).sent().accepted());
    box.take(1, 9, null, false);

    assertTrue(box.state.offer(messages("a", 3, 3), true, box.now).read());
    box.pass(Given.settings().sessionTimeout().toMillis());
    assertFalse(box.state.offer(messages("a", 4, 4), true, box.now).read());
  }

  @Test
  void when_a_full_mailbox_has_no_reader_then_the_sender_is_told_to_come_back_late() {
    MessageDriver box = box("capacity.normal = 2", "retry-without-reader = 20s");

    Sent sent = box.send(messages("a", 1, 3)).sent();

    assertEquals(new Sent(2, 1, 0, 0, Sent.Reason.MAILBOX_FULL, 20_000), sent);
  }

  @Test
  void when_readers_come_regularly_then_room_comes_within_twice_and_half_the_estimate() {
    MessageDriver box = box("capacity.normal = 100", "growth = 1");
    box.send(messages("a", 1, 100));
    for (int visit = 0; visit < 20; visit++) {
      box.poll(10);
      box.send(messages("a", 1, 10));
      box.pass(700);
    }
    box.poll(10);
    box.pass(150);

    for (int excess : new int[] {1, 50}) {
      Sent sent = box.send(messages("a", 1, 10 + excess)).sent();
      assertEquals(excess, sent.refused());
      long estimate = sent.retryAfterMillis();
      long askedAt = box.now;
      int room = 0;
      box.pass(550);
      while (room < excess) {
        room += box.poll(10).messages().size();
        if (room < excess) {
          box.pass(700);
        }
      }
      long came = box.now - askedAt;
      assertTrue(
          estimate * 2 >= came && estimate <= came * 2,
          "said %d ms for %d, and it took %d".formatted(estimate, excess, came));
      box.send(messages("a", 1, 100));
      box.pass(700);
      box.poll(10);
      box.pass(150);
    }
  }

  @Test
  void when_the_mailbox_ends_then_what_waits_is_lost_and_counted_and_readers_are_answered() {
    MessageDriver box = box();
    box.send(messages("a", 1, 3));
    box.take(1, 1, null, false);

    box.state.end(box.now);

    assertEquals(2, box.counters.lost());
    assertEquals(0, box.counters.waitingBytes());
    assertEquals(0, box.counters.replayBytes());
    assertTrue(box.state.isIdle());
  }
}
