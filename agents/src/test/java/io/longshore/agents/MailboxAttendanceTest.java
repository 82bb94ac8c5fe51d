package io.longshore.agents;

import static io.longshore.agents.Given.refs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for a worker that does not come for it. */
class MailboxAttendanceTest {
  private static final long PATIENCE = Given.settings().handPatience().toMillis();

  private final MailboxDriver alice = MailboxDriver.online(2);

  @Test
  void when_a_worker_has_a_free_hand_and_does_not_come_then_what_waits_goes_to_others() {
    alice.assign(refs(1, 3));
    alice.work(1);
    alice.reports();

    alice.pass(PATIENCE - 1);
    assertEquals(2, alice.state.room(alice.now).queued());
    alice.reports();
    alice.pass(1);

    MailboxReport report = alice.report();
    assertEquals(List.of("t2", "t3"), report.returned());
    assertEquals(Status.ONLINE, report.room().status());
    assertEquals(0, report.room().free(), "nobody comes for more");
  }

  @Test
  void when_it_only_says_that_it_is_there_then_it_is_given_nothing() {
    alice.pass(PATIENCE);
    alice.heartbeat();
    alice.reports();

    alice.assign(refs(1, 1));

    assertEquals("t1", alice.report().refused().get(0).taskId());
    alice.acquire(1, 10_000);
    assertTrue(alice.report().room().free() > 0, "it has come again");
  }

  @Test
  void when_all_hands_are_at_work_then_nobody_is_expected() {
    alice.assign(refs(1, 3));
    alice.work(2);

    alice.pass(Given.LEASE / 2);

    assertEquals(1, alice.state.room(alice.now).queued());
  }

  @Test
  void when_a_worker_polls_then_work_waits_for_its_next_call() {
    alice.acquire(1, 0);
    alice.pass(5_000);
    alice.acquire(1, 0);
    alice.assign(refs(1, 2));

    alice.pass(5_000);

    assertEquals(List.of("t1"), alice.work(1).stream().map(Lease::taskId).toList());
    assertEquals(1, alice.state.room(alice.now).queued());
    alice.pass(10_000);
    assertEquals(0, alice.state.room(alice.now).queued(), "it has missed two calls");
  }

  @Test
  void when_a_worker_hangs_up_then_it_is_answered_empty_and_given_nothing_more() {
    long worker = alice.acquire(1, 60_000);
    alice.pass(PATIENCE * 5);

    alice.state.hangUp(worker);
    alice.settle();

    assertEquals(List.of(), alice.answers.get(worker));
    alice.reports();
    alice.assign(refs(1, 1));
    assertEquals("t1", alice.report().refused().get(0).taskId());
  }

  @Test
  void when_a_worker_hangs_up_while_a_task_is_started_for_it_then_the_lease_is_answered() {
    alice.assign(refs(1, 1));
    long worker = alice.acquire(1, 60_000);

    alice.state.hangUp(worker);
    alice.settle();
    assertTrue(!alice.answers.containsKey(worker), "its start is under way");
    alice.started(alice.starts.get(0));

    assertEquals(List.of("t1"), alice.answers.get(worker).stream().map(Lease::taskId).toList());
  }
}
