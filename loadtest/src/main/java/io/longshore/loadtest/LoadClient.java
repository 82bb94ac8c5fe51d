package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends requests without waiting and without trying again: a load test wants to see refusals. */
final class LoadClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private final String name;
  private final Duration timeout;

  LoadClient(String base) {
    this(base, base, TIMEOUT);
  }

  /**
   * A client of a node.
   *
   * @param name of the node in reports
   * @param timeout after which it waits no more for an answer
   */
  LoadClient(String base, String name, Duration timeout) {
    this.base = base;
    this.name = name;
    this.timeout = timeout;
  }

  /** The node's name in reports. */
  String name() {
    return name;
  }

  /** A status, a body, null if there was none, and whether it says when to come back. */
  record Answer(int status, JsonNode body, boolean hasRetryAfter) {

    /** Whether the node did what was asked. */
    boolean isOk() {
      return status / 100 == 2;
    }

    /** Whether the node refused for now. */
    boolean isBusy() {
      return status == 429 || status == 503;
    }

    /** The body of a call that has to succeed. */
    JsonNode required() {
      if (!isOk()) {
        throw new IllegalStateException("The node answered " + status + ": " + body);
      }
      return body;
    }
  }

  /** Sends a request; completes exceptionally if no answer came. */
  CompletableFuture<Answer> send(
      String method, String path, @Nullable JsonNode body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, BodyPublishers.ofByteArray(bytes(body)));
    }
    return http.sendAsync(request.build(), BodyHandlers.ofByteArray())
        .thenApply(LoadClient::answer);
  }

  /** Sends a request and waits for its answer. */
  Answer call(String method, String path, @Nullable JsonNode body, String... headers) {
    return send(method, path, body, headers).join();
  }

  private static byte[] bytes(JsonNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    try {
      byte[] body = response.body();
      return new Answer(
          response.statusCode(),
          body.length == 0 ? JSON.nullNode() : JSON.readTree(body),
          response.headers().firstValue("Retry-After").isPresent());
    } catch (IOException e) {
      throw new UncheckedIOException("The answer is not JSON", e);
    }
  }
}
