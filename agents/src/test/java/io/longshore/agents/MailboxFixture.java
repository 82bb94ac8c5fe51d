package io.longshore.agents;

import static io.longshore.agents.Given.agent;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.LedgerDouble.End;
import io.longshore.agents.MailboxProtocol.GetStatus;
import io.longshore.agents.MailboxProtocol.Heartbeat;
import io.longshore.agents.MailboxProtocol.HeartbeatAnswer;
import io.longshore.agents.MailboxProtocol.HeartbeatReply;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.MailboxProtocol.StatusReply;
import io.longshore.agents.Reports.Addressed;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** A mailbox on its own: no cluster, a clock and a timer that go on only when told. */
final class MailboxFixture implements AutoCloseable {
  final ActorTestKit testKit =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
  final TestClock clock = new TestClock();
  final TestProbe<Object> heard = testKit.createTestProbe(Object.class);
  final TestProbe<Object> passivated = testKit.createTestProbe(Object.class);
  final LedgerDouble ledger = new LedgerDouble(clock, heard.getRef()::tell);
  final AtomicReference<Optional<AgentRecord>> directory = new AtomicReference<>(Optional.empty());
  final AtomicReference<CompletionStage<Boolean>> gone =
      new AtomicReference<>(CompletableFuture.completedFuture(false));
  final Map<String, LocalMailbox> local = new ConcurrentHashMap<>();
  final MailboxCounters counters = new MailboxCounters((reason, count) -> {});
  final NodeWork work;
  private final ManualTime time = ManualTime.get(testKit.system());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger lives = new AtomicInteger();

  MailboxFixture(TaskHandler... handlers) {
    this(WebhookSender.NONE, handlers);
  }

  MailboxFixture(WebhookSender webhooks, TaskHandler... handlers) {
    work =
        new NodeWork(
            Handlers.of(handlers),
            threads,
            webhooks,
            ledger,
            (delay, task) -> {
              Cancellable later =
                  testKit
                      .scheduler()
                      .scheduleOnce(delay, task, testKit.system().executionContext());
              return later::cancel;
            },
            clock,
            Given.settings());
  }

  @Override
  public void close() {
    testKit.shutdownTestKit();
    threads.shutdownNow();
  }

  /** A mailbox of alice that knows nothing yet. */
  ActorRef<Letter> spawn() {
    return testKit.spawn(
        AgentMailbox.create(
            "alice",
            new AgentMailbox.Environment(
                Given.settings(),
                clock,
                ledger,
                id -> directory.get(),
                id -> gone.get(),
                work,
                local,
                counters,
                lives::incrementAndGet,
                () -> "http://here"),
            self -> passivated.getRef().tell(self)));
  }

  /** A mailbox whose agent was just heard, its first report read. */
  ActorRef<Letter> online(int concurrency) {
    ActorRef<Letter> alice = spawn();
    TestProbe<HeartbeatAnswer> heartbeat = testKit.createTestProbe(HeartbeatAnswer.class);
    alice.tell(new Heartbeat(agent(concurrency), heartbeat.getRef()));
    heartbeat.expectMessage(new HeartbeatReply(false));
    assertEquals(Status.ONLINE, report().room().status());
    fence(alice);
    return alice;
  }

  /** The next thing said to the ledger's floor, which must be a report. */
  MailboxReport report() {
    return heard.expectMessageClass(Addressed.class).report();
  }

  /** The next end of a lease. */
  End end() {
    Object next = heard.receiveMessage();
    while (!(next instanceof End)) {
      next = heard.receiveMessage();
    }
    return (End) next;
  }

  MailboxStatus status(ActorRef<Letter> mailbox, AgentRecord agent) {
    TestProbe<StatusReply> probe = testKit.createTestProbe(StatusReply.class);
    mailbox.tell(new GetStatus(agent, probe.getRef()));
    return probe.expectMessageClass(MailboxStatus.class);
  }

  /** Returns once the mailbox has handled all it was told before. */
  void fence(ActorRef<Letter> mailbox) {
    status(mailbox, agent(1));
  }

  void pass(Duration duration) {
    clock.advance(duration);
    time.timePasses(duration);
  }
}
