package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longshore.persistence.BlobCodec;
import io.longshore.persistence.BlobReader;
import io.longshore.persistence.BlobWriter;
import io.longshore.persistence.EventBatch;
import io.longshore.persistence.JournalEntry;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerJournalTest {

  @Test
  void when_a_row_holds_every_kind_of_event_then_a_tool_sees_the_name_and_fields_of_each() {
    Set<Class<?>> kinds = new HashSet<>();
    for (Golden golden : Golden.VERSIONS) {
      EventBatch row = EventBatch.of(golden.events(), LedgerEventCodec.INSTANCE);
      List<JournalEntry> entries = LedgerJournal.entries(row);
      assertEquals(golden.events().size(), entries.size());
      for (int i = 0; i < entries.size(); i++) {
        LedgerEvent event = golden.events().get(i);
        assertEquals(LedgerEventCodec.INSTANCE.name(event), entries.get(i).name());
        Deep.assertSame(event, entries.get(i).event());
        assertEquals(event.getClass(), entries.get(i).event().getClass());
        kinds.add(event.getClass());
      }
    }
    long all =
        List.of(LedgerEvent.class.getDeclaredClasses()).stream().filter(Class::isRecord).count();
    assertEquals(all, kinds.size(), "a kind of event has no sample: " + kinds);
  }

  @Test
  void when_an_event_is_submitted_then_its_fields_are_nested_as_its_records_are() {
    LedgerEvent submitted =
        Golden.VERSIONS.get(0).events().stream()
            .filter(LedgerEvent.Submitted.class::isInstance)
            .findFirst()
            .orElseThrow();
    EventBatch row = EventBatch.of(List.of(submitted), LedgerEventCodec.INSTANCE);
    Map<String, Object> fields = LedgerJournal.entries(row).get(0).fields();
    assertEquals("done", fields.get("taskId"));
    Map<?, ?> task = (Map<?, ?>) fields.get("task");
    assertEquals(Map.of("kind", "AGENT", "name", "alice"), task.get("route"));
    assertEquals("HIGH", task.get("priority"));
    assertEquals(
        "{\"text\":\"é\"}", new String((byte[]) task.get("input"), StandardCharsets.UTF_8));
  }

  @Test
  void when_a_newer_version_wrote_an_event_then_the_others_of_the_row_are_still_read() {
    BlobCodec<LedgerEvent> newer =
        new BlobCodec<>() {
          @Override
          public String name(LedgerEvent event) {
            return event instanceof LedgerEvent.Canceled ? "frozen" : "completed";
          }

          @Override
          public void write(LedgerEvent event, BlobWriter out) {
            LedgerEventCodec.INSTANCE.write(event, out);
          }

          @Override
          public LedgerEvent read(String name, BlobReader in) {
            throw new UnsupportedOperationException();
          }
        };
    LedgerEvent completed = new LedgerEvent.Completed("task", Given.json("1"), 5);
    EventBatch row = EventBatch.of(List.of(new LedgerEvent.Canceled("task", 4), completed), newer);
    List<JournalEntry> entries = LedgerJournal.entries(row);
    assertEquals("frozen", entries.get(0).name());
    assertNull(entries.get(0).event());
    assertEquals(Map.of(), entries.get(0).fields());
    Deep.assertSame(completed, entries.get(1).event());
  }
}
