package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.Lease;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.Route;
import io.longshore.coordinator.CoordinatorProtocol.Offer;
import io.longshore.coordinator.CoordinatorProtocol.Setback;
import io.longshore.coordinator.CoordinatorProtocol.Settled;
import io.longshore.persistence.Archive;
import io.longshore.persistence.PartitionCommand;
import io.longshore.persistence.PartitionMessage;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a partition tells others, and when. */
class TaskLedgerTest {
  private final ActorTestKit testKit =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.load()));
  private final PersistenceTestKit journal = PersistenceTestKit.create(testKit.system());
  private final TestClock clock = new TestClock();
  private final TestProbe<Object> told = testKit.createTestProbe(Object.class);
  private final TestProbe<PartitionMessage.Replies> replies =
      testKit.createTestProbe(PartitionMessage.Replies.class);
  private final Archive archive = TestArchive.open();
  private ActorRef<PartitionMessage> ledger = spawn();

  /** What was told to whom. */
  private record Told(String to, Object what) {}

  private ActorRef<PartitionMessage> spawn() {
    TaskLedger.Listeners listeners =
        new TaskLedger.Listeners() {
          @Override
          public void offer(Route route, CoordinatorProtocol.Offer offer) {
            told.ref().tell(new Told(route.name(), offer));
          }

          @Override
          public void settled(Route route, CoordinatorProtocol.Settled settled) {
            told.ref().tell(new Told(route.name(), settled));
          }

          @Override
          public void ended(String agentId, List<EndedLease> leases) {
            leases.forEach(lease -> told.ref().tell(new Told(agentId, lease)));
          }

          @Override
          public void extended(String agentId, List<ExtendedLease> leases) {
            leases.forEach(lease -> told.ref().tell(new Told(agentId, lease)));
          }
        };
    CoordinatorSettings settings = CoordinatorSettings.from(testKit.system().settings().config());
    return testKit.spawn(TaskLedger.create(0, settings, clock, listeners, archive));
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
    archive.close();
  }

  private List<Object> batch(PartitionCommand<?>... commands) {
    ledger.tell(new PartitionMessage.Batch(1, replies.ref(), List.of(commands)));
    return replies.receiveMessage().replies();
  }

  private Lease started(String taskId) {
    batch(new TaskProtocol.Submit(taskId, Given.task()));
    assertEquals(List.of(taskId), offered());
    Object reply = batch(new TaskProtocol.Start(taskId, "alice", 0, List.of())).get(0);
    told.expectMessage(new Told("echo", new Settled(List.of(taskId), List.of())));
    return assertInstanceOf(TaskProtocol.Started.class, reply).lease();
  }

  private List<String> offered() {
    Offer offer = (Offer) told.expectMessageClass(Told.class).what();
    return offer.tasks().stream().map(task -> task.ref().taskId()).toList();
  }

  @Test
  void when_a_batch_is_committed_then_its_tasks_are_offered_and_all_is_answered() {
    List<Object> answers =
        batch(
            new TaskProtocol.Submit("a", Given.task()),
            new TaskProtocol.Submit("b", Given.task()),
            new TaskProtocol.Cancel("a"));
    assertEquals(3, answers.size());
    assertEquals(List.of("b"), offered());
  }

  @Test
  void when_nobody_starts_it_then_it_is_offered_again() {
    batch(new TaskProtocol.Submit("a", Given.task()));
    assertEquals(List.of("a"), offered());
    clock.advance(5_000);
    assertEquals(List.of("a"), offered());
  }

  @Test
  void when_a_coordinator_begins_anew_then_it_is_offered_what_waits() {
    batch(new TaskProtocol.Submit("a", Given.task()));
    offered();
    ledger.tell(new TaskProtocol.Reoffer(Given.ECHO));
    assertEquals(List.of("a"), offered());
  }

  @Test
  void when_a_lease_is_extended_then_the_mailbox_is_told() {
    Lease lease = started("a");
    batch(new TaskProtocol.Extend("a", lease.leaseToken(), 60_000, null));
    told.expectMessage(
        new Told("alice", new ExtendedLease("a", lease.leaseToken(), Given.NOW + 60_000)));
  }

  @Test
  void when_a_lease_ends_then_the_mailbox_is_told_and_the_coordinator_if_it_speaks_against_it() {
    Lease done = started("a");
    batch(new TaskProtocol.Complete("a", done.leaseToken(), Given.json("1")));
    told.expectMessage(new Told("alice", new EndedLease("a", done.leaseToken(), true)));
    Lease expired = started("b");
    clock.advance(Given.LEASE);
    Setback lost = new Setback("alice", CoordinatorProtocol.Mark.LOST_LEASE);
    told.expectMessage(new Told("echo", new Settled(List.of(), List.of(lost))));
    told.expectMessage(new Told("alice", new EndedLease("b", expired.leaseToken(), false)));
  }

  @Test
  void when_an_agent_asks_then_the_task_is_offered_again_once_it_is_answered() {
    Lease lease = started("a");
    batch(new TaskProtocol.RequireInput("a", lease.leaseToken(), Given.json("1")));
    told.expectMessage(new Told("alice", new EndedLease("a", lease.leaseToken(), false)));
    clock.advance(5_000);
    batch(new TaskProtocol.Resume("a", Given.json("2"), null));
    assertEquals(List.of("a"), offered());
    told.expectNoMessage();
  }

  @Test
  void when_the_partition_starts_again_then_what_waits_is_offered_in_order() {
    for (int i = 0; i < 30; i++) {
      batch(new TaskProtocol.Submit("task-" + (10 + i), Given.task()));
      offered();
    }
    testKit.stop(ledger);
    ledger = spawn();
    List<String> again = offered();
    assertEquals(again.stream().sorted().toList(), again);
    assertEquals(30, again.size());
  }

  @Test
  void when_the_partition_starts_again_then_mailboxes_are_told_which_leases_are_over() {
    Lease done = started("a");
    Lease given = started("b");
    Lease asks = started("c");
    started("d");
    batch(
        new TaskProtocol.Complete("a", done.leaseToken(), Given.json("1")),
        new TaskProtocol.Release("b", given.leaseToken()),
        new TaskProtocol.RequireInput("c", asks.leaseToken(), Given.json("1")),
        new TaskProtocol.Submit("e", Given.task()));
    Set<Object> over =
        Set.of(
            new Told("alice", new EndedLease("a", done.leaseToken(), true)),
            new Told("alice", new EndedLease("b", given.leaseToken(), false)),
            new Told("alice", new EndedLease("c", asks.leaseToken(), false)));
    assertEquals(over, Set.copyOf(told.receiveSeveralMessages(3)));
    assertEquals(Set.of("b", "e"), Set.copyOf(offered()));

    testKit.stop(ledger);
    ledger = spawn();

    assertEquals(over, Set.copyOf(told.receiveSeveralMessages(3)));
    assertEquals(Set.of("b", "e"), Set.copyOf(offered()));
  }

  @Test
  void when_the_commit_fails_then_nobody_is_told_and_nothing_has_happened() {
    batch(new TaskProtocol.Get("a"));
    journal.failNextPersisted();
    assertEquals(List.of(), batch(new TaskProtocol.Submit("a", Given.task())));
    told.expectNoMessage();
    testKit.createTestProbe().expectTerminated(ledger);
    ledger = spawn();
    assertEquals(List.of(new TaskProtocol.NoSuchTask("a")), batch(new TaskProtocol.Get("a")));
  }

  @Test
  void when_a_task_is_awaited_then_its_change_or_the_time_answers() {
    TestProbe<TaskProtocol.GetReply> reader = testKit.createTestProbe(TaskProtocol.GetReply.class);
    batch(new TaskProtocol.Submit("a", Given.task()));
    offered();
    ledger.tell(new TaskProtocol.Await("a", -1, Given.NOW + 10_000, reader.ref(), 0));
    ledger.tell(new TaskProtocol.Await("a", -1, Given.NOW + 1_000, reader.ref(), 0));
    ledger.tell(new TaskProtocol.Await("b", -1, Given.NOW + 1_000, reader.ref(), 0));
    assertEquals(new TaskProtocol.NoSuchTask("b"), reader.receiveMessage());
    clock.advance(1_000);
    assertEquals(TaskState.SUBMITTED, state(reader));
    batch(new TaskProtocol.Cancel("a"));
    assertEquals(TaskState.CANCELED, state(reader));
  }

  private static TaskState state(TestProbe<TaskProtocol.GetReply> reader) {
    return reader.expectMessageClass(TaskProtocol.Found.class).task().state();
  }

  @Test
  void when_decisions_are_noted_then_readers_see_them() {
    batch(new TaskProtocol.Submit("a", Given.task()));
    var note = new TaskProtocol.Note("a", Given.assigned(1));
    ledger.tell(new TaskProtocol.Noted(List.of(note, note)));
    TaskProtocol.Found found = (TaskProtocol.Found) batch(new TaskProtocol.Get("a")).get(0);
    assertEquals(List.of(Given.assigned(1)), found.task().decisions());
  }
}
