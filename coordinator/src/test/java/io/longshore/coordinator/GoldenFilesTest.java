package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.Archive;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import io.longshore.persistence.Packed;
import io.longshore.persistence.StateSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was ever written stays readable. Each directory {@code golden/vN} holds a journal row and a
 * snapshot as version N wrote them, in hexadecimal; they are never changed.
 *
 * <p>When the format grows, {@link #when_written_today_then_it_is_the_newest_golden_file} fails and
 * says what to put into {@code golden/vN+1}. Add what it says to {@link Golden#VERSIONS}, with the
 * new fields in use, and leave the older entries as they are.
 */
class GoldenFilesTest {

  private static Golden newest() {
    return Golden.VERSIONS.get(Golden.VERSIONS.size() - 1);
  }

  static List<Golden> versions() {
    return Golden.VERSIONS;
  }

  @ParameterizedTest
  @MethodSource("versions")
  void when_an_old_journal_is_read_then_every_field_is_there(Golden golden) throws IOException {
    List<LedgerEvent> read = Blobs.events(read(golden, "journal"));
    assertEquals(golden.events().size(), read.size());
    for (int i = 0; i < read.size(); i++) {
      Deep.assertSame(golden.events().get(i), read.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void when_an_old_journal_is_replayed_then_the_tasks_are_as_they_were(Golden golden)
      throws IOException {
    LedgerState state = new LedgerState();
    Blobs.events(read(golden, "journal")).forEach(state::apply);
    assertIs(golden, state);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void when_an_old_snapshot_is_read_then_the_tasks_are_as_they_were(Golden golden)
      throws IOException {
    assertIs(
        golden, new StateSnapshot(read(golden, "snapshot")).state(LedgerSnapshotCodec.INSTANCE));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void when_a_snapshot_is_read_then_what_no_view_shows_is_there_too(Golden golden)
      throws IOException {
    LedgerState state =
        new StateSnapshot(read(golden, "snapshot")).state(LedgerSnapshotCodec.INSTANCE);
    LedgerState replayed = new LedgerState();
    golden.events().forEach(replayed::apply);
    assertArrayEquals(Blobs.snapshot(replayed), Blobs.snapshot(state));
    for (Task expected : replayed.all()) {
      Task task = Objects.requireNonNull(state.find(expected.taskId));
      Deep.assertSame(expected, task);
      assertEquals(expected.dueAt(), task.dueAt());
    }
  }

  @Test
  void when_an_event_type_exists_then_a_golden_file_contains_it() {
    Set<Class<?>> known = new HashSet<>();
    Golden.VERSIONS.forEach(
        golden -> golden.events().forEach(event -> known.add(event.getClass())));
    assertEquals(leaves(LedgerEvent.class).collect(Collectors.toSet()), known);
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(GoldenFilesTest::leaves)
        : Stream.of(type);
  }

  @Test
  void when_event_types_are_named_then_no_two_alike() {
    Set<String> names = new HashSet<>();
    for (LedgerEvent event : newest().events()) {
      names.add(LedgerEventCodec.INSTANCE.name(event));
    }
    assertEquals(leaves(LedgerEvent.class).count(), names.size());
  }

  @Test
  void when_written_today_then_it_is_the_newest_golden_file() throws IOException {
    Golden newest = newest();
    LedgerState state = new LedgerState();
    newest.events().forEach(state::apply);
    assertWritten(newest, "journal", Blobs.journal(newest.events()));
    assertWritten(newest, "snapshot", Blobs.snapshot(state));
  }

  @Test
  void when_an_old_segment_of_the_archive_is_read_then_the_tasks_are_as_they_were()
      throws IOException {
    Golden newest = newest();
    LedgerState state = new LedgerState();
    newest.events().forEach(state::apply);
    Task late = Objects.requireNonNull(state.find("late"));
    Archive.Segment today = Segments.of(1, 2, 3, List.of(late)).get(0);
    assertWritten(newest, "archive", today.payload());
    Archive.Segment stored =
        new Archive.Segment(1, 2, 3, "late", "late", 0, 0, 1, read(newest, "archive"));
    Deep.assertSame(late, Objects.requireNonNull(Segments.find(stored, "late")));
    assertEquals(1, Segments.tasks(stored).size());
  }

  private static void assertWritten(Golden newest, String file, byte[] today) throws IOException {
    HexFormat hex = HexFormat.of();
    assertEquals(
        hex.formatHex(read(newest, file)),
        hex.formatHex(Packed.unpack(today)),
        "The stored format has changed. If fields were added at the end, keep the old files and"
            + " write the second value into golden/v"
            + (newest.version() + 1)
            + "/"
            + file
            + ".hex");
  }

  @Test
  void when_a_name_is_of_a_newer_version_then_the_error_says_so() {
    BlobReader some = new BlobReader(new byte[100]);
    String event = message(() -> LedgerEventCodec.INSTANCE.read("promoted", some));
    String snapshot = message(() -> LedgerSnapshotCodec.INSTANCE.read("ledger-2", some));
    assertTrue(event.contains("newer version"), event);
    assertTrue(snapshot.contains("newer version"), snapshot);
  }

  @Test
  void when_a_newer_version_added_fields_then_they_are_passed_over() {
    for (LedgerEvent event : newest().events()) {
      BlobWriter longer = new BlobWriter(256);
      LedgerEventCodec.INSTANCE.write(event, longer);
      BlobReader in = new BlobReader(longer.text("a field of tomorrow").toBytes());
      String name = LedgerEventCodec.INSTANCE.name(event);
      Deep.assertSame(event, LedgerEventCodec.INSTANCE.read(name, in));
      assertEquals("a field of tomorrow", in.text());
    }
  }

  private static String message(Executable reading) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, reading).getMessage());
  }

  private static void assertIs(Golden golden, LedgerState state) {
    assertEquals(golden.epoch(), state.epoch);
    assertEquals(golden.keys(), state.keys());
    List<TaskView> views = new ArrayList<>();
    state.all().forEach(task -> views.add(task.view(true)));
    views.sort(Comparator.comparing(TaskView::taskId));
    assertEquals(golden.tasks().size(), views.size());
    for (int i = 0; i < views.size(); i++) {
      Deep.assertSame(golden.tasks().get(i), views.get(i));
    }
  }

  private static byte[] read(Golden golden, String file) throws IOException {
    String path = "/golden/v" + golden.version() + "/" + file + ".hex";
    try (InputStream in =
        Objects.requireNonNull(GoldenFilesTest.class.getResourceAsStream(path), path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }
}
