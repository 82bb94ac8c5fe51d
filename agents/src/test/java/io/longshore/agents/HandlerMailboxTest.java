package io.longshore.agents;

import static io.longshore.agents.Given.agent;
import static io.longshore.agents.Given.ref;
import static io.longshore.agents.Given.refs;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.MailboxProtocol.Assign;
import io.longshore.agents.MailboxProtocol.Ended;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.Leave;
import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Delivery;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A mailbox whose agent is a handler: it says that it has begun, then waits to be released. */
class HandlerMailboxTest {
  private final Semaphore release = new Semaphore(0);
  private final MailboxFixture node = new MailboxFixture(new Echo());
  private final TestProbe<String> begun = node.testKit.createTestProbe(String.class);

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void when_delivery_is_by_handler_then_the_node_does_the_work_within_concurrency() {
    AgentRecord echo = agent(2, Delivery.handler("echo"), 1, false);
    ActorRef<Letter> alice = node.spawn();
    alice.tell(new Assign(echo, refs(1, 4)));

    assertEquals(Set.of("t1", "t2"), twoBegun());
    assertEquals(2, node.status(alice, echo).room().queued());
    release.release(2);
    assertEquals("{\"text\":\"a\"}", node.end().outcome());
    node.end();
    begun.expectNoMessage(Duration.ofMillis(50));

    alice.tell(
        new Ended(List.of(new EndedLease("t1", "t1-", true), new EndedLease("t2", "t2-", true))));
    assertEquals(Set.of("t3", "t4"), twoBegun());
  }

  @Test
  void when_the_node_has_no_such_handler_then_the_agent_is_offline_and_the_log_says_so_once() {
    AgentRecord gone = agent(2, Delivery.handler("gone"), 1, false);
    ActorRef<Letter> alice = node.spawn();

    LoggingTestKit.warn("this node has no handler gone")
        .withOccurrences(1)
        .expect(
            node.testKit.system(),
            () -> {
              alice.tell(new Assign(gone, List.of(ref("t1"))));
              assertEquals("t1", node.report().refused().get(0).taskId());
              assertEquals(Status.OFFLINE, node.status(alice, gone).room().status());
              return null;
            });
  }

  @Test
  void when_the_registry_has_it_no_more_then_it_takes_nothing_though_nobody_has_said_so() {
    AgentRecord echo = agent(1, Delivery.handler("echo"), 1, false);
    node.directory.set(Optional.of(echo));
    ActorRef<Letter> alice = node.spawn();
    alice.tell(new Assign(echo, refs(1, 2)));
    assertEquals("t1", begun.receiveMessage());

    node.directory.set(Optional.empty());
    passPatience(alice);
    assertEquals(1, node.status(alice, echo).room().queued(), "the directory may just be behind");

    node.gone.set(CompletableFuture.completedFuture(true));
    passPatience(alice);

    MailboxReport gone = node.report();
    while (gone.returned().isEmpty()) {
      gone = node.report();
    }
    assertEquals(List.of("t2"), gone.returned());
    assertEquals(Status.OFFLINE, gone.room().status());
    alice.tell(new Assign(echo, refs(3, 3)));
    MailboxReport refused = node.report();
    while (refused.refused().isEmpty()) {
      refused = node.report();
    }
    assertEquals("offline: not registered", refused.refused().get(0).reason());
  }

  @Test
  void when_it_registers_again_while_the_registry_is_asked_then_it_stays() {
    AgentRecord echo = agent(1, Delivery.handler("echo"), 1, false);
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    node.gone.set(gone);
    ActorRef<Letter> alice = node.spawn();
    alice.tell(new Assign(echo, refs(1, 1)));
    passPatience(alice);
    assertEquals(1, gone.getNumberOfDependents(), "it was asked");

    AgentRecord again = new AgentRecord(echo.spec(), 7, false, 5, 5);
    node.status(alice, again);
    gone.complete(true);

    assertEquals(Status.ONLINE, node.status(alice, again).room().status());
  }

  /** So long that the registry is asked about an agent that the directory lacks. */
  private void passPatience(ActorRef<Letter> alice) {
    Duration interval = Given.settings().reportInterval();
    long enough = Vanished.PATIENCE + interval.toMillis();
    for (long passed = 0; passed <= enough; passed += interval.toMillis()) {
      node.pass(interval);
      node.fence(alice);
    }
  }

  @Test
  void when_the_node_leaves_then_what_has_not_started_goes_back_and_the_rest_goes_on() {
    AgentRecord echo = agent(1, Delivery.handler("echo"), 1, false);
    ActorRef<Letter> alice = node.spawn();
    alice.tell(new Assign(echo, refs(1, 2)));
    assertEquals("t1", begun.receiveMessage());
    assertEquals(Set.of("alice"), node.local.keySet());
    node.fence(alice);
    node.heard.receiveMessage();

    alice.tell(new Leave());
    MailboxReport left = node.report();
    while (left.returned().isEmpty()) {
      left = node.report();
    }
    assertEquals(List.of("t2"), left.returned());
    assertEquals(Status.DRAINING, left.room().status());
    alice.tell(new Assign(echo, refs(3, 3)));
    assertEquals("draining: its node leaves the cluster", node.report().refused().get(0).reason());
    release.release(1);
    assertEquals("t1", node.end().taskId());
  }

  private Set<String> twoBegun() {
    return new HashSet<>(begun.receiveSeveralMessages(2));
  }

  private final class Echo implements TaskHandler {
    @Override
    public String name() {
      return "echo";
    }

    @Override
    public byte[] handle(Lease lease, TaskContext context) throws Exception {
      begun.getRef().tell(lease.taskId());
      release.acquire();
      return lease.input();
    }
  }
}
