package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.gateway.Api.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes over a limit, or is not HTTP at all, and that the node answers on. */
class LimitsTest {
  private static final int BODY = 10_000;

  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node =
        new TestNode(
            """
            longshore.gateway {
              limits { body = 10000, batch-body = 20000, in-flight-bytes = 30000 }
              max-wait = 10 minutes
            }""");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void when_a_body_is_over_the_limit_then_it_is_refused_however_it_comes() throws Exception {
    String fits = padded(BODY);
    api.post("/v1/tasks", fits).expect(202);
    api.post("/v1/tasks", fits + " ").expect(ProblemType.CONTENT_TOO_LARGE);
    api.post("/v1/tasks", fits + " ".repeat(9_000)).expect(ProblemType.CONTENT_TOO_LARGE);
    chunked(fits).expect(202);
    chunked(fits + " ").expect(ProblemType.CONTENT_TOO_LARGE);
    api.post("/v1/tasks:batch", "[" + fits + "," + fits + "]")
        .expect(ProblemType.CONTENT_TOO_LARGE);
    assertProblem(
        ProblemType.CONTENT_TOO_LARGE,
        raw(api, "POST /v1/tasks HTTP/1.1", "Content-Length: 500000", "Expect: 100-continue"));
    assertProblem(
        ProblemType.CONTENT_TOO_LARGE,
        raw(api, "POST /v1/tasks HTTP/1.1", "Content-Length: 500000"));
    api.post("/v1/tasks", fits).expect(202);
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain,",
    "application/x-www-form-urlencoded,",
    "application/x-ndjson,",
    "application/json, gzip"
  })
  void when_the_media_type_is_another_then_it_is_refused(String type, String encoding)
      throws Exception {
    String coding = encoding == null ? "identity" : encoding;
    api.post("/v1/tasks", "{\"agent\": \"a\"}", "Content-Type", type, "Content-Encoding", coding)
        .expect(ProblemType.UNSUPPORTED_MEDIA_TYPE);
    api.post("/v1/tasks", "{\"agent\": \"a\"}", "Content-Type", "application/json; charset=utf-8")
        .expect(202);
  }

  @Test
  void when_the_body_is_not_utf8_then_it_is_malformed() throws Exception {
    HttpRequest.Builder request =
        api.request("/v1/tasks")
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofByteArray(
                    "{\"agent\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1)));
    api.sending(request).get().expect(ProblemType.MALFORMED_REQUEST);
  }

  @Test
  void when_too_many_wait_then_one_more_is_refused_and_others_are_served() throws Exception {
    Api small = node.gateway("longshore.gateway.limits { waiting = 1, requests = 1 }");
    String path = small.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(202).header("Location");
    CompletableFuture<Answer> waiting = small.sending("GET", path + "?waitSeconds=20", null);
    CompletableFuture<Answer> other = small.sending("GET", path + "?waitSeconds=20", null);
    Answer refused = (Answer) CompletableFuture.anyOf(waiting, other).get();
    refused.expect(ProblemType.NODE_BUSY);
    assertEquals("1", refused.header("Retry-After"));
    node.until(() -> node.door("waiting").depth() == 1 && node.door("requests").depth() == 0);
    small.post(path + ":cancel", null).expect(200);
    CompletableFuture<Answer> served = waiting.get().equals(refused) ? other : waiting;
    served.get().expect(200);
    node.until(() -> node.door("waiting").depth() == 0 && node.door("requests").depth() == 0);
    small.get(path + "?waitSeconds=1").expect(200);
  }

  @Test
  void when_a_client_closes_its_connection_while_it_waits_then_its_place_is_free()
      throws Exception {
    String path = api.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(202).header("Location");
    try (Socket poll = open(api, "GET " + path + "?waitSeconds=600 HTTP/1.1")) {
      node.until(() -> poll.isConnected() && node.door("waiting").depth() == 1);
    }
    node.until(() -> node.door("waiting").depth() == 0);
    try (Socket submission =
        open(api, "POST /v1/tasks HTTP/1.1", "Prefer: wait=600", "Content-Length: 19")) {
      submission.getOutputStream().write("{\"agent\": \"nobody\"}".getBytes(UTF_8));
      node.until(() -> node.door("waiting").depth() == 1);
    }
    node.until(() -> node.door("waiting").depth() == 0);
    node.until(() -> node.door("requests").depth() == 0 && node.door("bytes").depth() == 0);
  }

  @Test
  void when_lines_are_announced_and_do_not_come_then_they_take_no_bytes() throws Exception {
    try (Socket first = openLines();
        Socket second = openLines()) {
      node.until(
          () -> first.isConnected() && second.isConnected() && node.door("arriving").depth() == 2);
      assertEquals(0, node.door("bytes").depth());
      api.post("/v1/tasks", padded(BODY)).expect(202);
    }
    node.until(() -> node.door("arriving").depth() == 0);
  }

  private static Socket openLines() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.address().getPort());
    List<String> head =
        List.of(
            "POST /v1/messages HTTP/1.1",
            "Host: x",
            "Transfer-Encoding: chunked",
            "Content-Type: application/x-ndjson");
    String text = String.join("\r\n", head) + "\r\n\r\n";
    socket.getOutputStream().write(text.getBytes(UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  @Test
  void when_bodies_fill_the_node_then_one_more_is_refused_until_there_is_room() throws Exception {
    // One after the other: who connects first need not be served first.
    try (Socket announced = open(api, "POST /v1/tasks:batch HTTP/1.1", "Content-Length: 20000")) {
      node.until(() -> announced.isConnected() && node.door("arriving").depth() == 1);
      try (Socket first = arriving("POST /v1/tasks:batch HTTP/1.1", 20_000)) {
        node.until(() -> first.isConnected() && node.door("bytes").depth() == 19_999);
        try (Socket second = arriving("POST /v1/tasks HTTP/1.1", 9_999)) {
          node.until(() -> second.isConnected() && node.door("bytes").depth() == 29_997);
          Answer refused =
              api.post("/v1/tasks", "{\"agent\": \"a\"}").expect(ProblemType.NODE_BUSY);
          assertTrue(Integer.parseInt(refused.header("Retry-After")) >= 1);
          api.get("/v1/agents").expect(200);
        }
      }
    }
    node.until(() -> status("{\"agent\": \"a\"}") == 202);
    node.until(() -> node.door("bytes").depth() == 0 && node.door("arriving").depth() == 0);
  }

  @Test
  void when_a_body_does_not_come_then_the_answer_is_that() throws Exception {
    Api quick = node.gateway("longshore.gateway.body-timeout = 200 ms");
    long before = node.door("arriving").refusals("timeout");
    assertProblem(
        ProblemType.REQUEST_TIMEOUT,
        raw(
            quick,
            "POST /v1/tasks HTTP/1.1",
            "Content-Length: 20",
            "Content-Type: application/json"));
    assertEquals(before + 1, node.door("arriving").refusals("timeout"));
    node.until(() -> node.door("arriving").depth() == 0);
  }

  @ParameterizedTest
  @CsvSource({"/v1/tasks, application/json", "/v1/messages, application/x-ndjson"})
  void when_a_client_resets_its_connection_amid_a_body_then_that_is_no_fault_of_the_node(
      String path, String type) {
    node.withoutError(() -> resetAmidBody(path, type));
  }

  private static void resetAmidBody(String path, String type) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.address().getPort())) {
      String head =
          "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 5000\r\n\r\n";
      byte[] begun = (head.formatted(path, type) + " ".repeat(100)).getBytes(UTF_8);
      socket.getOutputStream().write(begun);
      socket.getOutputStream().flush();
      node.until(() -> node.door("bytes").depth() == 100);
      socket.setSoLinger(true, 0); // so that it is reset
      socket.close();
      node.until(() -> node.door("arriving").depth() == 0 && node.door("bytes").depth() == 0);
    }
  }

  @Test
  void when_it_is_not_http_then_the_answer_is_a_problem_all_the_same() throws Exception {
    assertProblem(ProblemType.MALFORMED_REQUEST, raw(api, "GET /v1/agents?x=%zz HTTP/1.1"));
    assertProblem(ProblemType.MALFORMED_REQUEST, raw(api, "GET /v1/{} HTTP/1.1"));
    assertProblem(ProblemType.URI_TOO_LONG, raw(api, "GET /" + "x".repeat(5_000) + " HTTP/1.1"));
    assertProblem(
        ProblemType.HEADERS_TOO_LARGE, raw(api, "GET / HTTP/1.1", "X: " + "x".repeat(10_000)));
    assertProblem(ProblemType.NOT_IMPLEMENTED, raw(api, "BREW / HTTP/1.1"));
    api.get("/v1/agents").expect(200);
  }

  private static void assertProblem(ProblemType type, String response) {
    assertTrue(response.startsWith("HTTP/1.1 " + type.status() + " "), response);
    assertTrue(response.contains("Content-Type: application/problem+json"), response);
    assertTrue(response.contains("\"type\":\"" + type.uri() + "\""), response);
  }

  /** A task of exactly so many bytes. */
  private static String padded(int bytes) {
    String task = "{\"agent\":\"a\",\"input\":\"\"}";
    return task.replace("\"\"", "\"" + "x".repeat(bytes - task.length()) + "\"");
  }

  private static Answer chunked(String body) throws Exception {
    byte[] bytes = body.getBytes(UTF_8);
    HttpRequest.Builder request =
        api.request("/v1/tasks")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)));
    return api.sending(request).get();
  }

  private static int status(String body) {
    try {
      return api.post("/v1/tasks", body).status();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Sends a head and all of the body but its last byte. */
  private static Socket arriving(String line, int bodyBytes) throws Exception {
    Socket socket = open(api, line, "Content-Length: " + bodyBytes);
    socket.getOutputStream().write(new byte[bodyBytes - 1]);
    socket.getOutputStream().flush();
    return socket;
  }

  /** Sends a head and leaves the connection open. */
  private static Socket open(Api to, String... head) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.address().getPort());
    List<String> lines = new ArrayList<>(List.of(head));
    lines.add("Host: x");
    lines.add("Connection: close");
    if (head[0].startsWith("POST")) {
      lines.add("Content-Type: application/json");
    }
    String text = String.join("\r\n", lines) + "\r\n\r\n";
    socket.getOutputStream().write(text.getBytes(UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  /** Sends a head and reads the whole answer. */
  private static String raw(Api to, String... head) throws Exception {
    try (Socket socket = open(to, head)) {
      socket.setSoTimeout(60_000);
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
