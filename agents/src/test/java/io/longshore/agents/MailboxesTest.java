package io.longshore.agents;

import static io.longshore.agents.Given.SUMMARIZE;
import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.refs;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.agents.LedgerDouble.End;
import io.longshore.agents.MailboxProtocol.AcquireReply;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.HeartbeatReply;
import io.longshore.agents.MailboxProtocol.Leases;
import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.Reports.Addressed;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Status;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentPage;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Mailboxes on a cluster of one node. */
class MailboxesTest {
  private static final String NODE =
      """
      pekko.actor.provider = cluster
      pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      pekko.cluster { roles = ["work"], jmx.enabled = off }
      pekko.coordinated-shutdown.run-by-actor-system-terminate = off
      longshore.agents { ask-timeout = 30s, handler-threads = 2, hand-patience = 1m }
      """;

  private final ActorTestKit testKit =
      ActorTestKit.create(ConfigFactory.load(ConfigFactory.parseString(NODE)));
  private Clock clock = Clock.systemUTC();
  private final TestProbe<Object> heard = testKit.createTestProbe(Object.class);
  private final TestProbe<String> handledBy = testKit.createTestProbe(String.class);

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_a_task_is_assigned_then_a_worker_gets_it_and_its_end_frees_the_slot() {
    Mailboxes mailboxes = start("", heard.getRef()::tell);
    assertEquals(new HeartbeatReply(false), replied(mailboxes.heartbeat(agent(1))));

    mailboxes.assign(agent(1), refs(1, 2));
    assertEquals(List.of("t1", "t2"), report(r -> !r.accepted().isEmpty()).accepted());
    assertEquals(List.of("t1"), acquire(mailboxes, Duration.ZERO));
    assertEquals(List.of(), acquire(mailboxes, Duration.ofMillis(1)));
    assertEquals(1, replied(mailboxes.status(agent(1))).room().running());

    mailboxes.ended("alice", List.of(new EndedLease("t1", "t1-", true)));
    assertEquals(List.of("t2"), acquire(mailboxes, Duration.ofSeconds(10)));
  }

  @Test
  void when_taken_back_or_removed_then_tasks_return_to_their_route() {
    Mailboxes mailboxes = start("", heard.getRef()::tell);
    replied(mailboxes.heartbeat(agent(3)));
    mailboxes.assign(agent(3), refs(1, 2));

    mailboxes.takeBack("alice", SUMMARIZE, List.of("t1"));
    assertEquals(List.of("t1"), report(r -> !r.returned().isEmpty()).returned());

    mailboxes.removed("alice");
    MailboxReport last = report(r -> !r.returned().isEmpty());
    assertEquals(List.of("t2"), last.returned());
    assertEquals(Status.OFFLINE, last.room().status());
  }

  @Test
  void when_delivery_is_by_handler_then_its_own_threads_do_the_work() {
    Mailboxes mailboxes = start("", heard.getRef()::tell);
    AgentRecord alice = agent(2, Delivery.handler("echo"), 1, false);

    mailboxes.assign(alice, refs(1, 1));

    Object next = heard.receiveMessage();
    while (!(next instanceof End)) {
      next = heard.receiveMessage();
    }
    assertEquals(new End("t1", "t1-", "{\"text\":\"a\"}"), next);
    String thread = handledBy.receiveMessage();
    assertTrue(thread.contains("longshore.agents.handler-dispatcher"), thread);
  }

  @Test
  void when_a_mailbox_has_more_to_do_than_it_may_keep_then_it_drops_the_rest() {
    TestProbe<?> dropped = testKit.createDeadLetterProbe();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch stuck = new CountDownLatch(1);
    try {
      Mailboxes mailboxes =
          start(
              "longshore.agents { command-capacity = 2, ask-timeout = 5s, hand-patience = 1m }",
              report -> {
                begun.countDown();
                awaitUninterruptibly(stuck);
              });
      // Until the cluster is there nothing is answered; the timeout is for what is stuck.
      onceReplied(() -> mailboxes.status(bob()));
      CompletionStage<Answer<HeartbeatReply>> first = mailboxes.heartbeat(agent(10));
      awaitUninterruptibly(begun);
      CompletionStage<Answer<MailboxStatus>> kept = mailboxes.status(agent(10));
      for (TaskRef ref : refs(1, 10)) {
        mailboxes.assign(agent(10), List.of(ref));
      }

      dropped.receiveSeveralMessages(9);
      assertEquals("bob", replied(mailboxes.status(bob())).agentId());
      assertEquals(new HeartbeatReply(false), replied(first));
      assertInstanceOf(Answer.Indeterminate.class, answer(kept));
      stuck.countDown();
      assertEquals(1, onceReplied(() -> mailboxes.status(agent(10))).room().queued());
    } finally {
      stuck.countDown();
    }
  }

  @Test
  void when_a_worker_is_not_answered_in_time_then_what_comes_goes_to_the_next_and_not_to_it() {
    clock = new TestClock(); // stands still, so that the mailbox never sees that the wait is over
    Mailboxes mailboxes =
        start(
            "longshore.agents { ask-timeout = 300ms, start-timeout = 300ms, hand-patience = 1m }",
            heard.getRef()::tell);
    onceReplied(() -> mailboxes.status(agent(1)));
    assertInstanceOf(
        Answer.Indeterminate.class,
        answer(mailboxes.acquire(agent(1), 1, Duration.ofMillis(1), Duration.ZERO, 7)));

    CompletionStage<Answer<AcquireReply>> next =
        mailboxes.acquire(agent(1), 1, Duration.ofSeconds(30), Duration.ZERO, 8);
    mailboxes.assign(agent(1), refs(1, 1));

    Leases leases = assertInstanceOf(Leases.class, replied(next));
    assertEquals(List.of("t1"), leases.leases().stream().map(Lease::taskId).toList());
  }

  @Test
  void when_nobody_is_heard_then_the_mailbox_passivates_and_the_next_message_starts_a_new_life() {
    Mailboxes mailboxes =
        start(
            "longshore.agents { session-timeout = 50ms, passivation-timeout = 50ms,"
                + " report-interval = 20ms }",
            heard.getRef()::tell);
    mailboxes.enlist(agent(1), SUMMARIZE);
    long first = report(r -> true).incarnation();

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          do {
            mailboxes.enlist(agent(1), SUMMARIZE);
          } while (report(r -> true).incarnation() == first);
        });
  }

  private Mailboxes start(String settings, Consumer<Object> ledgerHears) {
    Cluster cluster = Cluster.get(testKit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    Config config =
        ConfigFactory.parseString(settings).withFallback(testKit.system().settings().config());
    TaskHandler echo =
        new TaskHandler() {
          @Override
          public String name() {
            return "echo";
          }

          @Override
          public byte[] handle(Lease lease, TaskContext context) {
            handledBy.getRef().tell(Thread.currentThread().getName());
            return lease.input();
          }
        };
    return Mailboxes.start(
        testKit.system(),
        MailboxSettings.from(config),
        clock,
        new LedgerDouble(clock, ledgerHears),
        id -> Optional.empty(),
        id -> CompletableFuture.completedFuture(false),
        query -> new AgentPage(List.of(), null),
        Handlers.of(echo),
        WebhookSender.NONE);
  }

  private static AgentRecord bob() {
    AgentSpec spec =
        new AgentSpec(
            "bob", Set.of("paint"), Map.of(), Set.of(), 1, null, null, null, Delivery.PULL);
    return new AgentRecord(spec, 1, false, 1, 1);
  }

  private List<String> acquire(Mailboxes mailboxes, Duration wait) {
    AcquireReply reply = replied(mailboxes.acquire(agent(1), 5, wait, Duration.ZERO, 1));
    return assertInstanceOf(Leases.class, reply).leases().stream().map(Lease::taskId).toList();
  }

  private MailboxReport report(Predicate<MailboxReport> wanted) {
    MailboxReport report = heard.expectMessageClass(Addressed.class).report();
    while (!wanted.test(report)) {
      report = heard.expectMessageClass(Addressed.class).report();
    }
    return report;
  }

  /** Asks until it is replied to, as a caller who was told to come back does. */
  private static <R> R onceReplied(Supplier<CompletionStage<Answer<R>>> ask) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          Answer<R> answer = answer(ask.get());
          while (!(answer instanceof Answer.Replied)) {
            answer = answer(ask.get());
          }
          return replied(answer);
        });
  }

  private static <R> R replied(CompletionStage<Answer<R>> stage) {
    return replied(answer(stage));
  }

  private static <R> R replied(Answer<R> answer) {
    if (answer instanceof Answer.Replied<R> replied) {
      return replied.reply();
    }
    throw new AssertionError("not a reply: " + answer);
  }

  private static <R> Answer<R> answer(CompletionStage<Answer<R>> stage) {
    return stage.toCompletableFuture().orTimeout(60, SECONDS).join();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
