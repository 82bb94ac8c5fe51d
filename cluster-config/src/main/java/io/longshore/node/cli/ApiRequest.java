package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One call of the HTTP API.
 *
 * @param method {@code GET}, {@code PUT}, {@code POST} or {@code DELETE}
 * @param path from the root, encoded, with the query
 * @param body a JSON value, or null for none
 * @param lines whether the body is an array that goes as one value a line
 * @param headers besides those every call has
 * @param timeout how long the answer may take
 */
public record ApiRequest(
    String method,
    String path,
    @Nullable JsonNode body,
    boolean lines,
    Map<String, String> headers,
    Duration timeout) {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  public ApiRequest {
    headers = Map.copyOf(headers);
  }

  /** Reads. */
  public static ApiRequest get(String path) {
    return new ApiRequest("GET", path, null, false, Map.of(), TIMEOUT);
  }

  /** Creates or replaces. */
  public static ApiRequest put(String path, JsonNode body) {
    return new ApiRequest("PUT", path, body, false, Map.of(), TIMEOUT);
  }

  /** Does something; without a body if it needs none. */
  public static ApiRequest post(String path, @Nullable JsonNode body) {
    return new ApiRequest("POST", path, body, false, Map.of(), TIMEOUT);
  }

  /** Sends many things, one a line. */
  public static ApiRequest lines(String path, ArrayNode body) {
    return new ApiRequest("POST", path, body, true, Map.of(), TIMEOUT);
  }

  /** Removes. */
  public static ApiRequest delete(String path) {
    return new ApiRequest("DELETE", path, null, false, Map.of(), TIMEOUT);
  }

  /** The same call with a header. */
  public ApiRequest header(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new ApiRequest(method, path, body, lines, more, timeout);
  }

  /** The same call under a key that makes it safe to repeat. */
  public ApiRequest idempotencyKey(String key) {
    return header(IDEMPOTENCY_KEY, key);
  }

  /** The same call, given so much more time because the node was asked to wait. */
  public ApiRequest waiting(Duration wait) {
    return new ApiRequest(method, path, body, lines, headers, TIMEOUT.plus(wait));
  }

  /** The body as it goes; nothing if there is none. */
  byte[] bytes() {
    if (body == null) {
      return new byte[0];
    }
    if (!lines) {
      return Json.bytes(body);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (JsonNode line : body) {
      all.writeBytes(Json.bytes(line));
      all.write('\n');
    }
    return all.toByteArray();
  }

  /** Whether sending it twice does no more than sending it once. */
  boolean repeatable() {
    return !method.equals("POST") || headers.containsKey(IDEMPOTENCY_KEY);
  }

  /** A value as one segment of a path: {@code /v1/tasks/} + segment(id). */
  public static String segment(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * The path with parameters added to its query.
   *
   * @param parameters names and values in turn; those with a null value are left out
   */
  public static String query(String path, @Nullable Object... parameters) {
    String first = path.contains("?") ? "&" : "?";
    StringJoiner query = new StringJoiner("&", first, "").setEmptyValue("");
    for (int i = 0; i + 1 < parameters.length; i += 2) {
      Object value = parameters[i + 1];
      if (value != null) {
        query.add(parameters[i] + "=" + segment(value.toString()));
      }
    }
    return path + query;
  }
}
