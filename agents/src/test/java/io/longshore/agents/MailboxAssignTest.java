package io.longshore.agents;

import static io.longshore.agents.Given.SUMMARIZE;
import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.ref;
import static io.longshore.agents.Given.refs;
import static io.longshore.agents.Given.settings;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.Delivery;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxAssignTest {
  private final MailboxDriver alice = MailboxDriver.online(2);

  @Test
  void when_there_is_room_then_refs_are_accepted_in_one_report() {
    alice.assign(refs(1, 3));

    MailboxReport report = alice.report();
    assertEquals(List.of("t1", "t2", "t3"), report.accepted());
    assertEquals(List.of(), report.refused());
    assertEquals(MailboxDriver.INCARNATION, report.incarnation());
    assertEquals(new WorkSource.Room(Status.ONLINE, 1, 3, 0, 2, 0), report.room());
  }

  @Test
  void when_it_holds_concurrency_and_prefetch_then_more_is_refused_with_the_reason() {
    alice.assign(refs(1, 5));

    MailboxReport report = alice.report();
    assertEquals(List.of("t1", "t2", "t3", "t4"), report.accepted());
    assertEquals(
        List.of(new Refusal("t5", "overloaded: holds 4 of 4 tasks", null)), report.refused());
    assertEquals(0, report.room().free());
  }

  @Test
  void when_the_service_time_is_known_then_a_refusal_tells_when_room_is_expected() {
    alice.assign(ref("t0"));
    Lease lease = alice.work(1).get(0);
    alice.pass(1_000);
    alice.ended(lease, true);
    alice.assign(refs(1, 4));
    alice.reports();

    alice.assign(refs(5, 6));

    List<Refusal> refused = alice.report().refused();
    assertEquals(500L, refused.get(0).capacityInMillis());
    assertEquals(1_000L, refused.get(1).capacityInMillis());
  }

  @Test
  void when_running_and_starting_tasks_fill_it_then_they_count_against_the_room() {
    alice.assign(refs(1, 4));
    alice.work(1);
    alice.acquire(1, 0);
    alice.reports();

    alice.assign(ref("t5"));

    assertEquals("t5", alice.report().refused().get(0).taskId());
  }

  @Test
  void when_a_ref_is_already_held_then_it_is_accepted_and_held_once() {
    alice.assign(ref("t1"));
    alice.reports();

    alice.assign(ref("t1"));

    assertEquals(List.of("t1"), alice.report().accepted());
    assertEquals(1, alice.state.room(alice.now).queued());
  }

  @Test
  void when_a_ref_is_being_started_then_it_is_accepted_and_not_started_twice() {
    alice.assign(ref("t1"));
    alice.acquire(2, 1_000);
    alice.reports();

    alice.assign(ref("t1"));
    alice.started(alice.starts.get(0));

    assertEquals(List.of("t1"), alice.reports().get(0).accepted());
    assertEquals(List.of("t1"), alice.startedIds());
    assertEquals(0, alice.state.room(alice.now).queued());
  }

  @Test
  void when_a_running_task_is_assigned_again_then_it_waits_for_its_lease_to_be_over() {
    alice.assign(ref("t1"));
    Lease lease = alice.work(1).get(0);
    alice.reports();

    alice.assign(ref("t1"));

    assertEquals(List.of("t1"), alice.report().accepted());
    long waiting = alice.acquire(1, 5_000);
    assertEquals(List.of("t1"), alice.startedIds());
    alice.ended(lease, false);
    assertEquals(List.of("t1", "t1"), alice.startedIds());
    alice.started(alice.starts.get(1));
    assertEquals(1, requireNonNull(alice.answers.get(waiting)).size());
  }

  @Test
  void when_no_worker_was_heard_then_all_is_refused() {
    MailboxDriver unheard = new MailboxDriver(settings(), agent(2));

    unheard.assign(ref("t1"));

    MailboxReport report = unheard.report();
    assertEquals(Status.OFFLINE, report.room().status());
    assertEquals("offline: no worker was heard for 30 s", report.refused().get(0).reason());
    assertNull(report.refused().get(0).capacityInMillis());
  }

  @Test
  void when_draining_then_all_is_refused() {
    alice.know(agent(2, Delivery.PULL, 2, true));
    alice.reports();

    alice.assign(ref("t1"));

    assertEquals("draining", alice.report().refused().get(0).reason());
  }

  @Test
  void when_taken_back_then_only_refs_of_the_route_that_have_not_started_are_returned() {
    alice.assign(refs(1, 3));
    alice.work(1);
    alice.reports();

    alice.takeBack(SUMMARIZE, "t1", "t2", "other");
    assertEquals(List.of("t2"), alice.report().returned());

    alice.takeBack(Route.agent("alice"), "t3");
    Reports.Addressed answer = alice.addressed().get(0);
    assertEquals(Route.agent("alice"), answer.route());
    assertEquals(List.of(), answer.report().returned());
  }

  @Test
  void when_a_waiting_second_ref_of_a_running_task_is_taken_back_then_it_is_returned() {
    alice.assign(ref("t1"));
    alice.work(1);
    alice.assign(ref("t1"));
    alice.reports();

    alice.takeBack(SUMMARIZE, "t1");

    assertEquals(List.of("t1"), alice.report().returned());
  }

  @Test
  void when_priorities_differ_then_the_highest_goes_first_and_equals_in_order() {
    alice.assign(
        ref("low", Priority.LOW),
        ref("n1", Priority.NORMAL),
        ref("n2", Priority.NORMAL),
        ref("high", Priority.HIGH));

    alice.work(2);

    assertEquals(List.of("high", "n1"), alice.startedIds());
  }

  @Test
  void when_prefetch_and_concurrency_are_huge_then_the_ceilings_hold() {
    MailboxDriver huge = MailboxDriver.online(Integer.MAX_VALUE);

    assertEquals(2_000, huge.state.room(huge.now).free());
    assertEquals(1_000, huge.state.room(huge.now).concurrency());
  }
}
