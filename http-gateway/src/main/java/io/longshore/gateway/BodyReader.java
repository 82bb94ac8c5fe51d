package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.registry.Capability;
import io.longshore.registry.WantedCapability;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body in one pass, without a tree, and gathers everything that is wrong with it. What it
 * returns for a wrong value is a placeholder; the {@link Violations} decide whether anything is
 * used. An optional value may be left out or be {@code null}.
 */
final class BodyReader {
  private final byte[] bytes;
  private final int from;
  private final JsonParser in;
  private Violations violations;

  /**
   * Reads with a parser that is at its first token.
   *
   * @param from where in {@code bytes} the parser started
   */
  BodyReader(byte[] bytes, int from, JsonParser in, Violations violations) {
    this.bytes = bytes;
    this.from = from;
    this.in = in;
    this.violations = violations;
  }

  /** Reads the value of a field, or refuses the field. */
  @FunctionalInterface
  interface Field {
    void read(String name) throws IOException;
  }

  /** Reads the next element of an array. */
  @FunctionalInterface
  interface Element {
    void read() throws IOException;
  }

  /** From here on violations go there: one item of many is judged by itself. */
  void gatherIn(Violations others) {
    violations = others;
  }

  /** Says that the value just read or about to be read breaks a rule. */
  void violation(String detail) {
    violations.body(in.getParsingContext().pathAsPointer().toString(), detail);
  }

  /** Refuses the value that comes next. */
  void skip(String detail) throws IOException {
    violation(detail);
    in.skipChildren();
  }

  /** Refuses the field whose value comes next. */
  void unknown() throws IOException {
    skip("is not a field known here");
  }

  /** Refuses the field whose value comes next, unless it is one of those read elsewhere. */
  void unknownBut(Set<String> others, String name) throws IOException {
    if (others.contains(name)) {
      ignore();
    } else {
      unknown();
    }
  }

  /** Passes over the value that comes next. */
  void ignore() throws IOException {
    in.skipChildren();
  }

  /** Reads an object field by field; false if the value is none. */
  boolean object(Field field) throws IOException {
    if (!in.isExpectedStartObjectToken()) {
      skip("must be an object");
      return false;
    }
    Names seen = new Names();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      if (violations.full()) {
        in.skipChildren();
      } else if (seen.add(name)) {
        field.read(name);
      } else {
        skip("is there twice");
      }
    }
    return true;
  }

  /** Reads an array element by element, up to {@code max} of them. */
  void array(int max, Element element) throws IOException {
    if (!in.isExpectedStartArrayToken()) {
      skip("must be an array");
      return;
    }
    int count = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (++count <= max) {
        element.read();
      } else {
        in.skipChildren();
      }
    }
    if (count > max) {
      violation("must have at most %d elements, not %d".formatted(max, count));
    }
  }

  /** Whether the value is {@code null}, which is as if it was left out. */
  boolean missing() {
    return in.hasToken(JsonToken.VALUE_NULL);
  }

  @Nullable String text(int maxLength) throws IOException {
    if (missing()) {
      return null;
    }
    if (!in.hasToken(JsonToken.VALUE_STRING)) {
      skip("must be a string");
      return null;
    }
    String text = in.getText();
    if (text.length() > maxLength) {
      violation("must have at most %d characters".formatted(maxLength));
    } else if (!Text.isWellFormed(text)) {
      violation("must be Unicode text: a surrogate lacks its other half");
    }
    return text;
  }

  @Nullable String id() throws IOException {
    String text = text(Integer.MAX_VALUE);
    if (text != null && !Text.isId(text)) {
      violation(Text.ID_RULE);
    }
    return text;
  }

  /** A capability as an agent offers it: a name, or one with a version. */
  @Nullable String offered() throws IOException {
    return checked(text(Integer.MAX_VALUE), Capability::versionViolation);
  }

  /** A capability as a task wants it: a name, or one with a range of versions. */
  @Nullable String wanted() throws IOException {
    return checked(text(Integer.MAX_VALUE), WantedCapability::violation);
  }

  private @Nullable String checked(
      @Nullable String text, Function<String, @Nullable String> violationOf) {
    if (text != null) {
      boolean named = Text.isId(Capability.nameOf(text));
      String violation = named ? violationOf.apply(text) : Text.ID_RULE;
      if (violation != null) {
        violation(violation);
      }
    }
    return text;
  }

  /** Reads the text of one element. */
  @FunctionalInterface
  interface Word {
    @Nullable String read() throws IOException;
  }

  Set<String> ids(int max) throws IOException {
    return words(max, this::id);
  }

  /** Reads a set of texts; none of them may be missing. */
  Set<String> words(int max, Word word) throws IOException {
    Set<String> words = new HashSet<>();
    if (!missing()) {
      array(
          max,
          () -> {
            String read = word.read();
            if (read != null) {
              words.add(read);
            } else if (missing()) {
              violation(Text.ID_RULE);
            }
          });
    }
    return words;
  }

  /** Reads how urgent something is; normally normal. */
  Priority priority() throws IOException {
    String name = text(Integer.MAX_VALUE);
    Priority priority = Text.priority(name);
    if (priority == null) {
      violation(Text.PRIORITY_RULE);
    }
    return priority == null ? Priority.NORMAL : priority;
  }

  boolean bool(boolean otherwise) throws IOException {
    if (in.hasToken(JsonToken.VALUE_TRUE) || in.hasToken(JsonToken.VALUE_FALSE)) {
      return in.getBooleanValue();
    }
    if (!missing()) {
      skip("must be true or false");
    }
    return otherwise;
  }

  int whole(int min, int max, int otherwise) throws IOException {
    if (missing()) {
      return otherwise;
    }
    if (!in.hasToken(JsonToken.VALUE_NUMBER_INT)) {
      skip("must be a whole number");
      return otherwise;
    }
    boolean small = in.getNumberType() == JsonParser.NumberType.INT;
    if (!small || in.getIntValue() < min || in.getIntValue() > max) {
      violation("must be from %d to %d".formatted(min, max));
      return otherwise;
    }
    return in.getIntValue();
  }

  /** Reads seconds, whole or not, as milliseconds; null if missing. */
  @Nullable Long seconds(Duration min, Duration max) throws IOException {
    if (missing()) {
      return null;
    }
    if (!in.currentToken().isNumeric()) {
      skip("must be a number of seconds");
      return null;
    }
    double millis = in.getDoubleValue() * 1000;
    if (millis < min.toMillis() || millis > max.toMillis()) {
      violation("must be from %s to %s seconds".formatted(plain(min), plain(max)));
      return null;
    }
    return Math.round(millis);
  }

  private static String plain(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  /** Reads a point in time as epoch milliseconds; null if missing. */
  @Nullable Long instant() throws IOException {
    String text = text(64);
    if (text == null) {
      return null;
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      violation("must be a time like 2030-01-31T12:00:00Z");
      return null;
    }
  }

  /** Takes any one value as it stands, byte for byte. */
  byte[] raw(long maxBytes) throws IOException {
    int start = from + (int) in.currentTokenLocation().getByteOffset();
    in.skipChildren();
    in.finishToken();
    // After a number the parser may have looked further than its end.
    int end =
        in.currentToken().isNumeric()
            ? start + in.getTextLength()
            : from + (int) in.currentLocation().getByteOffset();
    if (end - start > maxBytes) {
      violation("must have at most %d bytes, not %d".formatted(maxBytes, end - start));
      return Json.nothing();
    }
    return Arrays.copyOfRange(bytes, start, end);
  }
}
