package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.coordinator.TaskProtocol.LeaseCanceled;
import io.longshore.coordinator.TaskProtocol.LeaseDone;
import io.longshore.coordinator.TaskProtocol.LeaseLost;
import io.longshore.coordinator.TaskProtocol.NotStartable;
import io.longshore.coordinator.TaskProtocol.Start;
import io.longshore.coordinator.TaskProtocol.Started;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Leases: granted, prolonged, ended, fenced. */
class LedgerLeaseTest {
  private final LedgerFixture ledger = new LedgerFixture();

  @Test
  void when_started_then_the_lease_has_all_that_the_work_needs() {
    NewTask task = Given.full();
    String taskId = ledger.submit(task);
    Lease lease = ledger.start(taskId);
    assertEquals(taskId, lease.taskId());
    assertEquals(1, lease.attempt());
    assertEquals(ledger.now + task.leaseMillis(), lease.expiresAt());
    assertArrayEquals(task.input(), lease.input());
    assertEquals(task.route(), lease.route());
    assertEquals(task.labels(), lease.labels());
    assertEquals(task.priority(), lease.priority());
    assertEquals(task.deadlineAt(), lease.deadlineAt());
    assertEquals(task.correlationId(), lease.correlationId());
    assertEquals(task.traceparent(), lease.traceparent());
    assertEquals(lease.expiresAt(), ledger.view(taskId).leaseExpiresAt());
  }

  @Test
  void when_the_clock_jumps_back_and_forth_then_the_task_is_still_done_once() {
    String taskId = ledger.submit(Given.task());
    Lease first = ledger.start(taskId);
    ledger.pass(-3_600_000);
    assertInstanceOf(LeaseDone.class, ledger.extend(first, 30_000));
    ledger.pass(7_200_000);
    assertInstanceOf(LeaseLost.class, ledger.complete(first));
    ledger.pass(600_000);
    Lease second = ledger.start(taskId);
    ledger.pass(-7_200_000);
    assertInstanceOf(LeaseLost.class, ledger.complete(first));
    assertInstanceOf(LeaseDone.class, ledger.complete(second));
    assertEquals(TaskState.COMPLETED, ledger.view(taskId).state());
  }

  @Test
  void when_the_agent_asks_for_a_lease_of_its_own_then_it_lasts_so_long() {
    String taskId = ledger.submit(Given.task());
    Started started = (Started) ledger.tell(new Start(taskId, "alice", 5_000, List.of()));
    assertEquals(ledger.now + 5_000, started.lease().expiresAt());
  }

  @Test
  void when_started_then_what_was_decided_before_is_kept_once() {
    String taskId = ledger.submit(Given.task());
    Decision waits = new Decision(ledger.now, Kind.WAITING, null, "nobody there");
    ledger.state.note(taskId, waits);
    ledger.state.note(taskId, waits);
    assertEquals(List.of(waits), ledger.view(taskId).decisions());
    Decision assigned = Given.assigned(ledger.now);
    ledger.tell(new Start(taskId, "alice", 0, List.of(waits, assigned)));
    List<Decision> decisions = ledger.view(taskId).decisions();
    assertEquals(List.of(waits, assigned), decisions.subList(0, 2));
    assertEquals(Kind.STARTED, decisions.get(2).kind());
    assertEquals(3, decisions.size());
  }

  @Test
  void when_noted_but_not_started_then_no_durable_state_changes() {
    String taskId = ledger.submit(Given.task());
    byte[] before = Blobs.snapshot(ledger.state);
    ledger.state.note(taskId, Given.assigned(ledger.now));
    ledger.state.note("unknown", Given.assigned(ledger.now));
    assertArrayEquals(before, Blobs.snapshot(ledger.state));
  }

  @Test
  void when_the_task_is_for_another_agent_then_it_is_not_startable() {
    String taskId = ledger.submit(Given.task(Route.agent("alice"), 0, 3, null));
    NotStartable not = (NotStartable) ledger.unchanged(new Start(taskId, "bob", 0, List.of()));
    assertEquals("it is for another agent", not.reason());
    ledger.start(taskId, "alice");
  }

  @Test
  void when_its_deadline_is_over_and_no_tick_has_seen_it_then_it_is_not_startable() {
    String taskId = ledger.submit(Given.deadline(ledger.now + 10));
    ledger.now += 10;
    assertInstanceOf(
        NotStartable.class, ledger.unchanged(new Start(taskId, "alice", 0, List.of())));
  }

  @Test
  void when_completed_twice_then_the_first_result_stays() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    assertEquals(new LeaseDone(lease.taskId(), 0), ledger.complete(lease));
    assertEquals(
        new LeaseDone(lease.taskId(), 0),
        ledger.unchanged(
            new TaskProtocol.Complete(lease.taskId(), lease.leaseToken(), Given.json("2"))));
    TaskView done = ledger.view(lease.taskId());
    assertArrayEquals(Given.json("\"out\""), done.output());
    assertEquals(3, done.generation());
    assertEquals(Kind.ENDED, done.decisions().get(done.decisions().size() - 1).kind());
  }

  @Test
  void when_failed_twice_then_it_counts_once_and_completing_is_too_late() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    assertInstanceOf(LeaseDone.class, ledger.fail(lease));
    long generation = ledger.view(lease.taskId()).generation();
    assertInstanceOf(LeaseDone.class, ledger.fail(lease));
    assertInstanceOf(LeaseLost.class, ledger.complete(lease));
    assertInstanceOf(LeaseLost.class, ledger.release(lease));
    assertEquals(generation, ledger.view(lease.taskId()).generation());
  }

  @Test
  void when_released_twice_then_it_counts_once_and_the_attempt_not_at_all() {
    Lease lease = ledger.start(ledger.submit(Given.attempts(1)));
    assertInstanceOf(LeaseDone.class, ledger.release(lease));
    assertInstanceOf(LeaseDone.class, ledger.release(lease));
    TaskView waiting = ledger.view(lease.taskId());
    assertEquals(TaskState.SUBMITTED, waiting.state());
    assertEquals(0, waiting.attempts());
    Lease second = ledger.start(lease.taskId());
    assertEquals(1, second.attempt());
    assertNotEquals(lease.leaseToken(), second.leaseToken());
  }

  @Test
  void when_a_newer_lease_exists_then_the_old_token_changes_nothing() {
    Lease old = ledger.start(ledger.submit(Given.task()));
    ledger.release(old);
    Lease held = ledger.start(old.taskId(), "bob");
    byte[] before = Blobs.snapshot(ledger.state);
    assertInstanceOf(LeaseLost.class, ledger.complete(old));
    assertInstanceOf(LeaseLost.class, ledger.fail(old));
    assertInstanceOf(LeaseLost.class, ledger.release(old));
    assertInstanceOf(LeaseLost.class, ledger.extend(old, 1_000));
    assertArrayEquals(before, Blobs.snapshot(ledger.state));
    assertInstanceOf(LeaseDone.class, ledger.complete(held));
  }

  @Test
  void when_started_again_and_again_then_no_token_repeats() {
    String taskId = ledger.submit(Given.attempts(1_000));
    Set<String> tokens = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      if (i % 10 == 0) {
        ledger.reopen();
      }
      Lease lease = ledger.start(taskId);
      assertTrue(tokens.add(lease.leaseToken()), lease.leaseToken());
      if (i % 2 == 0) {
        ledger.release(lease);
      } else {
        ledger.fail(lease, true, 0L);
      }
    }
  }

  @Test
  void when_the_ledger_opens_again_then_the_same_start_has_another_token() {
    String taskId = ledger.submit(Given.task());
    LedgerState crashed = Blobs.reread(ledger.state);
    Lease lost = ledger.start(taskId);
    ledger.logic.opened(crashed, ledger.now).forEach(crashed::apply);
    Started again =
        (Started)
            ledger
                .logic
                .decide(crashed, new Start(taskId, "alice", 0, List.of()), ledger.now)
                .reply();
    assertNotEquals(lost.leaseToken(), again.lease().leaseToken());
  }

  @Test
  void when_the_ledger_crashes_then_a_lease_lasts_for_the_time_it_had_left() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.now += Given.LEASE - 1;
    ledger.reopen();
    assertEquals(lease.expiresAt(), ledger.view(lease.taskId()).leaseExpiresAt());
    ledger.pass(1);
    assertEquals(TaskState.SUBMITTED, ledger.stateOf(lease.taskId()));
  }

  @Test
  void when_a_lease_runs_out_while_the_ledger_is_away_then_it_lasts_as_long_again() {
    String taskId = ledger.submit(Given.task());
    Started started = (Started) ledger.tell(new Start(taskId, "alice", 5_000, List.of()));
    Lease late = ledger.start(ledger.submit(Given.deadline(ledger.now + 100_000)));
    Lease stopping = ledger.start(ledger.submit(Given.task()));
    ledger.cancel(stopping.taskId());
    ledger.now += 100_000;
    ledger.reopen();
    assertEquals(ledger.now + 5_000, ledger.view(taskId).leaseExpiresAt());
    ledger.pass(4_999);
    assertEquals(TaskState.FAILED, ledger.stateOf(late.taskId()));
    assertEquals(TaskState.CANCELED, ledger.stateOf(stopping.taskId()));
    assertInstanceOf(LeaseDone.class, ledger.extend(started.lease(), 5_000));
    ledger.pass(5_000);
    assertEquals(TaskState.SUBMITTED, ledger.stateOf(taskId));
  }

  @Test
  void when_extended_then_it_lasts_from_now_and_keeps_what_is_known_of_progress() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.pass(Given.LEASE - 1);
    assertEquals(
        new LeaseDone(lease.taskId(), ledger.now + 7_000),
        ledger.tell(
            new TaskProtocol.Extend(lease.taskId(), lease.leaseToken(), 7_000, Given.json("0.5"))));
    assertEquals(new LeaseDone(lease.taskId(), ledger.now + Given.LEASE), ledger.extend(lease, 0));
    ledger.pass(Given.LEASE - 1);
    TaskView view = ledger.view(lease.taskId());
    assertEquals(TaskState.WORKING, view.state());
    assertArrayEquals(Given.json("0.5"), view.progress());
    ledger.pass(1);
    assertEquals(TaskState.SUBMITTED, ledger.stateOf(lease.taskId()));
  }

  @Test
  void when_the_next_attempt_begins_then_progress_begins_anew() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.tell(new TaskProtocol.Extend(lease.taskId(), lease.leaseToken(), 0, Given.json("0.5")));
    ledger.release(lease);
    ledger.start(lease.taskId());
    assertNull(ledger.view(lease.taskId()).progress());
  }

  @Test
  void when_canceled_while_running_then_the_agent_hears_of_it_and_may_still_complete() {
    Lease lease = ledger.start(ledger.submit(Given.task()));
    ledger.cancel(lease.taskId());
    assertEquals(new LeaseCanceled(lease.taskId()), ledger.extend(lease, 0));
    assertInstanceOf(LeaseDone.class, ledger.complete(lease));
    assertEquals(TaskState.COMPLETED, ledger.stateOf(lease.taskId()));
  }

  @Test
  void when_let_go_after_a_cancel_then_the_answer_is_the_same_each_time() {
    for (boolean fail : List.of(true, false)) {
      Lease lease = ledger.start(ledger.submit(Given.task()));
      ledger.cancel(lease.taskId());
      LeaseCanceled canceled = new LeaseCanceled(lease.taskId());
      assertEquals(canceled, fail ? ledger.fail(lease) : ledger.release(lease));
      assertEquals(TaskState.CANCELED, ledger.stateOf(lease.taskId()));
      assertEquals(canceled, fail ? ledger.fail(lease) : ledger.release(lease));
      assertEquals(canceled, ledger.complete(lease));
    }
  }
}
