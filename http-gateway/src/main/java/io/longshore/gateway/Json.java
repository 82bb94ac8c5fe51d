package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How JSON is read and written here. */
final class Json {
  /** Deeper values are refused: somebody else may read them recursively. */
  static final int MAX_NESTING = 256;

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  // Names come from outside, so they are not interned; UTF-8 is the only encoding, so none is
  // guessed; a flush is how raw bytes get between buffered ones, so it stops at the array.
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .rootValueSeparator("\n")
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
          .build();

  private Json() {}

  /** Writes one document. */
  @FunctionalInterface
  interface Writer {
    void writeTo(JsonGenerator out) throws IOException;
  }

  static JsonParser parser(byte[] bytes, int from, int length) throws IOException {
    return FACTORY.createParser(bytes, from, length);
  }

  /** The JSON value {@code null} as bytes. */
  static byte[] nothing() {
    return NULL.clone();
  }

  /** The JSON value {@code {}} as bytes. */
  static byte[] object() {
    return new byte[] {'{', '}'};
  }

  /** What {@code writer} writes, as UTF-8. */
  static byte[] bytes(Writer writer) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(512);
        JsonGenerator out = FACTORY.createGenerator(bytes)) {
      writer.writeTo(out);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
  }

  /** Writes a value that is JSON already, as it is. */
  static void raw(JsonGenerator out, String name, byte @Nullable [] json) throws IOException {
    if (json != null) {
      out.writeFieldName(name);
      out.writeRawValue("");
      out.flush();
      ((OutputStream) out.getOutputTarget()).write(json);
    }
  }

  static void text(JsonGenerator out, String name, @Nullable String value) throws IOException {
    if (value != null) {
      out.writeStringField(name, value);
    }
  }

  /** Writes epoch milliseconds as ISO 8601; 0 and null are nothing. */
  static void instant(JsonGenerator out, String name, @Nullable Long epochMillis)
      throws IOException {
    if (epochMillis != null && epochMillis != 0) {
      out.writeStringField(name, Instant.ofEpochMilli(epochMillis).toString());
    }
  }

  /** Writes milliseconds as seconds. */
  static void seconds(JsonGenerator out, String name, long millis) throws IOException {
    if (millis % 1000 == 0) {
      out.writeNumberField(name, millis / 1000);
    } else {
      out.writeNumberField(name, millis / 1000.0);
    }
  }

  static void texts(JsonGenerator out, String name, Collection<String> values) throws IOException {
    out.writeArrayFieldStart(name);
    for (String value : values) {
      out.writeString(value);
    }
    out.writeEndArray();
  }

  static void labels(JsonGenerator out, Map<String, String> labels) throws IOException {
    out.writeObjectFieldStart("labels");
    for (Map.Entry<String, String> label : labels.entrySet()) {
      out.writeStringField(label.getKey(), label.getValue());
    }
    out.writeEndObject();
  }
}
