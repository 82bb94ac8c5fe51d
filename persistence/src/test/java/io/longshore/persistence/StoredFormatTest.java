package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.NumbersLogic.Event;
import io.longshore.persistence.NumbersLogic.EventCodec;
import io.longshore.persistence.NumbersLogic.NumberAdded;
import io.longshore.persistence.NumbersLogic.Numbers;
import io.longshore.persistence.NumbersLogic.NumbersCodec;
import io.longshore.persistence.NumbersLogic.Opened;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What stands in a journal row and in a snapshot. The files under {@code golden/v1} are format 1:
 * they stay as they are and stay readable.
 */
class StoredFormatTest {
  private static final EventCodec EVENTS = new EventCodec();
  private static final NumbersCodec STATES = new NumbersCodec();
  private static final List<Event> SAMPLE =
      List.of(
          new Opened(1_700_000_000_000L),
          new NumberAdded(7),
          new NumberAdded(300),
          new Opened(1_700_000_000_001L),
          new NumberAdded(-1));

  private static Numbers sampleState() {
    Numbers state = new Numbers();
    state.openings = 2;
    state.all.addAll(List.of(7L, 300L, -1L));
    return state;
  }

  @Test
  void when_format_1_is_read_then_it_is_what_it_was() throws IOException {
    assertEquals(SAMPLE, new EventBatch(golden("events")).events(EVENTS));
    Numbers state = new StateSnapshot(golden("state")).state(STATES);
    assertEquals(2, state.openings);
    assertEquals(Set.of(7L, 300L, -1L), state.all);
  }

  @Test
  void when_written_today_then_it_is_format_1() throws IOException {
    assertEquals(hex(golden("events")), hex(EventBatch.of(SAMPLE, EVENTS).blob()));
    assertEquals(hex(golden("state")), hex(StateSnapshot.of(sampleState(), STATES).blob()));
  }

  @Test
  void when_a_batch_holds_many_events_then_each_name_stands_in_it_once() {
    List<Event> many = Collections.nCopies(1000, new NumberAdded(1));
    EventBatch batch = EventBatch.of(many, EVENTS);
    assertEquals(many, batch.events(EVENTS));
    assertTrue(batch.blob().length < 3 * 1000 + 20, "three bytes an event");
  }

  @Test
  void when_a_batch_is_empty_then_it_is_read_as_empty() {
    assertEquals(List.of(), EventBatch.of(List.<Event>of(), EVENTS).events(EVENTS));
  }

  @Test
  void when_a_row_ends_early_or_goes_on_then_it_is_refused() {
    byte[] events = EventBatch.of(SAMPLE, EVENTS).blob();
    byte[] state = StateSnapshot.of(sampleState(), STATES).blob();
    for (int length = 0; length < events.length; length++) {
      EventBatch cut = new EventBatch(Arrays.copyOf(events, length));
      assertThrows(IllegalArgumentException.class, () -> cut.events(EVENTS), "cut to " + length);
    }
    for (int length = 0; length < state.length; length++) {
      StateSnapshot cut = new StateSnapshot(Arrays.copyOf(state, length));
      assertThrows(IllegalArgumentException.class, () -> cut.state(STATES), "cut to " + length);
    }
    EventBatch longer = new EventBatch(Arrays.copyOf(events, events.length + 1));
    assertThrows(IllegalArgumentException.class, () -> longer.events(EVENTS));
    StateSnapshot more = new StateSnapshot(Arrays.copyOf(state, state.length + 1));
    assertThrows(IllegalArgumentException.class, () -> more.state(STATES));
  }

  @Test
  void when_a_byte_is_damaged_then_the_row_is_read_or_refused_and_nothing_else() {
    byte[] events = EventBatch.of(SAMPLE, EVENTS).blob();
    for (int position = 0; position < events.length; position++) {
      for (int value = 0; value < 256; value++) {
        byte[] damaged = events.clone();
        damaged[position] = (byte) value;
        try {
          new EventBatch(damaged).events(EVENTS);
        } catch (IllegalArgumentException refused) {
          assertTrue(refused.getMessage() != null && !refused.getMessage().isBlank());
        }
      }
    }
  }

  @Test
  void when_a_count_is_huge_then_no_room_is_made_for_it() {
    byte[] huge =
        new BlobWriter(0).number(1).texts(List.of("opened")).number(Integer.MAX_VALUE).toBytes();
    assertThrows(IllegalArgumentException.class, () -> new EventBatch(huge).events(EVENTS));
  }

  @Test
  void when_the_format_is_newer_then_the_error_says_to_upgrade() {
    byte[] newer = new BlobWriter(0).number(3).text("whatever comes").toBytes();
    String events =
        assertThrows(IllegalArgumentException.class, () -> new EventBatch(newer).events(EVENTS))
            .getMessage();
    String state =
        assertThrows(IllegalArgumentException.class, () -> new StateSnapshot(newer).state(STATES))
            .getMessage();
    assertEquals("Journal format 3 is newer than this version can read; upgrade this node", events);
    assertEquals("Snapshot format 3 is newer than this version can read; upgrade this node", state);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] golden(String file) throws IOException {
    String path = "/golden/v1/" + file + ".hex";
    try (InputStream in =
        Objects.requireNonNull(StoredFormatTest.class.getResourceAsStream(path), path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }
}
