package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.AddHeavy;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.NumbersProtocol.Explode;
import io.longshore.persistence.NumbersProtocol.Hold;
import io.longshore.persistence.NumbersProtocol.Passed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the facade that other floors call promises, on every database. */
@ParameterizedClass
@EnumSource
class PartitionsTest {
  private static final String ROWS_OF_0 =
      "SELECT count(*) FROM event_journal WHERE persistence_id = 'numbers|0'";

  private final TestDatabase kind;
  @TempDir Path directory;
  private DatabaseSettings database;

  PartitionsTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void makeDatabase() {
    database = kind.fresh(directory);
  }

  @Test
  void when_a_thousand_commands_gather_then_one_row_keeps_them_all() {
    try (TestNode node = TestNode.start(database)) {
      node.reply(new Add(0));
      long before = TestDatabase.number(database, ROWS_OF_0);
      CompletionStage<Answer<Passed>> held = node.ask(new Hold());
      node.gate.awaitReached();
      List<CompletionStage<Answer<Added>>> asked = new ArrayList<>();
      LongStream.rangeClosed(1, 1000).forEach(number -> asked.add(node.ask(new Add(number))));
      node.gate.open();
      TestNode.await(held);
      for (int i = 0; i < asked.size(); i++) {
        assertEquals(new Added(i + 1, true), TestNode.replyOf(TestNode.await(asked.get(i))));
      }
      assertEquals(before + 1, TestDatabase.number(database, ROWS_OF_0));
    }
  }

  @Test
  void when_a_command_cannot_be_decided_then_its_neighbours_do_not_suffer() {
    try (TestNode node = TestNode.start(database)) {
      CompletionStage<Answer<Passed>> held = node.ask(new Hold());
      node.gate.awaitReached();
      CompletionStage<Answer<Added>> before = node.ask(new Add(1));
      CompletionStage<Answer<Added>> broken = node.ask(new Explode());
      CompletionStage<Answer<Added>> after = node.ask(new Add(2));
      node.gate.open();
      TestNode.await(held);
      assertEquals(new Added(1, true), TestNode.replyOf(TestNode.await(before)));
      assertInstanceOf(Answer.Indeterminate.class, TestNode.await(broken));
      assertEquals(new Added(2, true), TestNode.replyOf(TestNode.await(after)));
      assertEquals(Set.of(1L, 2L), node.contents().numbers());
    }
  }

  @Test
  void when_many_are_asked_at_once_then_one_row_keeps_them_and_each_has_its_answer() {
    try (TestNode node = TestNode.start(database)) {
      node.reply(new Add(2));
      long before = TestDatabase.number(database, ROWS_OF_0);
      List<Answer<Added>> answers =
          TestNode.await(
              node.partitions.askAll(
                  0, List.of(new Add(1), new Explode(), new Add(2), new Add(3))));
      assertEquals(new Added(1, true), TestNode.replyOf(answers.get(0)));
      assertInstanceOf(Answer.Indeterminate.class, answers.get(1));
      assertEquals(new Added(2, false), TestNode.replyOf(answers.get(2)));
      assertEquals(new Added(3, true), TestNode.replyOf(answers.get(3)));
      assertEquals(before + 1, TestDatabase.number(database, ROWS_OF_0));
      assertEquals(0, node.partitions.inFlight());
    }
  }

  @Test
  void when_the_pool_has_one_connection_then_partitions_still_write() {
    DatabaseSettings narrow =
        new DatabaseSettings(database.url(), database.user(), database.password(), 1);
    try (TestNode node = TestNode.start(narrow)) {
      node.addAll(LongStream.range(0, 100));
      assertEquals(100, node.contents().numbers().size());
    }
  }

  @Test
  void when_something_is_due_then_it_is_kept_without_any_command() {
    try (TestNode node = TestNode.start(database)) {
      node.reply(new Add(NumbersLogic.DOUBLES));
      Await.until(
          "the double is there",
          () -> node.contents().numbers().contains(2 * NumbersLogic.DOUBLES));
    }
  }

  @Test
  void when_all_partitions_are_awake_then_none_is_counted_asleep_and_all_are_near() {
    try (TestNode node = TestNode.start(database)) {
      assertEquals(List.of(0, 1), node.partitions.near());
      assertEquals(2, node.partitions.count());
      assertEquals(0, node.partitions.asleep());
    }
  }

  @Test
  void when_more_is_in_flight_than_may_be_then_it_is_refused_and_all_else_is_answered() {
    String narrow = "longshore.persistence.partitions { max-batch = 10, max-in-flight = 100 }";
    try (TestNode node = TestNode.start(database, narrow)) {
      node.reply(new Add(0));
      CompletionStage<Answer<Passed>> held = node.ask(new Hold());
      node.gate.awaitReached();
      List<CompletionStage<Answer<Added>>> asked = new ArrayList<>();
      LongStream.rangeClosed(1, 150).forEach(number -> asked.add(node.ask(new Add(number))));
      assertEquals(100, node.partitions.inFlight());
      for (CompletionStage<Answer<Added>> refused : asked.subList(99, 150)) {
        Answer.Overloaded<?> answer =
            assertInstanceOf(Answer.Overloaded.class, TestNode.await(refused));
        assertTrue(answer.retryAfter().compareTo(Duration.ofSeconds(1)) >= 0, answer.toString());
      }
      node.gate.open();
      TestNode.await(held);
      asked.subList(0, 99).forEach(admitted -> TestNode.replyOf(TestNode.await(admitted)));
      assertEquals(numbers(LongStream.range(0, 100)), node.contents().numbers());
      assertEquals(0, node.partitions.inFlight());
    }
  }

  @Test
  void when_more_bytes_are_in_flight_than_may_be_then_it_is_refused_until_there_is_room() {
    String narrow =
        "longshore.persistence.partitions { max-batch-bytes = 1 KiB, max-in-flight-bytes = 2 KiB }";
    try (TestNode node = TestNode.start(database, narrow)) {
      CompletionStage<Answer<Passed>> held = node.ask(new Hold());
      node.gate.awaitReached();
      CompletionStage<Answer<Added>> admitted = node.ask(new AddHeavy(1, "x".repeat(1500)));
      AddHeavy second = new AddHeavy(2, "x".repeat(1500));
      assertInstanceOf(Answer.Overloaded.class, node.outcome(second));
      node.gate.open();
      TestNode.await(held);
      TestNode.replyOf(TestNode.await(admitted));
      assertEquals(new Added(2, true), node.reply(second));
    }
  }

  @Test
  void when_there_is_no_such_partition_then_nothing_stays_in_flight() {
    try (TestNode node = TestNode.start(database)) {
      assertThrows(IndexOutOfBoundsException.class, () -> node.partitions.ask(2, new Add(1)));
      assertEquals(0, node.partitions.inFlight());
    }
  }

  private static Set<Long> numbers(LongStream numbers) {
    return numbers.boxed().collect(Collectors.toSet());
  }
}
