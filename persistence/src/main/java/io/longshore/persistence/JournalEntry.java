package io.longshore.persistence;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event of a journal row, for tools that read a journal and go on past what they do not know.
 *
 * @param name the event's logical name
 * @param bytes how long its fields are in the row
 * @param event the event, a record; null if this version does not know it or cannot read it
 */
public record JournalEntry(String name, int bytes, @Nullable Object event) {

  /** Reads an event, if this version can. */
  static JournalEntry read(String name, BlobReader fields, BlobCodec<?> codec) {
    int bytes = fields.left();
    try {
      return new JournalEntry(name, bytes, codec.read(name, fields));
    } catch (IllegalArgumentException unknown) {
      return new JournalEntry(name, bytes, null);
    }
  }

  /**
   * The event's fields by name, in order: numbers, flags, texts, {@code byte[]}, and maps and lists
   * of them. Absent ones are left out. Empty if the event is not known.
   */
  public Map<String, Object> fields() {
    return event instanceof Record known ? fieldsOf(known) : Map.of();
  }

  private static Map<String, Object> fieldsOf(Record thing) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : thing.getClass().getRecordComponents()) {
      Object value = valueOf(component, thing);
      if (value != null) {
        fields.put(component.getName(), plain(value));
      }
    }
    return fields;
  }

  private static @Nullable Object valueOf(RecordComponent component, Record thing) {
    try {
      // Some floors keep their events to themselves.
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(thing);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + component, e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Record nested) {
      return fieldsOf(nested);
    } else if (value instanceof Enum<?> one) {
      return one.name();
    } else if (value instanceof Collection<?> many) {
      return many.stream().map(JournalEntry::plain).toList();
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      map.forEach((key, each) -> plain.put(String.valueOf(key), plain(each)));
      return plain;
    }
    return value;
  }
}
