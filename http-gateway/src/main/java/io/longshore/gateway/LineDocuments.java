package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines that are one JSON value each. To begin a parser costs as much as to read a short
 * line, so one goes through a whole piece of lines, as long as each line has its value and nothing
 * else. From the first that has not, each line is read on its own.
 */
final class LineDocuments {
  private byte @Nullable [] piece;
  private @Nullable JsonParser in;
  private int begun;
  private boolean single;

  /** The next lines are in this piece, in order, but for one that was begun before. */
  void begin(byte[] bytes) {
    piece = single ? null : bytes;
  }

  /** The piece is read. */
  void end() {
    piece = null;
    if (in != null) {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Reading from memory failed", e);
      }
      in = null;
    }
  }

  /**
   * Reads a line, up to {@code end}.
   *
   * @throws ProblemException if it is no JSON, or something in it is wrong
   */
  <T> T read(byte[] bytes, int from, int end, Document.Reading<T> reading) {
    Violations violations = new Violations();
    T value = bytes == piece ? next(bytes, from, end, violations, reading) : null;
    if (value == null) {
      violations = new Violations();
      value = Document.read(bytes, from, end - from, violations, reading);
    }
    violations.check();
    return value;
  }

  /** The parser's next value, if that is all of this line; else null. */
  private <T> @Nullable T next(
      byte[] bytes, int from, int end, Violations violations, Document.Reading<T> reading) {
    try {
      JsonParser parser = in;
      if (parser == null) {
        parser = Json.parser(bytes, from, bytes.length - from);
        in = parser;
        begun = from;
      }
      if (parser.nextToken() != null
          && begun + parser.currentTokenLocation().getByteOffset() >= from) {
        T value = reading.read(new BodyReader(bytes, begun, parser, violations));
        long last = begun + parser.currentLocation().getByteOffset();
        if (last <= end && Lines.isBlank(bytes, (int) last, end)) {
          return value;
        }
      }
    } catch (JsonProcessingException e) {
      // What is wrong is told when the line is read on its own.
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from memory failed", e);
    }
    end();
    single = true;
    return null;
  }
}
