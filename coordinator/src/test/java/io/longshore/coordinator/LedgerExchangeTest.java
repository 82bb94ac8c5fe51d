package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Lease.Exchange;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.coordinator.TaskProtocol.GenerationChanged;
import io.longshore.coordinator.TaskProtocol.InputTooLarge;
import io.longshore.coordinator.TaskProtocol.LeaseCanceled;
import io.longshore.coordinator.TaskProtocol.LeaseDone;
import io.longshore.coordinator.TaskProtocol.LeaseLost;
import io.longshore.coordinator.TaskProtocol.LedgerFull;
import io.longshore.coordinator.TaskProtocol.NotWaitingForInput;
import io.longshore.coordinator.TaskProtocol.RequireInput;
import io.longshore.coordinator.TaskProtocol.Resume;
import io.longshore.coordinator.TaskProtocol.Resumed;
import io.longshore.coordinator.TaskView.Failure;
import io.longshore.coordinator.TaskView.InputRequired;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Questions of agents and answers of submitters. */
class LedgerExchangeTest {
  private LedgerFixture ledger = new LedgerFixture();

  /** A task that waits for its submitter. */
  private Lease asking() {
    Lease lease = ledger.start(ledger.submit(Given.attempts(2)));
    assertEquals(new LeaseDone(lease.taskId(), 0), ledger.requireInput(lease));
    return lease;
  }

  private Failure failure(String taskId) {
    return Objects.requireNonNull(ledger.view(taskId).failure());
  }

  private static byte[] half() {
    return new byte[(int) Given.EXCHANGE_BYTES / 2];
  }

  @Test
  void when_an_agent_asks_then_the_task_waits_and_the_attempt_does_not_count() {
    Lease lease = asking();
    TaskView view = ledger.view(lease.taskId());
    assertEquals(TaskState.INPUT_REQUIRED, view.state());
    assertEquals(0, view.attempts());
    assertEquals(0, view.leaseExpiresAt());
    InputRequired required = Objects.requireNonNull(view.inputRequired());
    assertArrayEquals(Given.json("\"which?\""), required.prompt());
    assertEquals(ledger.now, required.since());
    assertEquals(Kind.PAUSED, view.decisions().get(view.decisions().size() - 1).kind());
    ledger.pass(10 * Given.LEASE);
    assertEquals(TaskState.INPUT_REQUIRED, ledger.stateOf(lease.taskId()));
  }

  @Test
  void when_answered_then_the_next_lease_has_all_that_was_asked_and_answered() {
    Lease first = asking();
    Resumed resumed = assertInstanceOf(Resumed.class, ledger.resume(first.taskId()));
    Deep.assertSame(ledger.view(first.taskId()), resumed.task());
    assertEquals(TaskState.SUBMITTED, resumed.task().state());
    assertNull(resumed.task().inputRequired());
    Exchange one = new Exchange(Given.json("\"which?\""), Given.json("\"this\""));
    Lease second = ledger.start(first.taskId(), "bob");
    assertEquals(1, second.attempt());
    assertArrayEquals(first.input(), second.input());
    Deep.assertSame(List.of(one), second.exchanges());
    ledger.requireInput(second, Given.json("2"));
    ledger.tell(new Resume(first.taskId(), Given.json("3"), null));
    Lease third = ledger.start(first.taskId());
    Deep.assertSame(
        List.of(one, new Exchange(Given.json("2"), Given.json("3"))), third.exchanges());
  }

  @Test
  void when_asked_twice_then_the_first_question_stays_and_the_lease_is_over() {
    Lease lease = asking();
    long generation = ledger.view(lease.taskId()).generation();
    assertEquals(
        new LeaseDone(lease.taskId(), 0), ledger.requireInput(lease, Given.json("\"what?\"")));
    assertInstanceOf(LeaseLost.class, ledger.complete(lease));
    assertInstanceOf(LeaseLost.class, ledger.extend(lease, 1_000));
    assertEquals(generation, ledger.view(lease.taskId()).generation());
    ledger.resume(lease.taskId());
    assertInstanceOf(LeaseDone.class, ledger.requireInput(lease));
    ledger.start(lease.taskId());
    assertInstanceOf(LeaseLost.class, ledger.requireInput(lease));
  }

  @Test
  void when_an_answer_is_repeated_then_it_counts_once_until_something_else_happens() {
    String taskId = asking().taskId();
    Resume answer = new Resume(taskId, Given.json("\"this\""), null);
    ledger.tell(answer);
    Resumed again = assertInstanceOf(Resumed.class, ledger.unchanged(answer));
    Deep.assertSame(ledger.view(taskId), again.task());
    assertEquals(
        new NotWaitingForInput(taskId, TaskState.SUBMITTED),
        ledger.unchanged(new Resume(taskId, Given.json("\"that\""), null)));
    Lease next = ledger.start(taskId);
    assertEquals(new NotWaitingForInput(taskId, TaskState.WORKING), ledger.unchanged(answer));
    ledger.fail(next);
    assertEquals(new NotWaitingForInput(taskId, TaskState.SUBMITTED), ledger.unchanged(answer));
  }

  @Test
  void when_an_answer_names_the_question_then_it_never_meets_another() {
    String taskId = asking().taskId();
    long asked = ledger.view(taskId).generation();
    Resume answer = new Resume(taskId, Given.json("1"), asked);
    assertEquals(
        new GenerationChanged(taskId, asked),
        ledger.unchanged(new Resume(taskId, Given.json("1"), asked - 1)));
    assertInstanceOf(Resumed.class, ledger.tell(answer));
    assertInstanceOf(Resumed.class, ledger.unchanged(answer));
    ledger.requireInput(ledger.start(taskId));
    assertEquals(new GenerationChanged(taskId, asked + 3), ledger.unchanged(answer));
  }

  @Test
  void when_agents_ask_more_than_they_may_then_the_task_is_a_dead_letter() {
    String taskId = ledger.submit(Given.task());
    for (int i = 0; i < Given.EXCHANGES; i++) {
      ledger.requireInput(ledger.start(taskId));
      ledger.resume(taskId);
    }
    Lease last = ledger.start(taskId);
    assertEquals(new LeaseDone(taskId, 0), ledger.requireInput(last));
    Failure failure = failure(taskId);
    assertEquals("too-many-exchanges", failure.code());
    assertTrue(failure.deadLettered());
    assertEquals(new LeaseDone(taskId, 0), ledger.requireInput(last));
    assertInstanceOf(LeaseLost.class, ledger.complete(last));
  }

  @Test
  void when_the_task_has_left_for_the_archive_then_a_question_has_a_final_answer() {
    Lease done = ledger.start(ledger.submit(Given.task()));
    RequireInput late = new RequireInput(done.taskId(), done.leaseToken(), Given.json("1"));
    ledger.complete(done);
    assertInstanceOf(LeaseLost.class, LeaseLogic.ended(task(done), late));

    Lease canceled = ledger.start(ledger.submit(Given.task()));
    ledger.cancel(canceled.taskId());
    late = new RequireInput(canceled.taskId(), canceled.leaseToken(), Given.json("1"));
    assertInstanceOf(LeaseCanceled.class, ledger.tell(late));
    assertInstanceOf(LeaseCanceled.class, LeaseLogic.ended(task(canceled), late));

    Lease oneTooMany = ledger.start(ledger.submit(Given.task()));
    byte[] large = new byte[(int) Given.EXCHANGE_BYTES];
    assertInstanceOf(LeaseDone.class, ledger.requireInput(oneTooMany, large));
    late = new RequireInput(oneTooMany.taskId(), oneTooMany.leaseToken(), large);
    assertInstanceOf(LeaseDone.class, LeaseLogic.ended(task(oneTooMany), late));
  }

  private Task task(Lease lease) {
    return Objects.requireNonNull(ledger.state.find(lease.taskId()));
  }

  @Test
  void when_a_question_leaves_no_room_for_an_answer_then_the_task_is_a_dead_letter() {
    int most = (int) Given.EXCHANGE_BYTES - ExchangeLogic.LEAST_ANSWER;
    Lease fits = ledger.start(ledger.submit(Given.task()));
    ledger.requireInput(fits, new byte[most]);
    assertEquals(TaskState.INPUT_REQUIRED, ledger.stateOf(fits.taskId()));
    Lease over = ledger.start(ledger.submit(Given.task()));
    ledger.requireInput(over, new byte[most + 1]);
    assertEquals("too-many-exchanges", failure(over.taskId()).code());
  }

  @Test
  void when_an_answer_is_too_long_then_it_says_what_fits_and_a_shorter_one_may_follow() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.requireInput(lease, half());
    byte[] tooLong = new byte[half().length + 1];
    assertEquals(
        new InputTooLarge(lease.taskId(), half().length),
        ledger.unchanged(new Resume(lease.taskId(), tooLong, null)));
    assertInstanceOf(Resumed.class, ledger.tell(new Resume(lease.taskId(), half(), null)));
  }

  @Test
  void when_the_partition_is_full_then_an_agent_may_ask_but_the_answer_must_wait() {
    long room = new LedgerFixture().state.bytes() + Given.task().weight() + 2_000;
    ledger = new LedgerFixture(Given.ledger(10, room, 10));
    Lease lease = ledger.start(ledger.submit(Given.task()));
    assertInstanceOf(LeaseDone.class, ledger.requireInput(lease, half()));
    Resume answer = new Resume(lease.taskId(), Given.json("1"), null);
    assertEquals(new LedgerFull(room + " bytes in the partition", 1_000), ledger.unchanged(answer));
    ledger.cancel(lease.taskId());
    assertEquals(TaskState.CANCELED, ledger.stateOf(lease.taskId()));
  }

  @Test
  void when_nobody_answers_then_the_deadline_and_a_cancel_end_it_at_once() {
    Lease late = ledger.start(ledger.submit(Given.deadline(ledger.now + 100)));
    ledger.requireInput(late);
    ledger.pass(100);
    assertEquals("deadline-exceeded", failure(late.taskId()).code());
    assertNull(ledger.view(late.taskId()).inputRequired());
    Lease canceled = asking();
    ledger.cancel(canceled.taskId());
    assertEquals(TaskState.CANCELED, ledger.stateOf(canceled.taskId()));
    assertInstanceOf(TaskProtocol.LeaseCanceled.class, ledger.requireInput(canceled));
  }

  @Test
  void when_asked_after_a_cancel_then_the_task_ends() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.cancel(lease.taskId());
    assertEquals(new TaskProtocol.LeaseCanceled(lease.taskId()), ledger.requireInput(lease));
    assertEquals(TaskState.CANCELED, ledger.stateOf(lease.taskId()));
  }

  @Test
  void when_the_partition_starts_again_then_questions_and_answers_are_still_there() {
    Lease lease = asking();
    ledger.resume(lease.taskId());
    ledger.requireInput(ledger.start(lease.taskId()), Given.json("2"));
    Task before = Objects.requireNonNull(ledger.state.find(lease.taskId()));
    Task after = Objects.requireNonNull(Blobs.reread(ledger.state).find(lease.taskId()));
    assertNotNull(after.prompt);
    assertEquals(1, after.exchanges.size());
    Deep.assertSame(before, after);
  }
}
