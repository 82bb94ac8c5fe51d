package io.longshore.gateway;

import io.longshore.agents.TaskRef.Priority;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Rules for text that arrives from outside. */
final class Text {
  /** The rule for ids in words. */
  static final String ID_RULE = "must be 1 to 128 of the characters A-Z a-z 0-9 . _ ~ -";

  /** The rule for priorities in words. */
  static final String PRIORITY_RULE = "must be high, normal or low";

  private static final int MAX_ID = 128;

  // Nearly all text is ASCII, which eight bytes at a time show as well as one.
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long NOT_ASCII = 0x8080808080808080L;

  private Text() {}

  /** Whether this can be an id: of an agent, a task, a capability, a topic or a label. */
  static boolean isId(String text) {
    if (text.isEmpty() || text.length() > MAX_ID) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isIdCharacter(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isIdCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '~'
        || c == '-';
  }

  /** The priority of this name, normal without one; null if there is none. */
  static @Nullable Priority priority(@Nullable String name) {
    if (name == null) {
      return Priority.NORMAL;
    }
    return switch (name) {
      case "high" -> Priority.HIGH;
      case "normal" -> Priority.NORMAL;
      case "low" -> Priority.LOW;
      default -> null;
    };
  }

  /** What a priority is called outside. */
  static String name(Priority priority) {
    return switch (priority) {
      case HIGH -> "high";
      case NORMAL -> "normal";
      case LOW -> "low";
    };
  }

  /** Whether every surrogate has its other half: text without it cannot be written as UTF-8. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /** The text, with what cannot be written replaced. */
  static String repaired(String text) {
    return isWellFormed(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** Whether these bytes are UTF-8. */
  static boolean isUtf8(byte[] bytes) {
    return isUtf8(bytes, 0, bytes.length);
  }

  /** Whether the bytes from {@code from} up to {@code end} are UTF-8. */
  static boolean isUtf8(byte[] bytes, int from, int end) {
    int i = from;
    while (i + Long.BYTES <= end && ((long) EIGHT.get(bytes, i) & NOT_ASCII) == 0) {
      i += Long.BYTES;
    }
    while (i < end && bytes[i] >= 0) {
      i++;
    }
    return i == end || decodes(bytes, i, end);
  }

  private static boolean decodes(byte[] bytes, int from, int end) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, end - from));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
