package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.AddHeavy;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.PartitionMessage.Awake;
import io.longshore.persistence.PartitionMessage.Batch;
import io.longshore.persistence.PartitionMessage.Replies;
import io.longshore.persistence.PartitionMessage.Wake;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The test is the partition. */
class PartitionLaneTest {
  private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private static final ManualTime time = ManualTime.get(testKit.system());
  private static final PartitionsSettings SETTINGS =
      PartitionsSettings.from(
          ConfigFactory.parseString("max-batch = 4, max-batch-bytes = 1 KiB, reply-timeout = 5 s")
              .withFallback(ConfigFactory.load().getConfig("longshore.persistence.partitions")));

  private final AtomicLong nanos = new AtomicLong();
  private TestProbe<PartitionMessage> partition;
  private PartitionLane lane;
  private ActorRef<PartitionSender.Message> sender;

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void startLane() {
    partition = testKit.createTestProbe(PartitionMessage.class);
    lane =
        new PartitionLane(
            behavior -> sender = testKit.spawn(behavior),
            partition.ref()::tell,
            SETTINGS,
            new DrainRate(),
            Clock.systemUTC(),
            nanos::get);
  }

  @Test
  void when_idle_then_a_command_leaves_at_once() {
    CompletableFuture<Answer<Object>> answer = ask(new Add(1));
    Batch batch = nextBatch();
    assertEquals(List.of(new Add(1)), batch.commands());
    reply(batch, new Added(1, true));
    assertEquals(new Answer.Replied<Object>(new Added(1, true)), TestNode.await(answer));
  }

  @Test
  void when_a_batch_is_out_then_commands_gather_and_leave_as_one_in_order() {
    send(new Add(0));
    Batch first = nextBatch();
    List<CompletableFuture<Answer<Object>>> answers = askAll(1, 2, 3);
    partition.expectNoMessage(Duration.ZERO);
    reply(first, new Added(0, true));
    Batch second = nextBatch();
    assertEquals(List.of(new Add(1), new Add(2), new Add(3)), second.commands());
    reply(second, new Added(1, true), new Added(2, false), new Added(3, true));
    assertEquals(
        List.of(new Added(1, true), new Added(2, false), new Added(3, true)),
        answers.stream().map(answer -> TestNode.replyOf(TestNode.await(answer))).toList());
  }

  @Test
  void when_more_gather_than_a_batch_may_hold_then_the_rest_leaves_in_the_next() {
    send(new Add(0));
    Batch first = nextBatch();
    for (long number = 1; number <= 6; number++) {
      send(new Add(number));
    }
    reply(first, new Added(0, true));
    Batch second = nextBatch();
    assertEquals(List.of(new Add(1), new Add(2), new Add(3), new Add(4)), second.commands());
    reply(second, new Object[] {1, 2, 3, 4});
    assertEquals(List.of(new Add(5), new Add(6)), nextBatch().commands());
  }

  @Test
  void when_commands_are_heavy_then_a_batch_stays_within_its_bytes() {
    send(new Add(0));
    Batch first = nextBatch();
    send(heavy(1, 600));
    send(heavy(2, 424));
    send(heavy(3, 1));
    send(heavy(4, 5000));
    send(heavy(5, 1));
    reply(first, new Added(0, true));
    assertEquals(List.of(1L, 2L), numbersOf(replyToNext()));
    assertEquals(List.of(3L), numbersOf(replyToNext()));
    assertEquals(List.of(4L), numbersOf(replyToNext()), "too heavy for any batch, so alone");
    assertEquals(List.of(5L), numbersOf(replyToNext()));
  }

  @Test
  void when_no_answer_comes_then_the_outcome_is_open_and_nothing_has_changed_for_those_behind() {
    CompletableFuture<Answer<Object>> lost = ask(new Add(1));
    nextBatch();
    CompletableFuture<Answer<Object>> waiting = ask(new Add(2));
    pass(SETTINGS.replyTimeout().minusMillis(1));
    assertFalse(lost.isDone());
    partition.expectMessageClass(Wake.class);
    pass(Duration.ofMillis(1));
    assertIndeterminate(lost);
    assertUnavailable(waiting);
  }

  @Test
  void when_the_partition_is_awake_but_never_got_the_batch_then_nobody_waits_for_the_timeout() {
    CompletableFuture<Answer<Object>> lost = ask(new Add(1));
    nextBatch();
    CompletableFuture<Answer<Object>> behind = ask(new Add(2));
    pass(Duration.ofMillis(500));
    Wake asked = partition.expectMessageClass(Wake.class);
    assertFalse(lost.isDone());
    asked.replyTo().tell(new Awake(0));
    assertIndeterminate(lost);
    Batch next = nextBatch();
    assertEquals(List.of(new Add(2)), next.commands());

    asked.replyTo().tell(new Awake(0));
    pass(Duration.ofMillis(500));
    partition.expectMessageClass(Wake.class);
    reply(next, new Added(2, true));
    assertEquals(new Added(2, true), TestNode.replyOf(TestNode.await(behind)));
  }

  @Test
  void when_the_partition_does_not_answer_then_commands_are_refused_until_it_is_awake() {
    send(new Add(1));
    nextBatch();
    pass(SETTINGS.replyTimeout());
    Wake first = partition.expectMessageClass(Wake.class);
    assertUnavailable(ask(new Add(2)));
    pass(Duration.ofMillis(500));
    Wake second = partition.expectMessageClass(Wake.class);
    assertEquals(first.replyTo(), second.replyTo());
    second.replyTo().tell(new Awake(0));
    CompletableFuture<Answer<Object>> next = ask(new Add(3));
    Batch batch = nextBatch();
    assertEquals(List.of(new Add(3)), batch.commands());
    reply(batch, new Added(3, true));
    assertEquals(new Added(3, true), TestNode.replyOf(TestNode.await(next)));
    pass(Duration.ofSeconds(2));
    partition.expectNoMessage(Duration.ZERO);
  }

  @Test
  void when_an_answer_comes_too_late_then_it_is_nobodys() {
    CompletableFuture<Answer<Object>> lost = ask(new Add(1));
    Batch first = nextBatch();
    pass(SETTINGS.replyTimeout());
    assertIndeterminate(lost);
    partition.expectMessageClass(Wake.class).replyTo().tell(new Awake(0));
    CompletableFuture<Answer<Object>> next = ask(new Add(2));
    Batch second = nextBatch();
    reply(first, new Added(1, true));
    reply(second, new Added(2, true));
    reply(second, new Added(2, false));
    assertEquals(new Added(2, true), TestNode.replyOf(TestNode.await(next)));
    send(new Add(3));
    assertEquals(List.of(new Add(3)), nextBatch().commands());
  }

  @Test
  void when_answered_in_time_then_the_old_timer_does_not_hurt_the_next_batch() {
    send(new Add(1));
    pass(Duration.ofSeconds(4));
    reply(nextBatch(), new Added(1, true));
    CompletableFuture<Answer<Object>> next = ask(new Add(2));
    Batch second = nextBatch();
    pass(Duration.ofSeconds(4));
    assertFalse(next.isDone());
    reply(second, new Added(2, true));
    assertEquals(new Added(2, true), TestNode.replyOf(TestNode.await(next)));
  }

  @Test
  void when_the_commit_failed_then_the_outcome_is_open_and_the_rest_leaves_once_it_is_awake() {
    CompletableFuture<Answer<Object>> one = ask(new Add(1));
    Batch first = nextBatch();
    List<CompletableFuture<Answer<Object>>> others = askAll(2, 3);
    reply(first);
    assertIndeterminate(one);
    partition.expectMessageClass(Wake.class).replyTo().tell(new Awake(0));
    Batch second = partition.expectMessageClass(Batch.class);
    assertEquals(List.of(new Add(2), new Add(3)), second.commands());
    reply(second, new Added(2, true), new Added(3, true));
    others.forEach(answer -> TestNode.replyOf(TestNode.await(answer)));
  }

  @Test
  void when_it_failed_once_and_is_not_heard_of_then_commands_wait_no_longer_than_for_an_answer() {
    send(new Add(1));
    reply(nextBatch());
    partition.expectMessageClass(Wake.class);
    CompletableFuture<Answer<Object>> waiting = ask(new Add(2));
    pass(Duration.ofMillis(500));
    partition.expectMessageClass(Wake.class);
    assertFalse(waiting.isDone());
    nanos.addAndGet(SETTINGS.replyTimeout().toNanos());
    pass(Duration.ofMillis(500));
    assertUnavailable(waiting);
  }

  @Test
  void when_commits_fail_again_and_again_then_commands_are_refused_and_it_is_asked_less_often() {
    fail(new Add(1));
    partition.expectMessageClass(Wake.class).replyTo().tell(new Awake(0));
    for (int millis = 500; millis <= 4_000; millis *= 2) {
      fail(new Add(2));
      assertUnavailable(ask(new Add(3)));
      pass(Duration.ofMillis(millis - 1));
      partition.expectNoMessage(Duration.ZERO);
      pass(Duration.ofMillis(1));
      partition.expectMessageClass(Wake.class).replyTo().tell(new Awake(0));
    }
    CompletableFuture<Answer<Object>> good = ask(new Add(4));
    reply(partition.expectMessageClass(Batch.class), new Added(4, true));
    TestNode.replyOf(TestNode.await(good));

    fail(new Add(5));
    partition.expectMessageClass(Wake.class);
  }

  /** Until the partition has heard the last {@link Awake} commands are refused. */
  private void fail(PartitionCommand<?> command) {
    CompletableFuture<Answer<Object>> answer = ask(command);
    reply(partition.expectMessageClass(Batch.class));
    assertIndeterminate(answer);
  }

  @Test
  void when_an_answer_comes_in_parts_then_everybody_has_his_own_replies() {
    send(new Add(0));
    Batch first = nextBatch();
    List<CompletableFuture<Answer<Object>>> answers = askAll(1, 2, 3);
    reply(first, new Added(0, true));
    Batch second = nextBatch();
    reply(first, new Added(0, false));
    reply(second, new Added(1, true), new Added(2, true));
    CompletableFuture<Answer<Object>> behind = ask(new Add(4));
    partition.expectNoMessage(Duration.ZERO);
    reply(first, new Added(0, false));
    reply(second, new Added(3, true));
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(new Added(i + 1, true), TestNode.replyOf(TestNode.await(answers.get(i))));
    }
    reply(nextBatch(), new Added(4, true));
    TestNode.replyOf(TestNode.await(behind));
  }

  @Test
  void when_a_part_is_lost_then_the_outcome_is_open_for_all_once_the_partition_has_said_all() {
    send(new Add(0));
    Batch first = nextBatch();
    List<CompletableFuture<Answer<Object>>> answers = askAll(1, 2, 3);
    reply(first, new Added(0, true));
    Batch second = nextBatch();
    reply(second, new Added(1, true));
    reply(second, new Added(3, true));
    pass(Duration.ofMillis(500));
    partition.expectMessageClass(Wake.class).replyTo().tell(new Awake(0));
    answers.forEach(PartitionLaneTest::assertIndeterminate);
    CompletableFuture<Answer<Object>> next = ask(new Add(4));
    Batch third = nextBatch();
    reply(second, new Added(2, true));
    reply(third, new Added(4, true));
    assertEquals(new Added(4, true), TestNode.replyOf(TestNode.await(next)));
  }

  @Test
  void when_a_batch_was_dropped_on_a_move_then_it_goes_again_first_once_the_partition_is_there() {
    CompletableFuture<Answer<Object>> first = ask(new Add(1));
    Batch dropped = nextBatch();
    CompletableFuture<Answer<Object>> second = ask(new Add(2));
    assertTrue(dropped.moved());

    Wake wake = partition.expectMessageClass(Wake.class);
    assertFalse(first.isDone());
    wake.replyTo().tell(new Awake(0));
    Batch again = nextBatch();
    assertEquals(List.of(new Add(1), new Add(2)), again.commands());
    reply(again, new Added(1, true), new Added(2, true));
    assertEquals(new Answer.Replied<Object>(new Added(1, true)), TestNode.await(first));
    assertEquals(new Answer.Replied<Object>(new Added(2, true)), TestNode.await(second));
  }

  @Test
  void when_the_node_stops_then_nobody_is_left_waiting() {
    send(new Add(1));
    Batch first = nextBatch();
    CompletableFuture<Answer<Object>> sent = ask(heavy(2, 5_000_000));
    CompletableFuture<Answer<Object>> waiting = ask(heavy(3, 5_000_000));
    reply(first, new Added(1, true));
    assertEquals(List.of(2L), numbersOf(nextBatch()), "so the third one waits");
    testKit.stop(sender);
    assertIndeterminate(sent);
    assertIndeterminate(waiting);
    assertUnavailable(ask(new Add(4)));
  }

  private void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    time.timePasses(duration);
  }

  private CompletableFuture<Answer<Object>> ask(PartitionCommand<?> command) {
    CompletableFuture<Answer<Object>> answer = new CompletableFuture<>();
    send(command, answer);
    return answer;
  }

  /** Asks where the answer does not matter. */
  private void send(PartitionCommand<?> command) {
    send(command, new CompletableFuture<>());
  }

  private void send(PartitionCommand<?> command, CompletableFuture<Answer<Object>> answer) {
    lane.add(
        new PartitionLane.Ask(
            List.of(command),
            command.weight(),
            replies -> answer.complete(replies.map(list -> list.get(0)))));
  }

  private List<CompletableFuture<Answer<Object>>> askAll(long... numbers) {
    List<CompletableFuture<Answer<Object>>> answers = new ArrayList<>();
    for (long number : numbers) {
      answers.add(ask(new Add(number)));
    }
    return answers;
  }

  /** The next one, whatever the partition was asked before. */
  private Batch nextBatch() {
    PartitionMessage next = partition.receiveMessage();
    while (next instanceof Wake) {
      next = partition.receiveMessage();
    }
    return assertInstanceOf(Batch.class, next);
  }

  private static void reply(Batch batch, Object... replies) {
    batch.replyTo().tell(new Replies(batch.number(), List.of(replies)));
  }

  private Batch replyToNext() {
    Batch batch = nextBatch();
    reply(batch, IntStream.range(0, batch.commands().size()).boxed().toArray());
    return batch;
  }

  private static AddHeavy heavy(long number, int bytes) {
    return new AddHeavy(number, "x".repeat(bytes));
  }

  private static List<Long> numbersOf(Batch batch) {
    return batch.commands().stream().map(command -> ((AddHeavy) command).number()).toList();
  }

  private static void assertUnavailable(CompletableFuture<Answer<Object>> answer) {
    assertInstanceOf(Answer.Unavailable.class, TestNode.await(answer));
  }

  private static void assertIndeterminate(CompletableFuture<Answer<Object>> answer) {
    Answer<Object> outcome = TestNode.await(answer);
    Answer.Indeterminate<?> open = assertInstanceOf(Answer.Indeterminate.class, outcome);
    assertTrue(open.retryAfter().compareTo(Duration.ofSeconds(1)) >= 0, open.toString());
  }
}
