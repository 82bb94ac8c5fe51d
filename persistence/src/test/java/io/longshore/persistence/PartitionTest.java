package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.NumbersLogic.NumberAdded;
import io.longshore.persistence.NumbersLogic.Opened;
import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.NumbersProtocol.Contents;
import io.longshore.persistence.NumbersProtocol.Recall;
import io.longshore.persistence.PartitionMessage.Awake;
import io.longshore.persistence.PartitionMessage.Batch;
import io.longshore.persistence.PartitionMessage.Replies;
import io.longshore.persistence.PartitionMessage.Wake;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.JournalOperation;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.ProcessingPolicy;
import org.apache.pekko.persistence.testkit.ProcessingResult;
import org.apache.pekko.persistence.testkit.ProcessingSuccess;
import org.apache.pekko.persistence.testkit.WriteEvents;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One partition on a journal in memory, which can be told to fail. */
class PartitionTest {
  private static final String ID = "numbers|0";
  private static final ActorTestKit testKit =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.load()));
  private static final PersistenceTestKit journal = PersistenceTestKit.create(testKit.system());

  private TestProbe<Replies> replies;
  private ActorRef<PartitionMessage> partition;
  private long batches;

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void startPartition() {
    journal.clearAll();
    journal.resetPolicy();
    replies = testKit.createTestProbe(Replies.class);
    partition = spawn("1 h");
  }

  /** The tick is far away unless a test is about it. */
  private static ActorRef<PartitionMessage> spawn(String tick) {
    return spawn(tick, Standstills.ofProcess());
  }

  private static ActorRef<PartitionMessage> spawn(String tick, Standstills standstills) {
    PartitionsSettings settings =
        PartitionsSettings.from(
            ConfigFactory.parseString("tick = " + tick)
                .withFallback(ConfigFactory.load().getConfig("longshore.persistence.partitions")));
    return testKit.spawn(NumbersPartition.create(0, settings, new Gate(), standstills));
  }

  @Test
  void when_commands_of_a_batch_depend_on_each_other_then_each_sees_those_before() {
    assertEquals(
        List.of(
            new Added(1, true),
            new Added(1, false),
            new Contents(Set.of(1L), 1),
            new Added(2, true),
            new Contents(Set.of(1L, 2L), 1)),
        commit(new Add(1), new Add(1), new Recall(), new Add(2), new Recall()));
  }

  @Test
  void when_a_batch_is_committed_then_its_events_are_one_and_opening_comes_first() {
    commit(new Add(1), new Add(2));
    commit(new Add(3));
    List<EventBatch> kept =
        journal.persistedInStorage(ID).stream().map(o -> (EventBatch) o).toList();
    assertEquals(2, kept.size());
    List<NumbersLogic.Event> first = kept.get(0).events(new NumbersLogic.EventCodec());
    assertEquals(Opened.class, first.get(0).getClass());
    assertEquals(List.of(new NumberAdded(1), new NumberAdded(2)), first.subList(1, 3));
    assertEquals(List.of(new NumberAdded(3)), kept.get(1).events(new NumbersLogic.EventCodec()));
  }

  @Test
  void when_a_batch_changes_nothing_then_nothing_is_written() {
    commit(new Add(1));
    commit(new Add(1), new Recall());
    assertEquals(1, journal.persistedInStorage(ID).size());
  }

  @Test
  void when_the_commit_fails_then_nothing_is_said_of_the_outcome_and_nothing_is_kept() {
    commit(new Add(1));
    journal.failNextPersisted(ID);
    assertEquals(List.of(), commit(new Add(2)));
    testKit.createTestProbe().expectTerminated(partition);
    partition = spawn("1 h");
    assertEquals(
        List.of(new Contents(Set.of(1L), 2)), commit(new Recall()), "a second incarnation");
  }

  @Test
  void when_the_journal_rejects_then_nothing_is_said_of_the_outcome() {
    journal.rejectNextPersisted(ID);
    assertEquals(List.of(), commit(new Add(1)));
    testKit.createTestProbe().expectTerminated(partition);
  }

  @Test
  void when_a_commit_takes_long_then_it_is_answered_like_any_other() {
    ManualClock machine = new ManualClock();
    Standstills standstills = new Standstills(machine);
    partition = spawn("1 h", standstills);
    whenWritten(
        () -> {
          for (int beat = 0; beat < 20; beat++) {
            machine.advance(Duration.ofMillis(500));
            standstills.count();
          }
        });
    assertEquals(List.of(new Added(1, true)), commit(new Add(1)));
    assertEquals(List.of(new Added(2, true)), commit(new Add(2)));
    assertEquals(List.of(new Contents(Set.of(1L, 2L), 1)), commit(new Recall()));
  }

  @Test
  void when_the_process_stood_still_during_a_commit_then_nothing_is_said_of_the_outcome() {
    ManualClock machine = new ManualClock();
    partition = spawn("1 h", new Standstills(machine));
    whenWritten(() -> machine.advance(Duration.ofSeconds(5)));
    partition.tell(new Batch(++batches, replies.ref(), List.of(new Add(1))));
    partition.tell(new Wake(testKit.createTestProbe(Awake.class).ref()));
    assertEquals(new Replies(batches, List.of()), replies.receiveMessage());
    testKit.createTestProbe().expectTerminated(partition);
  }

  @Test
  void when_the_process_stood_still_between_two_batches_then_the_second_is_not_begun() {
    ManualClock machine = new ManualClock();
    partition = spawn("1 h", new Standstills(machine));
    commit(new Add(1));
    machine.advance(Duration.ofSeconds(5));
    assertEquals(List.of(), commit(new Add(2)));
    assertEquals(1, journal.persistedInStorage(ID).size());
  }

  private static void whenWritten(Runnable meanwhile) {
    journal.withPolicy(
        new ProcessingPolicy<JournalOperation>() {
          @Override
          public ProcessingResult tryProcess(String id, JournalOperation operation) {
            if (operation instanceof WriteEvents) {
              meanwhile.run();
            }
            return ProcessingSuccess.getInstance();
          }
        });
  }

  @Test
  void when_a_tick_comes_then_what_is_due_is_committed_together_with_the_opening() {
    commit(new Add(NumbersLogic.DOUBLES));
    testKit.stop(partition);
    partition = spawn("10 ms");
    Await.until("the tick has written", () -> journal.persistedInStorage(ID).size() == 2);
    assertEquals(
        List.of(new Contents(Set.of(NumbersLogic.DOUBLES, 2 * NumbersLogic.DOUBLES), 2)),
        commit(new Recall()));
  }

  @Test
  void when_woken_then_it_says_so_without_writing() {
    TestProbe<Awake> awake = testKit.createTestProbe(Awake.class);
    partition.tell(new Wake(awake.ref()));
    awake.expectMessage(new Awake(0));
    assertEquals(0, journal.persistedInStorage(ID).size());
  }

  private List<Object> commit(PartitionCommand<?>... commands) {
    partition.tell(new Batch(++batches, replies.ref(), List.of(commands)));
    Replies answer = replies.receiveMessage();
    assertEquals(batches, answer.number());
    return answer.replies();
  }
}
