package io.longshore.agents;

import static io.longshore.agents.GivenMessages.messages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.Look;
import io.longshore.agents.MailboxProtocol.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whatever becomes of what is put into a mailbox, it is answered once. */
class LocalMailboxTest {
  private static final ActorTestKit testKit = ActorTestKit.create();

  private final TestProbe<Letter> actor = testKit.createTestProbe(Letter.class);
  private final LocalMailbox mailbox = new LocalMailbox(actor.getRef(), 8);
  private final List<String> answers = new ArrayList<>();

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_several_put_then_the_mailbox_is_told_of_the_first_and_takes_all_in_order() {
    put("a");
    put("b");
    Look look = actor.expectMessageClass(Look.class);
    actor.expectNoMessage(Duration.ZERO);

    look.at().takeAll(put -> put.answer(new Taken(Sent.accepted(1), 1, true)));

    assertEquals(List.of("a accepted", "b accepted"), answers);
    put("c");
    actor.expectMessageClass(Look.class);
  }

  @Test
  void when_the_mailbox_stops_then_whoever_waits_or_comes_later_is_refused_once() {
    put("a");
    put("b");
    put("c");
    assertThrows(
        IllegalStateException.class,
        () ->
            mailbox.takeAll(
                put -> {
                  if (!answers.isEmpty()) {
                    throw new IllegalStateException("b is not done");
                  }
                  put.answer(new Taken(Sent.accepted(1), 1, true));
                }));

    mailbox.close();
    put("d");

    assertEquals(List.of("a accepted", "b refused", "c refused", "d refused"), answers);
  }

  @Test
  void when_the_mailbox_has_no_room_to_be_told_then_all_it_was_not_told_of_is_refused() {
    put("a");
    put("b");

    actor.expectMessageClass(Look.class).refuse(1_000);

    assertEquals(List.of("a refused", "b refused"), answers);
    put("c");
    actor.expectMessageClass(Look.class);
  }

  @Test
  void when_as_many_wait_as_may_then_one_more_is_refused_until_some_were_taken() {
    for (int i = 1; i <= 5; i++) {
      put("a" + i);
    }
    assertEquals(List.of("a5 refused"), answers);

    mailbox.takeAll(put -> put.answer(new Taken(Sent.accepted(1), 1, true)));
    put("b");

    assertEquals(5, answers.size());
  }

  private void put(String sender) {
    mailbox.put(
        messages(sender, 1, 1),
        false,
        taken -> answers.add(sender + (taken.sent().accepted() == 1 ? " accepted" : " refused")));
  }
}
