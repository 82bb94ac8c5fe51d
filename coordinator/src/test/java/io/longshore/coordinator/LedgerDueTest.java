package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.coordinator.TaskProtocol.AlreadyEnded;
import io.longshore.coordinator.TaskProtocol.CancelAccepted;
import io.longshore.coordinator.TaskProtocol.LeaseLost;
import io.longshore.coordinator.TaskView.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What time does to a task, and what follows a failed attempt. */
class LedgerDueTest {
  private final LedgerFixture ledger = new LedgerFixture();

  private Failure failure(String taskId) {
    Failure failure = ledger.view(taskId).failure();
    assertNotNull(failure);
    return failure;
  }

  private long retryAt(String taskId) {
    Task task = ledger.state.find(taskId);
    assertNotNull(task);
    return task.retryAt;
  }

  @Test
  void when_the_deadline_comes_then_it_fails_whether_it_waits_or_runs() {
    String waiting = ledger.submit(Given.deadline(ledger.now + 10));
    String running = ledger.submit(Given.deadline(ledger.now + 10));
    Lease lease = ledger.start(running);
    ledger.pass(9);
    assertEquals(TaskState.SUBMITTED, ledger.stateOf(waiting));
    ledger.pass(1);
    for (String taskId : List.of(waiting, running)) {
      assertEquals(TaskState.FAILED, ledger.stateOf(taskId));
      assertEquals("deadline-exceeded", failure(taskId).code());
      assertFalse(failure(taskId).deadLettered());
    }
    assertInstanceOf(LeaseLost.class, ledger.complete(lease));
    assertEquals(0, ledger.state.live());
  }

  @Test
  void when_the_deadline_comes_after_several_attempts_then_it_ends_once() {
    String taskId = ledger.submit(Given.deadline(ledger.now + 100_000));
    for (int i = 0; i < 2; i++) {
      ledger.fail(ledger.start(taskId), true, 0L);
    }
    long generation = ledger.view(taskId).generation();
    ledger.pass(100_000);
    assertEquals(generation + 1, ledger.view(taskId).generation());
    assertEquals(0, ledger.state.live());
    assertEquals(1, ledger.state.ended().size());
  }

  @Test
  void when_a_lease_is_extended_for_ever_then_one_thing_is_due_for_the_task() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    for (int i = 0; i < 1_000; i++) {
      ledger.extend(lease, 1_000_000 + i);
    }
    assertEquals(List.of(), ledger.state.due(ledger.now + 1_000_000 + 998, 10));
    assertEquals(1, ledger.state.due(ledger.now + 1_000_000 + 999, 10).size());
  }

  @Test
  void when_a_lease_runs_out_then_the_task_waits_for_its_next_attempt() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.pass(Given.LEASE - 1);
    assertEquals(TaskState.WORKING, ledger.stateOf(lease.taskId()));
    ledger.pass(1);
    TaskView view = ledger.view(lease.taskId());
    assertEquals(TaskState.SUBMITTED, view.state());
    assertEquals(1, view.attempts());
    assertEquals(0, view.leaseExpiresAt());
    Decision last = view.decisions().get(view.decisions().size() - 1);
    assertEquals(Kind.RETRIED, last.kind());
    assertTrue(last.reason().contains("lease-expired: no word from alice"), last.reason());
    assertInstanceOf(LeaseLost.class, ledger.complete(lease));
    assertInstanceOf(LeaseLost.class, ledger.fail(lease));
  }

  @Test
  void when_attempts_fail_then_the_wait_doubles_up_to_the_longest_with_jitter() {
    Set<Long> waits = new HashSet<>();
    for (int task = 0; task < 50; task++) {
      String taskId = ledger.submit(Given.attempts(10));
      for (int attempt = 1; attempt <= 6; attempt++) {
        ledger.fail(ledger.start(taskId));
        long wait = retryAt(taskId) - ledger.now;
        long full = Math.min(1_000L << (attempt - 1), 10_000);
        assertTrue(wait >= full / 2 && wait <= full, attempt + ": " + wait);
        waits.add(wait);
        ledger.now += wait - 1;
        assertInstanceOf(
            TaskProtocol.NotStartable.class,
            ledger.unchanged(new TaskProtocol.Start(taskId, "alice", 0, List.of())));
        ledger.now += 1;
      }
    }
    assertTrue(waits.size() > 200, "hardly any jitter: " + waits.size());
  }

  @Test
  void when_the_agent_names_a_delay_then_it_is_kept() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.fail(lease, true, 123_456L);
    assertEquals(ledger.now + 123_456, retryAt(lease.taskId()));
    Lease other = ledger.start(ledger.submit(Given.task()));
    ledger.fail(other, true, -5L);
    assertEquals(ledger.now, retryAt(other.taskId()));
  }

  @Test
  void when_the_last_attempt_fails_then_it_is_a_dead_letter() {
    String taskId = ledger.submit(Given.attempts(2));
    ledger.fail(ledger.start(taskId), true, 0L);
    ledger.fail(ledger.start(taskId));
    assertEquals(
        new Failure("attempts-exhausted", "agent-error: no luck", 2, true), failure(taskId));
  }

  @Test
  void when_the_last_lease_runs_out_then_it_is_a_dead_letter() {
    String taskId = ledger.submit(Given.attempts(1));
    ledger.start(taskId);
    ledger.pass(Given.LEASE);
    assertEquals(
        new Failure("attempts-exhausted", "lease-expired: no word from alice", 1, true),
        failure(taskId));
  }

  @Test
  void when_not_retryable_then_the_first_failure_is_the_last() {
    Lease lease = ledger.start(ledger.submit(Given.attempts(5)));
    ledger.fail(lease, false, null);
    assertEquals(new Failure("agent-error", "no luck", 1, true), failure(lease.taskId()));
  }

  @Test
  void when_a_message_is_long_then_it_is_cut_but_not_through_a_character() {
    Lease lease = ledger.start(ledger.submit(Given.attempts(1)));
    String message = "x".repeat(1_999) + "\uD83D\uDEA2";
    ledger.tell(
        new TaskProtocol.Fail(lease.taskId(), lease.leaseToken(), "e", message, false, null));
    assertEquals("x".repeat(1_999), failure(lease.taskId()).message());
  }

  @Test
  void when_canceled_while_waiting_then_it_ends_at_once() {
    String taskId = ledger.submit(Given.task());
    CancelAccepted accepted = (CancelAccepted) ledger.cancel(taskId);
    Deep.assertSame(ledger.view(taskId), accepted.task());
    assertEquals(TaskState.CANCELED, accepted.task().state());
    Deep.assertSame(accepted, ledger.unchanged(new TaskProtocol.Cancel(taskId)));
  }

  @Test
  void when_canceled_while_running_then_it_ends_when_the_grace_is_over() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    CancelAccepted accepted = (CancelAccepted) ledger.cancel(lease.taskId());
    assertEquals(TaskState.WORKING, accepted.task().state());
    ledger.pass(Given.GRACE - 1);
    assertEquals(TaskState.WORKING, ledger.stateOf(lease.taskId()));
    ledger.pass(1);
    assertEquals(TaskState.CANCELED, ledger.stateOf(lease.taskId()));
  }

  @Test
  void when_the_lease_runs_out_within_the_grace_then_it_is_canceled_and_not_tried_again() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.pass(Given.LEASE - 1);
    ledger.cancel(lease.taskId());
    ledger.pass(1);
    assertEquals(TaskState.CANCELED, ledger.stateOf(lease.taskId()));
  }

  @Test
  void when_canceled_after_the_end_then_the_end_stays() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.complete(lease);
    AlreadyEnded ended = (AlreadyEnded) ledger.unchanged(new TaskProtocol.Cancel(lease.taskId()));
    assertEquals(TaskState.COMPLETED, ended.task().state());
  }

  @Test
  void when_it_has_lingered_then_the_task_leaves_and_so_do_those_that_lingered_half_as_long() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.pass(10);
    ledger.complete(lease);
    ledger.pass(Given.LINGER / 2);
    String later = ledger.submit(Given.task());
    ledger.cancel(later);
    ledger.pass(Given.LINGER / 2 - 1);
    assertEquals(List.of(), ledger.archive());
    ledger.pass(1);
    String last = ledger.submit(Given.task());
    ledger.cancel(last);
    assertEquals(2, ledger.archive().size());
    assertFalse(ledger.knows(lease.taskId()) || ledger.knows(later));
    assertTrue(ledger.knows(last));
    ledger.pass(Given.LINGER);
    ledger.archive();
    assertEquals(0, ledger.state.bytes());
  }

  @Test
  void when_much_is_due_then_no_more_than_asked_for_comes_at_once() {
    for (int i = 0; i < 10; i++) {
      ledger.submit(Given.task(Given.ECHO, ledger.now + 1, 3, "key-" + i));
    }
    ledger.now += 1;
    assertEquals(3, ledger.logic.due(ledger.state, ledger.now, 3).size());
    ledger.now += Given.KEY_RETENTION;
    assertEquals(12, ledger.logic.due(ledger.state, ledger.now, 12).size());
    ledger.pass(0);
    ledger.pass(Given.LINGER);
    ledger.archive();
    assertEquals(0, ledger.state.all().size() + ledger.state.keys().size());
    assertEquals(0, ledger.state.bytes());
  }

  @Test
  void when_keys_were_used_by_a_clock_far_ahead_then_those_used_later_expire_all_the_same() {
    long now = ledger.now;
    ledger.now = now + 30 * 86_400_000L;
    ledger.submit(Given.keyed("ahead-1"));
    ledger.submit(Given.keyed("ahead-2"));
    ledger.now = now + 3_600_000;
    ledger.submit(Given.keyed("hour-ahead"));
    ledger.now = now;
    ledger.submit(Given.keyed("right"));
    ledger.pass(0);
    assertEquals(Set.of("hour-ahead", "right"), ledger.state.keys().keySet());
    ledger.pass(Given.KEY_RETENTION);
    assertEquals(Set.of("hour-ahead", "right"), ledger.state.keys().keySet());
    ledger.pass(3_600_000);
    assertEquals(Set.of(), ledger.state.keys().keySet());
    assertEquals(0, ledger.state.keyBytes());
  }

  @Test
  void when_very_many_decisions_are_made_then_the_latest_are_kept() {
    String taskId = ledger.submit(Given.attempts(1_000));
    for (int i = 0; i < 60; i++) {
      ledger.now += 1;
      ledger.release(ledger.start(taskId));
    }
    List<Decision> decisions = ledger.view(taskId).decisions();
    assertEquals(Decisions.MAX_KEPT, decisions.size());
    assertEquals(ledger.now, decisions.get(decisions.size() - 1).at());
    assertTrue(decisions.get(0).at() > Given.NOW + 40);
  }
}
