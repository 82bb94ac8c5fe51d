package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A node's HTTP API as a stranger would use it. */
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private final String base;

  Api(String base) {
    this.base = base;
  }

  static Api of(Node node) {
    return new Api("http://127.0.0.1:" + node.httpAddress().orElseThrow().getPort());
  }

  /**
   * What a node answers.
   *
   * @param node where it says that the agent's mailbox is; empty if it does not
   */
  record Answer(int status, JsonNode body, String node) {
    String text(String field) {
      return body.path(field).asText();
    }
  }

  Answer get(String path) {
    return call(HttpRequest.newBuilder(URI.create(base + path)).GET());
  }

  Answer delete(String path) {
    return call(HttpRequest.newBuilder(URI.create(base + path)).DELETE());
  }

  Answer put(String path, String body) {
    return call(request(path, body).PUT(BodyPublishers.ofString(body)));
  }

  Answer post(String path, String body, String... headers) {
    HttpRequest.Builder request = request(path, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return call(request.POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path, String body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    return body.isEmpty() ? request : request.header("Content-Type", "application/json");
  }

  private static Answer call(HttpRequest.Builder request) {
    try {
      var response =
          HTTP.send(request.timeout(Duration.ofMinutes(2)).build(), BodyHandlers.ofString());
      String body = response.body();
      return new Answer(
          response.statusCode(),
          JSON.readTree(body.isEmpty() ? "null" : body),
          response.headers().firstValue("Longshore-Node").orElse(""));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The answer is not JSON", e);
    } catch (IOException e) {
      return new Answer(0, JSON.nullNode(), "");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a node has said. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("It is not JSON", e);
    }
  }

  /** Opens an agent's connection. */
  AgentConnection connect(String path) {
    AgentConnection socket = new AgentConnection();
    URI uri = URI.create(base.replaceFirst("http", "ws") + path);
    socket.isOpen(HTTP.newWebSocketBuilder().buildAsync(uri, socket).join());
    return socket;
  }

  void awaitReady() {
    await("the node is ready", () -> get("/health/ready").status() == 200);
  }

  /** Opens a stream of events, to be read line by line. */
  BufferedReader stream(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      var response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
      assertEquals(200, response.statusCode());
      return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Leases one task, waiting for it. */
  JsonNode acquire(String agentId, int leaseSeconds) {
    Answer answer =
        post(
            "/v1/agents/" + agentId + "/leases:acquire",
            "{\"max\": 1, \"waitSeconds\": 60, \"leaseSeconds\": %d}".formatted(leaseSeconds));
    if (answer.status() != 200) {
      throw new AssertionError("No lease for " + agentId + ": " + answer);
    }
    return answer.body().path("leases").path(0);
  }

  Answer complete(JsonNode lease, String output) {
    return post(
        "/v1/leases:complete",
        "{\"leases\": [{\"taskId\": %s, \"leaseToken\": %s, \"output\": %s}]}"
            .formatted(lease.path("taskId"), lease.path("leaseToken"), output));
  }

  /** Waits for a fact; fails after three minutes. */
  static void await(String fact, BooleanSupplier holds) {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("Not within three minutes: " + fact);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }
}
