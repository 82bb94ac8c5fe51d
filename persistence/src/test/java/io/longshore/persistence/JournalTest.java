package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.Journal.Row;
import io.longshore.persistence.Journal.Selection;
import io.longshore.persistence.NumbersProtocol.Add;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JournalTest {
  @TempDir Path directory;

  private static List<JournalEntry> entries(List<Row> rows) {
    List<JournalEntry> all = new ArrayList<>();
    rows.forEach(
        row -> all.addAll(new EventBatch(row.payload()).entries(new NumbersLogic.EventCodec())));
    return all;
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void when_a_partition_has_written_then_its_rows_and_snapshots_are_read_in_order(
      TestDatabase kind) {
    DatabaseSettings settings = kind.fresh(directory);
    try (TestNode node = TestNode.start(settings)) {
      node.reply(new Add(1));
      node.reply(new Add(2));

      List<Row> rows = new ArrayList<>();
      Journal.events(settings, new Selection("numbers", 0, 0), rows::add);
      List<JournalEntry> entries = entries(rows);
      assertEquals(
          List.of(Map.of("number", 1L), Map.of("number", 2L)),
          entries.stream()
              .filter(entry -> entry.name().equals("number-added"))
              .map(JournalEntry::fields)
              .toList());
      assertTrue(rows.get(0).writtenAt() > 1_700_000_000_000L, rows.toString());

      List<Row> last = new ArrayList<>();
      Journal.events(settings, new Selection("numbers", 0, rows.size()), last::add);
      assertEquals(1, last.size());
      assertEquals(rows.size(), last.get(0).sequence());

      List<Row> first = new ArrayList<>();
      Journal.events(
          settings,
          new Selection("", -1, 0),
          row -> {
            first.add(row);
            return false;
          });
      assertEquals(1, first.size());
      Journal.events(settings, new Selection("others", -1, 0), first::add);
      assertEquals(1, first.size());

      List<Row> snapshots = new ArrayList<>();
      Journal.snapshots(settings, new Selection("numbers", -1, 0), snapshots::add);
      assertEquals(List.of(), snapshots);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void when_a_partition_has_saved_its_state_then_the_snapshot_says_what_it_is(TestDatabase kind) {
    DatabaseSettings settings = kind.fresh(directory);
    try (TestNode node =
        TestNode.start(
            settings,
            "longshore.persistence.partitions.snapshot {min-journal = 1, journal-per-state = 0}")) {
      node.reply(new Add(1));
      node.reply(new Add(2));
      List<Row> snapshots = new ArrayList<>();
      Await.until(
          "there is a snapshot",
          () -> {
            Journal.snapshots(settings, new Selection("numbers", 0, 0), snapshots::add);
            return !snapshots.isEmpty();
          });
      assertEquals("numbers", new StateSnapshot(snapshots.get(0).payload()).name());
    }
  }
}
