package io.longshore.agents;

import static io.longshore.agents.Given.SUMMARIZE;
import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.ref;
import static io.longshore.agents.Given.refs;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.MailboxProtocol.Acquire;
import io.longshore.agents.MailboxProtocol.AcquireReply;
import io.longshore.agents.MailboxProtocol.Assign;
import io.longshore.agents.MailboxProtocol.Carry;
import io.longshore.agents.MailboxProtocol.Command;
import io.longshore.agents.MailboxProtocol.Enlist;
import io.longshore.agents.MailboxProtocol.Heartbeat;
import io.longshore.agents.MailboxProtocol.HeartbeatAnswer;
import io.longshore.agents.MailboxProtocol.HeartbeatReply;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.NodeGone;
import io.longshore.agents.MailboxProtocol.Removed;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.agents.WorkSource.Status;
import io.longshore.persistence.Answer;
import io.longshore.registry.Delivery;
import io.longshore.registry.Webhook;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentMailboxTest {
  private final MailboxFixture node = new MailboxFixture();
  private final TestProbe<AcquireReply> worker = node.testKit.createTestProbe(AcquireReply.class);

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void when_work_was_assigned_then_a_worker_is_leased_it() {
    ActorRef<Letter> alice = node.online(2);

    alice.tell(new Assign(agent(2), refs(1, 3)));
    assertEquals(List.of("t1", "t2", "t3"), node.report().accepted());
    alice.tell(acquire(5, Duration.ZERO));

    assertEquals(List.of("t1", "t2"), taskIds(leases()));
  }

  @Test
  void when_the_node_where_a_worker_waits_is_gone_then_it_is_given_nothing_more() {
    ActorRef<Letter> alice = node.online(1);
    alice.tell(acquire(1, Duration.ofSeconds(10)));
    alice.tell(new NodeGone(new Address("pekko", "another", "example.org", 25520)));
    alice.tell(new NodeGone(worker.getRef().path().address()));

    assertEquals(List.of(), leases());
  }

  @Test
  void when_nothing_comes_then_a_worker_is_answered_empty_when_its_wait_is_over() {
    ActorRef<Letter> alice = node.online(1);
    alice.tell(acquire(1, Duration.ofSeconds(10)));
    node.fence(alice);

    node.pass(Duration.ofMillis(9_999));
    node.fence(alice);
    worker.expectNoMessage(Duration.ofMillis(50));
    node.pass(Duration.ofMillis(1));
    assertEquals(List.of(), leases());
  }

  @Test
  void when_a_start_fails_then_the_task_is_given_back_and_the_worker_waits_on() {
    node.ledger.starts = ref -> CompletableFuture.failedFuture(new IllegalStateException("down"));
    ActorRef<Letter> alice = node.online(1);
    alice.tell(acquire(1, Duration.ofSeconds(10)));

    alice.tell(new Assign(agent(1), List.of(ref("t1"))));

    assertEquals(List.of("t1"), node.report().accepted());
    assertEquals(List.of("t1"), node.report().returned());
    worker.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void when_a_start_is_answered_too_late_then_its_lease_is_released() {
    CompletableFuture<Answer<StartReply>> slow = new CompletableFuture<>();
    node.ledger.starts = ref -> slow;
    ActorRef<Letter> alice = node.online(1);
    alice.tell(new Assign(agent(1), List.of(ref("t1"))));
    alice.tell(acquire(1, Duration.ZERO));
    node.fence(alice);
    node.pass(Given.settings().startTimeout());
    assertEquals(List.of(), leases());

    Lease lease = Given.lease(ref("t1"), "late", node.clock.millis() + Given.LEASE);
    slow.complete(new Answer.Replied<>(new StartReply.Started(lease)));

    assertEquals(new LedgerDouble.End("t1", "late", "released"), node.end());
  }

  @Test
  void when_as_many_wait_as_may_then_one_more_is_told_so() {
    ActorRef<Letter> alice = node.online(1);
    int limit = Given.settings().maxWaiting();
    TestProbe<AcquireReply> others = node.testKit.createTestProbe(AcquireReply.class);
    for (int i = 0; i < limit; i++) {
      alice.tell(new Acquire(agent(1), 1, 10_000, 0, 1, others.getRef()));
    }

    alice.tell(acquire(1, Duration.ofSeconds(10)));

    worker.expectMessage(new TooManyWaiting(limit));
  }

  @Test
  void when_the_record_changes_then_the_mailbox_notices_by_itself() {
    ActorRef<Letter> alice = node.online(1);
    alice.tell(new Assign(agent(1), List.of(ref("t1"))));
    node.report();
    node.fence(alice);

    node.directory.set(Optional.of(agent(1, Delivery.PULL, 2, true)));
    node.pass(Given.settings().reportInterval());

    MailboxReport report = node.report();
    assertEquals(Status.DRAINING, report.room().status());
    assertEquals(List.of("t1"), report.returned());
    TestProbe<HeartbeatAnswer> heartbeat = node.testKit.createTestProbe(HeartbeatAnswer.class);
    alice.tell(new Heartbeat(agent(1), heartbeat.getRef()));
    heartbeat.expectMessage(new HeartbeatReply(true));
  }

  @Test
  void when_stopped_then_unstarted_tasks_are_given_back() {
    ActorRef<Letter> alice = node.online(1);
    alice.tell(new Assign(agent(1), refs(1, 2)));
    node.report();

    node.testKit.stop(alice);

    assertEquals(List.of("t1", "t2"), node.report().returned());
  }

  @Test
  void when_a_webhooks_mailbox_stops_while_starts_are_in_flight_then_its_requests_count_no_more() {
    TestProbe<TaskRef> begun = node.testKit.createTestProbe(TaskRef.class);
    node.ledger.starts =
        ref -> {
          begun.getRef().tell(ref);
          return new CompletableFuture<>();
        };
    Webhook webhook = new Webhook("http://example.org/", 1_000, 0, 1, 0, null);
    ActorRef<Letter> alice = node.spawn();
    alice.tell(new Assign(agent(2, Delivery.webhook(webhook), 1, false), refs(1, 2)));
    begun.receiveSeveralMessages(2);

    node.testKit.stop(alice);

    int limit = Given.settings().workers().webhook().maxRequestsPerHost();
    assertEquals(limit, node.work.permits.take("http://example.org", limit, () -> {}));
  }

  @Test
  void when_silent_for_long_then_it_asks_to_be_passivated() {
    ActorRef<Letter> alice = node.online(1);
    Duration interval = Given.settings().reportInterval();
    Duration silence = Given.settings().sessionTimeout();
    for (Duration t = Duration.ZERO; t.compareTo(silence) < 0; t = t.plus(interval)) {
      node.pass(interval);
      node.fence(alice);
    }
    node.passivated.expectNoMessage(Duration.ofMillis(50));

    node.pass(Given.settings().passivationTimeout());

    node.passivated.expectMessage(alice);
  }

  @Test
  void when_an_agent_is_removed_that_is_not_known_then_its_mailbox_goes_soon() {
    ActorRef<Letter> alice = node.spawn();
    alice.tell(new Removed("alice"));
    node.fence(alice);

    node.pass(Given.settings().reportInterval());

    node.passivated.expectMessage(alice);
  }

  @Test
  void when_the_word_that_a_lease_is_over_is_lost_then_the_mailbox_asks_and_its_slot_is_free() {
    node.ledger.starts =
        ref -> {
          long inAnHour = node.clock.millis() + Duration.ofHours(1).toMillis();
          Lease lease = Given.lease(ref, ref.taskId() + "-", inAnHour);
          return CompletableFuture.completedFuture(
              new Answer.Replied<>(new StartReply.Started(lease)));
        };
    ActorRef<Letter> alice = node.online(1);
    alice.tell(new Assign(agent(1), refs(1, 2)));
    alice.tell(acquire(1, Duration.ZERO));
    assertEquals(List.of("t1"), taskIds(leases()));
    alice.tell(acquire(1, Duration.ofMinutes(5)));
    node.fence(alice);

    node.pass(Duration.ofMillis(Holdings.FIRST_DOUBT));
    node.fence(alice);
    worker.expectNoMessage(Duration.ofMillis(50));
    node.ledger.held = new Answer.Replied<>(false);
    node.pass(Duration.ofMillis(Holdings.FIRST_DOUBT - 1));
    node.fence(alice);
    worker.expectNoMessage(Duration.ofMillis(50));
    node.pass(Given.settings().reportInterval());

    assertEquals(List.of("t2"), taskIds(leases()));
  }

  @Test
  void when_each_life_begins_then_it_has_an_incarnation_of_its_own() {
    node.online(1);
    ActorRef<Letter> second = node.spawn();
    second.tell(new Enlist(agent(1), SUMMARIZE));

    assertEquals(2, node.report().incarnation());
  }

  @Test
  void when_no_tick_comes_through_then_any_message_does_what_is_due() {
    ActorRef<Letter> alice = node.online(1);
    node.directory.set(Optional.of(agent(1, Delivery.PULL, 2, true)));

    node.clock.advance(Given.settings().reportInterval());
    node.fence(alice);

    assertEquals(Status.DRAINING, node.report().room().status());
  }

  @Test
  void when_any_command_arrives_then_it_is_handled() {
    TestProbe<?> unhandled = node.testKit.createUnhandledMessageProbe();
    ActorRef<Letter> alice = node.spawn();
    Set<Class<?>> sent = new HashSet<>();

    for (Object message : WireSamples.all(node.testKit)) {
      if (message instanceof Command command) {
        sent.add(command.getClass());
        if (!(command instanceof Carry)) { // for a shard's relay
          alice.tell(command);
        }
      }
    }

    node.fence(alice);
    unhandled.expectNoMessage(Duration.ofMillis(50));
    assertEquals(WireSamples.leaves(Command.class), sent);
  }

  private Acquire acquire(int max, Duration wait) {
    return new Acquire(agent(1), max, wait.toMillis(), 0, 1, worker.getRef());
  }

  private List<Lease> leases() {
    return worker.expectMessageClass(Leases.class).leases();
  }

  private static List<String> taskIds(List<Lease> leases) {
    return leases.stream().map(Lease::taskId).toList();
  }
}
