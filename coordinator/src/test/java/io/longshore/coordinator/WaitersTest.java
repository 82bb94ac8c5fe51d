package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class WaitersTest {
  private final LedgerFixture ledger = new LedgerFixture();
  private final Waiters waiters = new Waiters(2);
  private final TestInbox<TaskProtocol.GetReply> inbox = TestInbox.create();

  /** The sender's clock is far ahead. */
  private void await(String taskId, long afterGeneration, long millis) {
    waiters.add(
        new TaskProtocol.Await(
            taskId, afterGeneration, ledger.now + 3_600_000, inbox.getRef(), millis),
        ledger.state,
        ledger.now);
  }

  private long answeredGeneration() {
    return ((TaskProtocol.Found) inbox.receiveMessage()).task().generation();
  }

  @Test
  void when_it_has_happened_already_then_it_is_answered_at_once() {
    String taskId = ledger.submit(Given.task());
    await(taskId, 0, 1_000);
    assertEquals(1, answeredGeneration());
    ledger.cancel(taskId);
    await(taskId, -1, 1_000);
    assertEquals(2, answeredGeneration());
    await("unknown", 0, 1_000);
    assertEquals(new TaskProtocol.NoSuchTask("unknown"), inbox.receiveMessage());
  }

  @Test
  void when_the_end_is_waited_for_then_other_changes_do_not_answer() {
    String taskId = ledger.submit(Given.task());
    await(taskId, -1, 1_000);
    var lease = ledger.start(taskId);
    waiters.changed(taskId, ledger.state);
    assertFalse(inbox.hasMessages());
    ledger.complete(lease);
    waiters.changed(taskId, ledger.state);
    assertEquals(3, answeredGeneration());
    waiters.changed(taskId, ledger.state);
    assertFalse(inbox.hasMessages());
  }

  @Test
  void when_the_end_is_waited_for_then_a_question_to_the_submitter_answers() {
    String taskId = ledger.submit(Given.task());
    await(taskId, -1, 1_000);
    await(taskId, 3, 1_000);
    ledger.requireInput(ledger.start(taskId));
    waiters.changed(taskId, ledger.state);
    assertEquals(3, answeredGeneration());
    assertFalse(inbox.hasMessages());
  }

  @Test
  void when_the_time_is_over_then_it_is_answered_as_it_is() {
    String taskId = ledger.submit(Given.task());
    await(taskId, 1, 1_000);
    waiters.tick(ledger.state, ledger.now + 999);
    assertFalse(inbox.hasMessages());
    waiters.tick(ledger.state, ledger.now + 1_000);
    assertEquals(1, answeredGeneration());
  }

  @Test
  void when_the_senders_clock_is_behind_then_it_waits_as_long_and_does_not_return_at_once() {
    String taskId = ledger.submit(Given.task());
    long until = ledger.now - 20_000;
    waiters.add(
        new TaskProtocol.Await(taskId, 1, until, inbox.getRef(), 1_000), ledger.state, ledger.now);
    waiters.tick(ledger.state, ledger.now + 999);
    assertFalse(inbox.hasMessages());
    waiters.tick(ledger.state, ledger.now + 1_000);
    assertEquals(1, answeredGeneration());
  }

  @Test
  void when_an_older_version_asks_then_it_is_answered_by_the_time_it_says() {
    String taskId = ledger.submit(Given.task());
    long until = ledger.now + 500;
    waiters.add(
        new TaskProtocol.Await(taskId, 1, until, inbox.getRef(), 0), ledger.state, ledger.now);
    waiters.tick(ledger.state, until - 1);
    assertFalse(inbox.hasMessages());
    waiters.tick(ledger.state, until);
    assertEquals(1, answeredGeneration());
  }

  @Test
  void when_as_many_wait_as_may_then_one_more_is_answered_at_once_and_room_comes_back() {
    String taskId = ledger.submit(Given.task());
    await(taskId, 1, 1_000);
    await(taskId, 1, 2_000);
    await(taskId, 1, 3_000);
    assertEquals(1, answeredGeneration());
    waiters.tick(ledger.state, ledger.now + 1_000);
    assertEquals(1, answeredGeneration());
    await(taskId, 1, 3_000);
    assertFalse(inbox.hasMessages());
  }

  @Test
  void when_the_task_has_left_then_who_waits_learns_it() {
    String taskId = ledger.submit(Given.task());
    await(taskId, 5, Given.RETENTION * 2);
    ledger.cancel(taskId);
    ledger.pass(Given.LINGER);
    ledger.archive();
    waiters.changed(taskId, ledger.state);
    assertEquals(new TaskProtocol.NoSuchTask(taskId), inbox.receiveMessage());
  }
}
