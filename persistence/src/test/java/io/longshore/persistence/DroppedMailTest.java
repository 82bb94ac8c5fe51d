package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.PartitionMessage.Batch;
import io.longshore.persistence.PartitionMessage.Refused;
import io.longshore.persistence.PartitionMessage.Replies;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
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

/** What a full queue drops is refused, each once, and what has no queue any more is not. */
class DroppedMailTest {
  private static final ActorTestKit testKit =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.persistence.typed.stash-capacity = 4")
              .withFallback(PersistenceTestKitPlugin.getInstance().config())
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.load()));

  private final Door queues = Doors.of(testKit.system()).door(Doors.QUEUES);
  private final Queue<Integer> refused = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
  private final Gate gate = new Gate();
  private long before;

  private record Question(int number, Queue<Integer> refused) implements Refusable {
    @Override
    public void refuse(long retryAfterMillis) {
      assertTrue(retryAfterMillis >= 1_000);
      refused.add(number);
    }
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void count() {
    before = queues.refusals("mailbox");
  }

  /** Handles questions once the gate is open. */
  private ActorRef<Question> slow(int capacity) {
    Behavior<Question> behavior =
        Behaviors.receive(Question.class)
            .onMessage(
                Question.class,
                question -> {
                  gate.pass();
                  handled.add(question.number());
                  return Behaviors.same();
                })
            .build();
    return testKit.spawn(behavior, MailboxSelector.bounded(capacity));
  }

  @Test
  void when_a_storm_meets_a_full_mailbox_then_each_that_is_not_handled_is_refused_once() {
    ActorRef<Question> slow = slow(10);
    slow.tell(new Question(0, refused));
    gate.awaitReached();
    for (int i = 1; i < 100_000; i++) {
      slow.tell(new Question(i, refused));
    }
    assertTrue(refused.size() >= 100_000 - 20, "refused at once: " + refused.size());
    gate.open();
    Await.until("all are answered", () -> refused.size() + handled.size() == 100_000);
    assertEquals(before + refused.size(), queues.refusals("mailbox"));
  }

  @Test
  void when_a_shard_drops_a_batch_because_it_moves_then_that_is_told_and_not_counted_as_refused() {
    TestProbe<Object> lane = testKit.createTestProbe();
    long counted = queues.refusals().values().stream().mapToLong(Long::longValue).sum();

    drop(new Batch(7, lane.getRef().unsafeUpcast(), List.of(new Add(1))));

    assertEquals(Refused.MOVED, lane.expectMessageClass(Refused.class).retryAfterMillis());
    assertEquals(counted, queues.refusals().values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void when_a_shard_drops_what_nobody_sends_again_then_it_is_refused_and_counted() {
    long counted = queues.refusals("moved");

    drop(new Question(3, refused));

    Await.until("it is refused", () -> refused.contains(3));
    assertEquals(counted + 1, queues.refusals("moved"));
  }

  private static void drop(Object message) {
    var deadLetters = Adapter.toClassic(testKit.system()).deadLetters();
    Adapter.toClassic(testKit.system())
        .eventStream()
        .publish(
            new Dropped(
                new ShardingEnvelope<>("3", message),
                "Avoiding reordering of buffered messages at shard handoff",
                deadLetters,
                deadLetters));
  }

  @Test
  void when_the_actor_has_stopped_then_nothing_is_said_of_the_outcome() {
    ActorRef<Question> slow = slow(10);
    slow.tell(new Question(0, refused));
    gate.awaitReached();
    slow.tell(new Question(1, refused));
    gate.open();
    testKit.stop(slow);
    slow.tell(new Question(2, refused));
    assertEquals(0, refused.size());
    assertEquals(before, queues.refusals("mailbox"));
  }

  @Test
  void when_a_partition_has_no_room_while_it_commits_then_batches_are_refused() {
    PersistenceTestKit journal = PersistenceTestKit.create(testKit.system());
    journal.withPolicy(
        new ProcessingPolicy<JournalOperation>() {
          @Override
          public ProcessingResult tryProcess(String persistenceId, JournalOperation operation) {
            if (operation instanceof WriteEvents) {
              gate.pass();
            }
            return ProcessingSuccess.getInstance();
          }
        });
    PartitionsSettings settings =
        PartitionsSettings.from(
            ConfigFactory.parseString("tick = 1 h")
                .withFallback(ConfigFactory.load().getConfig("longshore.persistence.partitions")));
    ActorRef<PartitionMessage> partition =
        testKit.spawn(NumbersPartition.create(0, settings, new Gate()));
    TestProbe<Object> answers = testKit.createTestProbe(Object.class);
    ActorRef<Replies> replyTo = answers.ref().narrow();
    partition.tell(new Batch(1, replyTo, List.of(new Add(1))));
    gate.awaitReached();
    for (int i = 2; i <= 20; i++) {
      partition.tell(new Batch(i, replyTo, List.of(new Add(i))));
    }
    List<Long> turnedAway = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      turnedAway.add(answers.expectMessageClass(Refused.class).number());
    }
    assertEquals(
        List.of(6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L), turnedAway);
    gate.open();
    for (int i = 1; i <= 5; i++) {
      assertEquals(i, answers.expectMessageClass(Replies.class).number());
    }
    assertEquals(15, queues.refusals("stash"));
  }
}
