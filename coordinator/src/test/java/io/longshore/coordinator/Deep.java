package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares records that hold arrays: by content, however deep. */
final class Deep {
  private Deep() {}

  static void assertSame(@Nullable Object expected, @Nullable Object actual) {
    assertEquals(comparable(expected), comparable(actual));
  }

  /** Compares all that two tasks hold, also what no view shows. */
  static void assertSame(Task expected, Task actual) {
    try {
      for (Field field : Task.class.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && field.getType() != Decisions.class) {
          field.setAccessible(true);
          assertEquals(
              comparable(field.get(expected)),
              comparable(field.get(actual)),
              () -> expected.taskId + ": " + field.getName());
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(expected.taskId, e);
    }
    assertEquals(expected.decisions.kept(), actual.decisions.kept());
  }

  private static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      List<Byte> list = new ArrayList<>();
      for (byte b : bytes) {
        list.add(b);
      }
      return list;
    } else if (value instanceof Record whole) {
      List<@Nullable Object> parts = new ArrayList<>();
      parts.add(whole.getClass());
      for (RecordComponent part : whole.getClass().getRecordComponents()) {
        parts.add(comparable(read(part, whole)));
      }
      return parts;
    } else if (value instanceof List<?> list) {
      List<@Nullable Object> items = new ArrayList<>();
      list.forEach(item -> items.add(comparable(item)));
      return items;
    } else if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> items = new TreeMap<>();
      map.forEach((key, item) -> items.put(String.valueOf(key), comparable(item)));
      return items;
    }
    return value;
  }

  private static @Nullable Object read(RecordComponent part, Record whole) {
    try {
      var accessor = part.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(whole);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(part.toString(), e);
    }
  }
}
