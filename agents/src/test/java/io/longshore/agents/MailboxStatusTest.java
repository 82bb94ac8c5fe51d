package io.longshore.agents;

import static io.longshore.agents.Given.SUMMARIZE;
import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.ref;
import static io.longshore.agents.Given.refs;
import static io.longshore.agents.Given.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.agents.WorkSource.Urgency;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Delivery;
import io.longshore.registry.Webhook;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MailboxStatusTest {
  private static final long SESSION = settings().sessionTimeout().toMillis();
  private static final long INTERVAL = settings().reportInterval().toMillis();

  private final MailboxDriver alice = MailboxDriver.online(2);

  @Test
  void when_a_worker_falls_silent_then_the_agent_goes_offline_and_gives_unstarted_tasks_back() {
    MailboxDriver alice = MailboxDriver.online(1);
    alice.assign(refs(1, 2));
    alice.work(1);
    alice.pass(SESSION - 1);
    alice.reports();

    alice.pass(1);

    MailboxReport report = alice.report();
    assertEquals(Status.OFFLINE, report.room().status());
    assertEquals(List.of("t2"), report.returned());
    assertEquals(0, report.room().free());
    assertEquals(1, report.room().running());
  }

  @Test
  void when_nothing_has_changed_then_a_report_is_a_sign_of_life_and_no_news() {
    alice.acquire(1, SESSION);
    alice.addressed();

    alice.pass(INTERVAL);
    assertEquals(
        List.of(Urgency.SIGN), alice.addressed().stream().map(Reports.Addressed::urgency).toList());

    alice.assign(refs(1, 1));
    assertTrue(alice.addressed().stream().noneMatch(told -> told.urgency() == Urgency.SIGN));
  }

  @Test
  void when_a_worker_waits_then_the_agent_is_online_and_stays_so_for_a_session_after_it() {
    MailboxDriver bob = new MailboxDriver(settings(), agent(1));

    bob.acquire(1, 2 * SESSION);
    bob.pass(2 * SESSION - 1);
    assertEquals(Status.ONLINE, status(bob));
    bob.pass(1);
    assertEquals(1, bob.answers.size());
    bob.pass(SESSION - 1);
    assertEquals(Status.ONLINE, status(bob));
    bob.pass(1);
    assertEquals(Status.OFFLINE, status(bob));
  }

  @Test
  void when_a_worker_ends_or_extends_a_lease_then_it_was_heard() {
    alice.assign(refs(1, 2));
    List<Lease> leases = alice.work(2);
    alice.pass(SESSION - 1);
    alice.state.extended(List.of(), alice.now);
    alice.pass(SESSION - 1);
    assertEquals(Status.ONLINE, status(alice));

    MailboxDriver bob = MailboxDriver.online(1);
    bob.assign(ref("t1"));
    Lease lease = bob.work(1).get(0);
    bob.pass(SESSION - 1);
    bob.ended(lease, true);
    bob.pass(SESSION - 1);
    assertEquals(Status.ONLINE, status(bob));
    assertEquals(2, leases.size());
  }

  @Test
  void when_a_reader_is_heard_then_something_follows_if_its_agent_was_away_or_has_changed() {
    MailboxDriver bob = new MailboxDriver(settings(), agent(1));
    assertTrue(bob.state.heardReader(agent(1), bob.now), "was offline");
    assertFalse(bob.state.heardReader(agent(1), bob.now));
    assertTrue(bob.state.heardReader(agent(2, Delivery.PULL, 2, false), bob.now), "has changed");
    bob.acquire(1, 0);
    assertFalse(bob.state.heardReader(agent(1), bob.now), "that was known");

    bob.pass(settings().handPatience().toMillis());
    assertFalse(bob.state.heardReader(agent(1), bob.now), "comes for no work, and goes on so");
    bob.pass(SESSION);
    assertTrue(bob.state.heardReader(agent(1), bob.now), "was silent");
  }

  @Test
  void when_told_to_drain_then_unstarted_tasks_are_given_back_and_resuming_takes_work_again() {
    alice.assign(refs(1, 2));
    alice.work(1);
    alice.reports();

    alice.know(agent(2, Delivery.PULL, 2, true));
    MailboxReport draining = alice.report();
    assertEquals(Status.DRAINING, draining.room().status());
    assertEquals(List.of("t2"), draining.returned());
    assertTrue(alice.state.isClosing());

    alice.know(agent(2, Delivery.PULL, 3, false));
    assertEquals(Status.ONLINE, alice.report().room().status());
    assertFalse(alice.state.isClosing());
  }

  @Test
  void when_an_older_record_arrives_late_then_the_newer_one_stays() {
    alice.know(agent(5, Delivery.PULL, 3, false));

    alice.know(agent(2, Delivery.PULL, 2, true));

    assertEquals(Status.ONLINE, status(alice));
    assertEquals(5, alice.state.room(alice.now).concurrency());
  }

  @Test
  void when_removed_then_all_is_given_back_and_only_a_new_registration_returns() {
    alice.assign(ref("t1"));
    alice.reports();

    alice.state.remove();
    alice.settle();
    assertEquals(List.of("t1"), alice.report().returned());

    alice.know(agent(2, Delivery.PULL, 9, false));
    alice.heartbeat();
    assertEquals(Status.OFFLINE, status(alice));

    AgentRecord again = agent(2, Delivery.PULL, 10, false);
    alice.know(new AgentRecord(again.spec(), 10, false, alice.now, alice.now));
    assertEquals(Status.ONLINE, status(alice));
  }

  @Test
  void when_delivery_is_by_handler_then_the_agent_is_online_while_the_node_has_the_handler() {
    MailboxDriver echo = new MailboxDriver(settings(), handled("echo", 1));
    echo.pass(10 * SESSION);
    assertEquals(Status.ONLINE, status(echo));
    assertEquals(Status.ONLINE, echo.report().room().status());

    echo.know(handled("gone", 2));
    echo.assign(ref("t1"));
    assertEquals(Status.OFFLINE, status(echo));
    assertEquals(
        "offline: the node has no handler gone", echo.reports().get(1).refused().get(0).reason());
  }

  @Test
  void when_room_does_not_change_then_only_signs_of_life_are_sent() {
    alice.acquire(1, 10 * INTERVAL);
    alice.pass(INTERVAL - 1);
    assertEquals(List.of(), alice.reports());
    assertEquals(alice.now + 1, alice.state.nextDue(alice.now));

    alice.pass(1);
    assertEquals(2, alice.report().room().concurrency());
  }

  @Test
  void when_offline_with_a_task_running_then_signs_of_life_go_on_and_end_with_it() {
    alice.assign(ref("t1"));
    Lease lease = alice.work(1).get(0);
    alice.pass(SESSION);
    alice.reports();

    alice.pass(INTERVAL);
    assertEquals(1, alice.report().room().running());
    alice.ended(lease, false);
    alice.pass(INTERVAL);
    assertEquals(List.of(), alice.reports());
  }

  @Test
  void when_a_coordinator_enlists_then_it_hears_now_and_on_every_change() {
    Route direct = Route.agent("alice");
    alice.state.enlist(direct);
    alice.settle();
    Reports.Addressed first = alice.addressed().get(0);
    assertEquals(direct, first.route());
    assertEquals(4, first.report().room().free());

    alice.assign(ref("t1"));
    List<Reports.Addressed> both = alice.addressed();
    assertEquals(2, both.size());
    for (Reports.Addressed each : both) {
      List<String> news = each.route().equals(SUMMARIZE) ? List.of("t1") : List.of();
      assertEquals(news, each.report().accepted());
      assertEquals(3, each.report().room().free());
    }
  }

  @Test
  void when_there_is_nothing_to_do_for_who_has_enlisted_then_it_hears_no_more_after_a_while() {
    Route direct = Route.agent("alice");
    alice.state.enlist(direct);
    alice.settle();
    alice.reports();

    for (int i = 0; i < 29; i++) {
      passHeard();
      assertEquals(Set.of(SUMMARIZE, direct), routes());
    }
    passHeard();
    alice.reports();
    passHeard();
    assertEquals(Set.of(SUMMARIZE), routes());
    alice.state.enlist(direct);
    alice.settle();
    assertTrue(routes().contains(direct));
  }

  /** An interval, with a heartbeat in the middle of it. */
  private void passHeard() {
    alice.pass(INTERVAL / 2);
    alice.heartbeat();
    alice.pass(INTERVAL - INTERVAL / 2);
  }

  private Set<Route> routes() {
    return alice.addressed().stream().map(Reports.Addressed::route).collect(Collectors.toSet());
  }

  @Test
  void when_more_enlist_than_may_then_the_oldest_hears_no_more() {
    for (int i = 0; i <= settings().maxEnlisted(); i++) {
      alice.state.enlist(Route.capability("c" + i));
    }
    alice.settle();
    alice.reports();

    alice.pass(INTERVAL);
    List<Route> routes = alice.addressed().stream().map(Reports.Addressed::route).toList();
    assertEquals(settings().maxEnlisted() + 1, routes.size());
    assertFalse(routes.contains(Route.capability("c0")));
  }

  @Test
  void when_nobody_was_ever_heard_then_coordinators_are_not_bothered() {
    MailboxDriver unheard = new MailboxDriver(settings(), agent(1));

    unheard.pass(10 * INTERVAL);

    assertEquals(List.of(), unheard.reports());
  }

  @Test
  void when_asked_how_it_is_then_it_says_how_long_a_task_would_wait() {
    MailboxStatus fresh =
        new MailboxDriver(settings(), agent(1))
            .state.status("alice", MessageStatus.NONE, alice.now);
    assertNull(fresh.lastHeardAt());
    assertNull(fresh.estimatedWaitMillis());

    alice.assign(refs(1, 3));
    List<Lease> leases = alice.work(2);
    assertNull(alice.state.status("alice", MessageStatus.NONE, alice.now).estimatedWaitMillis());
    alice.pass(800);
    alice.ended(leases.get(0), true);

    MailboxStatus status = alice.state.status("alice", MessageStatus.NONE, alice.now);
    assertEquals(400L, status.estimatedWaitMillis());
    assertEquals(800, status.room().serviceMillis());
    assertEquals(alice.now, status.lastHeardAt());
  }

  @Test
  void when_a_lease_ends_without_work_then_its_time_does_not_count() {
    alice.assign(ref("t1"));
    Lease lease = alice.work(1).get(0);
    alice.pass(10_000);

    alice.ended(lease, false);

    assertEquals(0, alice.state.room(alice.now).serviceMillis());
  }

  @Test
  void when_offline_and_empty_for_the_passivation_timeout_then_it_may_go() {
    alice.pass(SESSION - 1);
    assertEquals(Status.ONLINE, status(alice));
    long wentOffline = alice.now;
    alice.pass(1);
    long due = wentOffline + settings().passivationTimeout().toMillis();
    assertEquals(due, alice.state.nextDue(alice.now));

    alice.now = due - 1;
    assertFalse(alice.state.isIdle(alice.now));
    alice.now = due;
    assertTrue(alice.state.isIdle(alice.now));
    alice.heartbeat();
    assertFalse(alice.state.isIdle(alice.now));
  }

  @Test
  void when_something_keeps_it_beyond_the_passivation_timeout_then_it_does_not_wake_up_for_that() {
    MailboxDriver unheard = new MailboxDriver(settings(), agent(1));
    long due = unheard.now + settings().passivationTimeout().toMillis();
    assertEquals(due, unheard.state.nextDue(unheard.now));

    unheard.now = due;
    unheard.settle();

    assertTrue(unheard.state.isIdle(due));
    assertEquals(Long.MAX_VALUE, unheard.state.nextDue(due));
    assertEquals(Long.MAX_VALUE, unheard.state.nextDue(due + SESSION));
  }

  @Test
  void when_a_webhook_fails_then_no_work_comes_until_its_trial_and_then_one_at_a_time() {
    MailboxDriver hook = new MailboxDriver(settings(), hooked());
    hook.assign(ref("t1"));
    hook.reports();
    hook.gate.obstacle = "its webhook failed";
    hook.gate.nextChange = hook.now + 5_000;
    hook.settle();
    assertEquals(List.of("t1"), hook.report().returned());
    assertEquals(hook.now + 5_000, hook.state.nextDue(hook.now));
    hook.assign(ref("t2"));
    assertEquals("offline: its webhook failed", hook.report().refused().get(0).reason());

    hook.gate.obstacle = null;
    hook.gate.limit = 1;
    hook.pass(5_000);
    assertEquals(new Room(Status.ONLINE, 2, 0, 0, 1, 0), hook.report().room());
  }

  private static AgentRecord hooked() {
    Webhook webhook = new Webhook("http://example.org/", 1_000, 0, 1, 0, null);
    return agent(4, Delivery.webhook(webhook), 1, false);
  }

  private static Status status(MailboxDriver driver) {
    return driver.state.room(driver.now).status();
  }

  private static AgentRecord handled(String handler, long revision) {
    return agent(1, Delivery.handler(handler), revision, false);
  }
}
