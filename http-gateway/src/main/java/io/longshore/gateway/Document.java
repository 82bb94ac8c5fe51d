package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A body, or a line of one, that is one JSON value and nothing else. */
final class Document {
  private Document() {}

  /** Reads the one value, from its first token to its last. */
  @FunctionalInterface
  interface Reading<T> {
    T read(BodyReader in) throws IOException;
  }

  /**
   * Reads a whole body.
   *
   * @param violations where everything goes that is wrong with the value
   * @throws ProblemException {@link ProblemType#MALFORMED_REQUEST} if it is no JSON
   */
  static <T> T read(byte[] bytes, Violations violations, Reading<T> reading) {
    return read(bytes, 0, bytes.length, violations, reading);
  }

  /** Reads a part of a body. */
  static <T> T read(byte[] bytes, int from, int length, Violations violations, Reading<T> reading) {
    try (JsonParser in = Json.parser(bytes, from, length)) {
      if (in.nextToken() == null) {
        throw malformed("There is no body; it must be JSON.");
      }
      T value = reading.read(new BodyReader(bytes, from, in, violations));
      if (in.nextToken() != null) {
        throw malformed("Something follows the JSON value; there must be one.");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw malformed(Text.repaired(describe(e)));
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from memory failed", e);
    }
  }

  private static String describe(JsonProcessingException e) {
    String what = "The body is not JSON: " + e.getOriginalMessage();
    return e.getLocation() == null
        ? what
        : "%s, at line %d, column %d"
            .formatted(what, e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(Problem.of(ProblemType.MALFORMED_REQUEST, detail));
  }
}
