package io.longshore.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON values as the command line reads and writes them. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  /** An empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** An empty array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /**
   * A value from its text; a missing node if the text is empty.
   *
   * @throws IOException if it is not JSON
   */
  public static JsonNode parse(byte[] text) throws IOException {
    return text.length == 0 ? MissingNode.getInstance() : MAPPER.readTree(text);
  }

  /** A value in one line. */
  public static byte[] bytes(JsonNode value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("A tree of values can always be written.", e);
    }
  }

  /** A value for reading, over several lines. */
  public static String pretty(JsonNode value) {
    return value.toPrettyString();
  }

  /**
   * What a program or a person wrote: JSON if it is JSON, else the text itself as a JSON string.
   *
   * @throws CharacterCodingException if it is neither JSON nor UTF-8
   */
  public static JsonNode valueOf(byte[] text) throws CharacterCodingException {
    try {
      JsonNode value = parse(text);
      if (!value.isMissingNode()) {
        return value;
      }
    } catch (IOException notJson) {
      // Then it is text.
    }
    return TextNode.valueOf(
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
  }

  /** The inverse for a program's input: a string as its plain text, anything else as JSON. */
  public static byte[] textOf(JsonNode value) {
    return value.isTextual() ? value.textValue().getBytes(StandardCharsets.UTF_8) : bytes(value);
  }
}
