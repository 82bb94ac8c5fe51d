package io.longshore.agents;

import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.ref;
import static io.longshore.agents.Given.refs;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.registry.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailboxAcquireTest {
  private static final long START_TIMEOUT = Given.settings().startTimeout().toMillis();
  private static final long GRACE = Given.settings().leaseGrace().toMillis();

  private final MailboxDriver alice = MailboxDriver.online(3);

  @Test
  void when_work_is_queued_then_as_much_as_wanted_is_started_at_once_and_answered_together() {
    alice.assign(refs(1, 5));

    long worker = alice.acquire(2, 10_000);

    assertEquals(List.of("t1", "t2"), alice.startedIds());
    alice.started(alice.starts.get(0));
    assertFalse(alice.answers.containsKey(worker));
    alice.started(alice.starts.get(1));
    assertEquals(List.of("t1", "t2"), taskIds(worker));
  }

  @Test
  void when_inputs_are_large_then_an_acquire_gets_what_fits_and_one_at_least() {
    MailboxDriver bob = MailboxDriver.online(5);
    int most = Given.settings().maxAcquiredBytes();
    bob.assign(List.of(sized("t1", most / 2), sized("t2", most / 2), sized("t3", 1)));
    bob.assign(List.of(sized("t4", most + 1), sized("t5", 1)));

    bob.acquire(5, 10_000);
    assertEquals(List.of("t1", "t2"), bob.startedIds());
    bob.notStartable(bob.starts.get(0));
    assertEquals(List.of("t1", "t2", "t3"), bob.startedIds());
    bob.started(bob.starts.get(1));
    bob.started(bob.starts.get(2));
    bob.acquire(5, 10_000);
    assertEquals(List.of("t1", "t2", "t3", "t4"), bob.startedIds());
    bob.acquire(5, 10_000);
    assertEquals(List.of("t1", "t2", "t3", "t4", "t5"), bob.startedIds());
  }

  private static TaskRef sized(String taskId, int bytes) {
    TaskRef ref = ref(taskId);
    return new TaskRef(
        taskId, ref.route(), ref.priority(), 0, ref.createdAt(), ref.decisions(), bytes);
  }

  @Test
  void when_more_is_wanted_than_may_run_then_only_free_slots_are_filled() {
    alice.assign(refs(1, 6));

    assertEquals(3, alice.work(10).size());
    long second = alice.acquire(10, 0);

    assertEquals(3, alice.starts.size());
    assertEquals(List.of(), taskIds(second));
  }

  @Test
  void when_a_lease_ends_then_the_slot_goes_to_the_one_who_waits_longest() {
    alice.assign(refs(1, 6));
    List<Lease> leases = alice.work(3);
    long first = alice.acquire(1, 10_000);
    long second = alice.acquire(1, 10_000);

    alice.ended(leases.get(1), true);

    assertEquals(first, alice.starts.get(3).acquirer());
    alice.started(alice.starts.get(3));
    assertEquals(List.of("t4"), taskIds(first));
    assertFalse(alice.answers.containsKey(second));
  }

  @Test
  void when_nothing_comes_then_the_worker_is_answered_empty_at_its_deadline() {
    long worker = alice.acquire(1, 10_000);

    assertEquals(alice.now + Given.settings().reportInterval().toMillis(), nextDue());
    alice.pass(9_999);
    assertFalse(alice.answers.containsKey(worker));
    assertEquals(alice.now + 1, nextDue());
    alice.pass(1);
    assertEquals(List.of(), taskIds(worker));
  }

  @Test
  void when_work_comes_while_a_worker_waits_then_it_is_started_at_once() {
    long worker = alice.acquire(5, 10_000);

    alice.assign(refs(1, 2));

    List.copyOf(alice.starts).forEach(alice::started);
    assertEquals(List.of("t1", "t2"), taskIds(worker));
  }

  @Test
  void when_a_start_comes_to_nothing_then_another_ref_takes_its_place() {
    alice.assign(refs(1, 4));
    long worker = alice.acquire(2, 10_000);

    alice.notStartable(alice.starts.get(0));

    assertEquals(List.of("t1", "t2", "t3"), alice.startedIds());
    alice.started(alice.starts.get(1));
    assertFalse(alice.answers.containsKey(worker));
    alice.started(alice.starts.get(2));
    assertEquals(List.of("t2", "t3"), taskIds(worker));
    assertEquals(1, alice.state.room(alice.now).queued());
  }

  @Test
  void when_all_starts_come_to_nothing_then_the_worker_waits_on() {
    alice.assign(ref("t1"));
    long worker = alice.acquire(2, 10_000);

    alice.notStartable(alice.starts.get(0));
    assertFalse(alice.answers.containsKey(worker));
    alice.assign(ref("t2"));

    alice.started(alice.starts.get(1));
    assertEquals(List.of("t2"), taskIds(worker));
  }

  @Test
  void when_starts_are_in_flight_then_more_work_does_not_prolong_the_batch() {
    alice.assign(ref("t1"));
    long worker = alice.acquire(3, 10_000);

    alice.assign(ref("t2"));

    assertEquals(List.of("t1"), alice.startedIds());
    alice.started(alice.starts.get(0));
    assertEquals(List.of("t1"), taskIds(worker));
  }

  @Test
  void when_a_start_is_refused_then_the_ref_is_given_back_and_the_ledger_left_alone_for_a_while() {
    alice.assign(refs(1, 2));
    long worker = alice.acquire(1, 10_000);
    alice.reports();

    alice.overloaded(alice.starts.get(0), Duration.ofMillis(300));

    assertEquals(List.of("t1"), alice.report().returned());
    assertEquals(1, alice.starts.size());
    assertEquals(alice.now + 300, nextDue());
    alice.pass(300);
    alice.started(alice.starts.get(1));
    assertEquals(List.of("t2"), taskIds(worker));
  }

  @Test
  void when_one_start_of_a_batch_is_unclear_then_the_others_are_delivered() {
    alice.assign(refs(1, 3));
    long worker = alice.acquire(2, 10_000);
    alice.reports();

    alice.indeterminate(alice.starts.get(0));
    alice.started(alice.starts.get(1));

    assertEquals(List.of("t2"), taskIds(worker));
    assertEquals(List.of("t1"), alice.reports().get(0).returned());
    assertEquals(2, alice.starts.size());
  }

  @Test
  void when_the_ledger_does_not_answer_then_the_start_is_given_up_and_a_late_lease_given_back() {
    alice.assign(ref("t1"));
    long worker = alice.acquire(1, 0);
    alice.reports();

    alice.pass(START_TIMEOUT - 1);
    assertFalse(alice.answers.containsKey(worker));
    alice.pass(1);

    assertEquals(List.of(), taskIds(worker));
    assertTrue(alice.reports().stream().anyMatch(r -> r.returned().equals(List.of("t1"))));
    alice.started(alice.starts.get(0));
    assertEquals(0, alice.state.room(alice.now).running());
    assertEquals(List.of("t1"), alice.late.stream().map(Lease::taskId).toList());
    alice.notStartable(alice.starts.get(0));
    assertEquals(1, alice.late.size());
  }

  @Test
  void when_a_late_answer_is_for_an_earlier_start_then_the_later_one_is_waited_for() {
    alice.assign(ref("t1"));
    alice.acquire(1, 60_000);
    alice.pass(START_TIMEOUT);
    alice.assign(ref("t2"));
    long other = alice.acquire(1, 60_000);
    alice.assign(ref("t1"));
    assertEquals(List.of("t1", "t2", "t1"), alice.startedIds());

    alice.started(alice.starts.get(0));
    assertEquals(0, alice.answers.size());
    assertEquals(List.of("t1"), alice.late.stream().map(Lease::taskId).toList());

    alice.started(alice.starts.get(2));
    assertEquals(List.of("t1"), taskIds(other));
  }

  @Test
  void when_a_failing_ledger_outlasts_the_wait_then_the_worker_is_not_held_on() {
    alice.assign(refs(1, 4));
    long worker = alice.acquire(1, 5_000);
    alice.pass(5_001);

    alice.indeterminate(alice.starts.get(0));

    assertEquals(List.of(), taskIds(worker));
    assertEquals(1, alice.starts.size());
  }

  @Test
  void when_draining_then_workers_are_answered_empty_at_once_and_starts_in_flight_delivered() {
    alice.assign(ref("t1"));
    long busy = alice.acquire(1, 10_000);
    long idle = alice.acquire(1, 10_000);

    alice.know(agent(3, Delivery.PULL, 2, true));

    assertEquals(List.of(), taskIds(idle));
    assertFalse(alice.answers.containsKey(busy));
    alice.started(alice.starts.get(0));
    assertEquals(List.of("t1"), taskIds(busy));
    assertEquals(List.of(), taskIds(alice.acquire(1, 10_000)));
  }

  @Test
  void when_as_many_wait_as_may_then_one_more_is_not_let_in() {
    for (int i = 0; i < Given.settings().maxWaiting(); i++) {
      alice.acquire(1, 10_000);
    }

    assertFalse(alice.state.acquire(10_000, 1, alice.now + 10_000, 0, alice.now));
  }

  @Test
  void when_a_lease_runs_out_unheard_of_then_its_slot_is_free_after_the_grace() {
    alice.assign(ref("t1"));
    alice.work(1);

    alice.pass(Given.LEASE + GRACE - 1);
    assertEquals(1, alice.state.room(alice.now).running());
    alice.pass(1);
    assertEquals(0, alice.state.room(alice.now).running());
  }

  @Test
  void when_a_lease_runs_out_unheard_of_then_the_ref_behind_it_can_start() {
    MailboxDriver alice = MailboxDriver.online(1);
    alice.assign(ref("t1"));
    alice.work(1);
    alice.pass(Given.LEASE - 1);
    alice.heartbeat();
    alice.assign(ref("t1"));
    alice.pass(1);
    alice.pass(GRACE);

    assertEquals(1, alice.work(3).size());
  }

  @Test
  void when_a_lease_of_an_earlier_life_is_extended_then_it_takes_a_slot_until_its_end() {
    MailboxDriver alice = MailboxDriver.online(1);
    alice.state.extended(
        List.of(new ExtendedLease("old", "old-", alice.now + Given.LEASE)), alice.now);
    alice.assign(ref("t1"));
    assertEquals(List.of(), alice.work(1));

    alice.ended(Given.lease(ref("old"), "old-", 0), true);
    assertEquals("t1", alice.work(1).get(0).taskId());
  }

  @Test
  void when_a_lease_is_extended_then_its_slot_stays_taken() {
    alice.assign(ref("t1"));
    Lease lease = alice.work(1).get(0);

    alice.state.extended(
        List.of(new ExtendedLease("t1", lease.leaseToken(), lease.expiresAt() + 60_000)),
        alice.now);
    alice.pass(Given.LEASE + GRACE);
    assertEquals(1, alice.state.room(alice.now).running());
    alice.pass(60_000);
    assertEquals(0, alice.state.room(alice.now).running());
  }

  @Test
  void when_the_mailbox_stops_then_whoever_waits_is_answered_with_what_was_granted_by_then() {
    alice.assign(refs(1, 4));
    long two = alice.acquire(2, 10_000);
    long one = alice.acquire(1, 10_000);
    alice.started(alice.starts.get(0));
    assertEquals(Map.of(), alice.answers);

    MailboxState.Effects last = alice.state.end(alice.now);

    last.acquired().forEach(over -> alice.answers.put(over.number(), over.leases()));
    assertEquals(List.of("t1"), taskIds(two));
    assertEquals(List.of(), taskIds(one));
    assertEquals(List.of("t4"), last.reports().get(0).report().returned());
    assertEquals(List.of(), alice.state.end(alice.now).acquired());
  }

  @Test
  void when_an_earlier_lease_of_the_task_ends_late_then_the_later_one_stays() {
    alice.assign(ref("t1"));
    Lease lease = alice.work(1).get(0);

    alice.ended(Given.lease(ref("t1"), "earlier", 0), true);
    assertEquals(1, alice.state.room(alice.now).running());
    alice.ended(lease, true);
    assertEquals(0, alice.state.room(alice.now).running());
  }

  private List<String> taskIds(long acquirer) {
    return requireNonNull(alice.answers.get(acquirer), "not answered").stream()
        .map(Lease::taskId)
        .toList();
  }

  private long nextDue() {
    return alice.state.nextDue(alice.now);
  }
}
