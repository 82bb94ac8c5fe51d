package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.longshore.persistence.NumbersLogic.Event;
import io.longshore.persistence.NumbersLogic.Numbers;
import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.NumbersProtocol.Command;
import io.longshore.persistence.NumbersProtocol.Contents;
import io.longshore.persistence.NumbersProtocol.Hold;
import io.longshore.persistence.NumbersProtocol.Passed;
import io.longshore.persistence.NumbersProtocol.Recall;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept, on every database, whatever else writes to it. */
@ParameterizedClass
@EnumSource
class DurabilityTest {
  private static final String ROWS_OF_0 =
      "SELECT count(*) FROM event_journal WHERE persistence_id = 'numbers|0'";
  private static final String OFTEN =
      "longshore.persistence.partitions.snapshot {min-journal = 80 KiB, journal-per-state = 0}";
  private static final String LAST_ROW_OF_0 =
      "SELECT max(sequence_number) FROM event_journal WHERE persistence_id = 'numbers|0'";

  private final TestDatabase kind;
  @TempDir Path directory;
  private DatabaseSettings database;

  DurabilityTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void makeDatabase() {
    database = kind.fresh(directory);
  }

  @Test
  void when_the_node_is_started_again_then_all_that_was_accepted_is_there() {
    try (TestNode node = TestNode.start(database)) {
      assertEquals(new Added(7, true), node.reply(new Add(7)));
      assertEquals(new Added(7, false), node.reply(new Add(7)));
      node.addAll(LongStream.range(100, 300));
    }
    try (TestNode node = TestNode.start(database)) {
      assertEquals(
          numbers(LongStream.concat(LongStream.of(7), LongStream.range(100, 300))),
          node.contents().numbers());
      assertEquals(new Added(7, false), node.reply(new Add(7)));
    }
  }

  @Test
  void when_snapshots_are_made_then_old_rows_go_and_the_state_is_the_same() {
    Contents before;
    try (TestNode node = TestNode.start(database, OFTEN)) {
      for (long number = 0; number < 100; number++) {
        node.reply(new Add(number));
      }
      AtomicLong next = new AtomicLong(200);
      Await.until(
          "old rows are gone",
          () -> {
            // Only a commit looks whether a snapshot is worth it, and one may be under way just
            // then.
            node.reply(new Add(next.getAndIncrement()));
            return TestDatabase.number(database, ROWS_OF_0) <= 30;
          });
      before = node.contents();
      Await.until(
          "old snapshots are gone",
          () -> TestDatabase.number(database, "SELECT count(*) FROM snapshot") <= 3);
    }
    try (TestNode node = TestNode.start(database, OFTEN)) {
      assertEquals(before.numbers(), node.contents().numbers());
      node.reply(new Add(100));
      assertEquals(before.numbers().size() + 1, node.contents().numbers().size());
    }
  }

  /** Evolves a state as it is told, elsewhere than in its partition. */
  private record Elsewhere(NumbersLogic logic, BiConsumer<Numbers, Event> evolution)
      implements PartitionLogic<Numbers, Command<?>, Event> {
    @Override
    public Numbers empty() {
      return logic.empty();
    }

    @Override
    public Verdict<Event> decide(Numbers state, Command<?> command, long now) {
      throw new AssertionError("nothing is decided");
    }

    @Override
    public void evolve(Numbers state, Event event) {
      logic.evolve(state, event);
      evolution.accept(state, event);
    }

    @Override
    public BlobCodec<Event> events() {
      return logic.events();
    }

    @Override
    public BlobCodec<Numbers> snapshots() {
      return logic.snapshots();
    }
  }

  @Test
  void when_partitions_are_read_in_rehearsal_then_they_go_on_and_no_row_is_written() {
    NumbersLogic logic = new NumbersLogic(new Gate());
    Set<Long> read = ConcurrentHashMap.newKeySet();
    Elsewhere reader = new Elsewhere(logic, (state, event) -> read.addAll(state.all));
    Elsewhere fails =
        new Elsewhere(
            logic,
            (state, event) -> {
              throw new IllegalStateException("thrown on purpose");
            });
    try (TestNode node = TestNode.start(database, OFTEN)) {
      for (long number = 100; number < 140; number++) {
        node.reply(new Add(number));
        if (number % 8 == 0) {
          long last = TestDatabase.number(database, LAST_ROW_OF_0);
          node.rehearse(reader);
          node.rehearse(fails);
          assertEquals(last, TestDatabase.number(database, LAST_ROW_OF_0));
        }
      }
      assertTrue(read.contains(136L), () -> "was read: " + read);
      assertEquals(numbers(LongStream.range(100, 140)), node.contents().numbers());
      assertEquals(1, node.contents().openings());
    }
  }

  @Test
  void when_started_again_then_one_event_opens_each_incarnation() {
    for (int incarnation = 1; incarnation <= 3; incarnation++) {
      try (TestNode node = TestNode.start(database)) {
        node.reply(new Add(incarnation));
        node.reply(new Add(-incarnation));
        assertEquals(incarnation, node.contents().openings());
      }
    }
  }

  @Test
  void when_another_writer_came_first_then_the_outcome_is_open_and_its_event_counts()
      throws SQLException {
    try (TestNode node = TestNode.start(database)) {
      node.reply(new Add(1));
      insertByAnotherWriter(99);
      assertInstanceOf(Answer.Indeterminate.class, node.outcome(new Add(2)));
      assertEquals(new Added(99, false), node.retry(new Add(99)));
      assertEquals(2L, node.retry(new Add(2)).number());
      assertEquals(Set.of(1L, 2L, 99L), node.contents().numbers());
    }
  }

  @Test
  void when_a_commit_failed_then_the_next_command_does_not_get_lost() throws SQLException {
    try (TestNode node = TestNode.start(database)) {
      for (long round = 0; round < 20; round++) {
        node.reply(new Add(3 * round));
        insertByAnotherWriter(3 * round + 1);
        assertInstanceOf(Answer.Indeterminate.class, node.outcome(new Add(3 * round + 2)));
      }
      assertEquals(40, node.contents().numbers().size());
    }
  }

  @Test
  void when_two_nodes_believe_to_be_alone_then_no_accepted_number_is_lost() {
    try (TestNode one = TestNode.start(database);
        TestNode two = TestNode.start(database)) {
      for (long number = 0; number < 20; number += 2) {
        one.retry(new Add(number));
        two.retry(new Add(number + 1));
      }
    }
    try (TestNode node = TestNode.start(database)) {
      assertEquals(numbers(LongStream.range(0, 20)), node.contents().numbers());
    }
  }

  /** The rows that its own would collide with are gone: nothing else would tell it. */
  @Test
  void when_a_node_stood_still_while_another_saved_and_pruned_then_it_accepts_nothing_in_vain() {
    String partitions = "longshore.persistence.partitions.";
    String patient = partitions + "reply-timeout = 60s";
    String eager = partitions + "snapshot {min-journal = 1, journal-per-state = 0}";
    try (TestNode one = TestNode.start(database, patient);
        TestNode two = TestNode.start(database, eager)) {
      one.retry(new Add(1));
      CompletionStage<Answer<Passed>> held = one.ask(new Hold());
      CompletionStage<Answer<Added>> late = one.ask(new Add(2));
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5_500);
      long number = 100;
      while (System.nanoTime() < until || number < 120) {
        two.retry(new Add(number++));
      }
      one.gate.open();
      assertInstanceOf(Answer.Indeterminate.class, TestNode.await(held));
      TestNode.await(late);
      one.retry(new Add(2));
      assertTrue(two.retry(new Recall()).numbers().contains(1L));
    }
    try (TestNode node = TestNode.start(database)) {
      assertTrue(node.contents().numbers().containsAll(Set.of(1L, 2L, 119L)));
    }
  }

  /** As when it is cut off from the other but not from the database. */
  @Test
  void when_another_saved_and_pruned_unknown_to_a_node_then_it_accepts_nothing_in_vain() {
    String eager =
        "longshore.persistence.partitions.snapshot {min-journal = 1, journal-per-state = 0}";
    try (TestNode one = TestNode.start(database);
        TestNode two = TestNode.start(database, eager)) {
      one.retry(new Add(1));
      for (long number = 100; number < 120; number++) {
        two.retry(new Add(number));
      }
      assertInstanceOf(Answer.Indeterminate.class, one.outcome(new Add(2)));
      one.retry(new Add(3));
    }
    try (TestNode node = TestNode.start(database)) {
      assertTrue(node.contents().numbers().containsAll(Set.of(1L, 3L, 119L)));
    }
  }

  /** As a node that is stopped, or has lost its network, between writing and committing. */
  @Test
  void when_a_node_that_has_gone_holds_the_next_row_then_another_writes_it_soon()
      throws SQLException {
    assumeTrue(kind == TestDatabase.POSTGRESQL, "one node alone can have an embedded database");
    try (TestNode node = TestNode.start(database);
        HikariDataSource pool = new HikariDataSource(database.pool("gone", 1));
        Connection gone = pool.getConnection()) {
      node.reply(new Add(1));
      insertByAnotherWriter(gone, 99);
      assertEquals(2L, node.retry(new Add(2)).number());
      assertThrows(SQLException.class, gone::commit);
      assertEquals(Set.of(1L, 2L), node.contents().numbers());
    }
  }

  @Test
  void when_one_partition_loses_a_race_then_others_go_on() throws SQLException {
    try (TestNode node = TestNode.start(database)) {
      node.reply(new Add(1));
      TestNode.replyOf(TestNode.await(node.partitions.ask(1, new Add(1))));
      insertByAnotherWriter(99);
      assertInstanceOf(Answer.Indeterminate.class, node.outcome(new Add(2)));
      assertEquals(
          new Added(2, true), TestNode.replyOf(TestNode.await(node.partitions.ask(1, new Add(2)))));
    }
  }

  /** Another incarnation that partition 0 does not know of takes its next sequence number. */
  private void insertByAnotherWriter(long number) throws SQLException {
    try (Connection connection = TestDatabase.connect(database)) {
      insertByAnotherWriter(connection, number);
    }
  }

  private static void insertByAnotherWriter(Connection connection, long number)
      throws SQLException {
    EventBatch batch =
        EventBatch.of(List.of(new NumbersLogic.NumberAdded(number)), new NumbersLogic.EventCodec());
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO event_journal (persistence_id, sequence_number, writer,"
                + " write_timestamp, adapter_manifest, event_ser_id, event_ser_manifest,"
                + " event_payload) SELECT persistence_id, max(sequence_number) + 1, 'another',"
                + " max(write_timestamp), '', ?, 'events', ? FROM event_journal"
                + " WHERE persistence_id = 'numbers|0' GROUP BY persistence_id")) {
      insert.setInt(1, StoredSerializer.IDENTIFIER);
      insert.setBytes(2, batch.blob());
      assertEquals(1, insert.executeUpdate());
    }
  }

  private static Set<Long> numbers(LongStream numbers) {
    return numbers.boxed().collect(Collectors.toSet());
  }
}
