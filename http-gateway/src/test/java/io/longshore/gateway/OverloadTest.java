package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.gateway.Api.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node that is asked for more than it can: everybody is answered, and it works on. */
class OverloadTest {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = new TestNode("longshore.ledger { partitions.count = 1, max-live = 300 }");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void when_a_client_asks_for_more_than_it_may_then_it_is_told_when_to_come_back()
      throws Exception {
    Api api =
        node.gateway(
            "longshore.gateway.rate-limit { enabled = true, per-minute = 6, burst = 3 }",
            new TestClock());
    long before = node.door("clients").refusals("rate");
    Answer first = api.get("/v1/agents", "Authorization", "one").expect(200);
    assertEquals("\"default\";q=3;w=30", first.header("RateLimit-Policy"));
    assertTrue(
        first.header("RateLimit").startsWith("\"default\";r=2;t="), first.header("RateLimit"));
    String two = "[{\"agent\": \"a\"}, {\"agent\": \"a\"}]";
    api.post("/v1/tasks:batch", two, "Authorization", "one").expect(200);
    Answer refused =
        api.post("/v1/tasks:batch", two, "Authorization", "one").expect(ProblemType.RATE_LIMITED);
    assertEquals("10", refused.header("Retry-After"), "one call in 10 s");
    assertTrue(refused.header("RateLimit").startsWith("\"default\";r=0;t="));
    api.get("/v1/agents", "Authorization", "two").expect(200);
    api.get("/v1/agents").expect(200);
    api.get("/health/live").expect(200);
    assertEquals(before + 1, node.door("clients").refusals("rate"));
  }

  @Test
  void when_one_call_is_about_more_than_a_client_may_do_at_once_then_it_is_let_in_and_owes()
      throws Exception {
    Api api =
        node.gateway(
            "longshore.gateway.rate-limit { enabled = true, per-minute = 6, burst = 3 }",
            new TestClock());
    api.put("/v1/agents/ann", "{}").expect(201);
    String task = "{\"agent\": \"a\"}";
    String tasks = "[" + String.join(",", Collections.nCopies(4, task)) + "]";
    Answer batch = api.post("/v1/tasks:batch", tasks, "Authorization", "batch").expect(200);
    assertEquals("\"default\";r=0;t=40", batch.header("RateLimit"));
    api.get("/v1/agents", "Authorization", "batch").expect(ProblemType.RATE_LIMITED);

    String[] lines = {"Authorization", "lines", "Content-Type", "application/x-ndjson"};
    Answer sent = api.post("/v1/agents/ann/messages", "1\n2\n3\n4\n", lines).expect(202);
    assertEquals("\"default\";r=0;t=40", sent.header("RateLimit"));

    String lease = "{\"taskId\": \"x\", \"leaseToken\": \"y\"}";
    String leases = "{\"leases\": [" + String.join(",", Collections.nCopies(4, lease)) + "]}";
    Answer settled = api.post("/v1/leases:release", leases, "Authorization", "leases").expect(200);
    assertEquals("\"default\";r=0;t=40", settled.header("RateLimit"));
  }

  @Test
  void when_messages_come_after_others_of_their_call_were_sent_then_they_are_not_refused()
      throws Exception {
    Api api =
        node.gateway(
            "longshore.gateway.rate-limit { enabled = true, per-minute = 6, burst = 3 }",
            new TestClock());
    String path = "/v1/agents/bea/messages";
    api.put("/v1/agents/bea", "{}").expect(201);
    try (Socket socket = connect(api)) {
      List<String> head =
          List.of(
              "POST " + path + " HTTP/1.1",
              "Host: x",
              "Connection: close",
              "Authorization: one",
              "Content-Type: application/x-ndjson",
              "Transfer-Encoding: chunked",
              "",
              "");
      write(socket, String.join("\r\n", head) + "2\r\n1\n\r\n");
      api.post(path + ":receive", "{\"waitSeconds\": 20}", "Authorization", "two").expect(200);
      write(socket, "a\r\n2\n3\n4\n5\n6\n\r\n0\r\n\r\n");
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 202 "), answer);
      assertTrue(answer.contains("RateLimit: \"default\";r=0;t=60"), answer);
    }
  }

  @Test
  void when_there_are_too_many_connections_then_one_more_is_told_so() throws Exception {
    Api api =
        node.gateway(
            "longshore.gateway.limits {"
                + " connections = 3, requests = 1, waiting = 1, arriving = 1 }");
    long before = node.door("connections").refusals("full");
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Socket socket = connect(api);
      open.add(socket);
      assertTrue(asked(socket).startsWith("HTTP/1.1 200 "));
    }
    try (Socket more = connect(api)) {
      String refused = asked(more);
      assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
      assertTrue(refused.contains("\r\nConnection: close\r\n"), refused);
      assertTrue(refused.contains("\r\nRetry-After: "), refused);
      more.getInputStream().readAllBytes();
    }
    assertEquals(before + 1, node.door("connections").refusals("full"));
    open.remove(0).close();
    node.until(() -> answersOnNewConnection(api));
    for (Socket socket : open) {
      socket.close();
    }
  }

  private static boolean answersOnNewConnection(Api api) {
    try (Socket socket = connect(api)) {
      return asked(socket).startsWith("HTTP/1.1 200 ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void when_a_client_does_not_read_its_answers_then_it_is_cut_off_and_holds_nothing()
      throws Exception {
    Api api = node.gateway("longshore.gateway { stream-read-timeout = 5 s, limits.body = 20 MiB }");
    String input = "x".repeat(16_000_000);
    String path =
        api.post("/v1/tasks", "{\"agent\": \"nobody\", \"input\": \"" + input + "\"}")
            .expect(202)
            .header("Location");
    long before = node.door("readers").refusals("stalled");
    try (Socket socket = connect(api)) {
      write(socket, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      node.until(() -> node.door("bytes").depth() > 16_000_000);
      node.until(() -> node.door("readers").refusals("stalled") > before);
      node.until(() -> node.door("bytes").depth() == 0);
    }
    api.get(path).expect(200);
    api.post(path + ":cancel", null).expect(200);
  }

  @Test
  void when_a_flood_comes_then_all_are_answered_nothing_accepted_is_lost_and_it_passes()
      throws Exception {
    Api api =
        node.gateway(
            """
            longshore.gateway.limits {
              requests = 4, min-requests = 2, arriving = 4, waiting = 8, acceptable-latency = 20 ms
              acceptable-delay = 100 ms
            }""");
    Map<String, Long> before = refusals();
    Map<Integer, Integer> byStatus = new HashMap<>();
    List<String> accepted = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      List<CompletableFuture<Answer>> asked = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        asked.add(api.sending("POST", "/v1/tasks", "{\"agent\": \"nobody\"}"));
      }
      for (CompletableFuture<Answer> answer : asked) {
        Answer came = answer.get(60, TimeUnit.SECONDS);
        byStatus.merge(came.status(), 1, Integer::sum);
        if (came.status() == 202) {
          accepted.add(came.header("Location"));
        } else {
          assertTrue(Integer.parseInt(came.header("Retry-After")) >= 1);
        }
      }
    }
    assertEquals(
        2_000, count(byStatus, 202) + count(byStatus, 429) + count(byStatus, 503), "" + byStatus);
    Map<String, Long> after = refusals();
    assertEquals(count(byStatus, 503), after.get("node") - before.get("node"), "" + byStatus);
    assertEquals(count(byStatus, 429), after.get("ledger") - before.get("ledger"), "" + byStatus);
    assertTrue(count(byStatus, 503) > 0 && count(byStatus, 202) > 0, "" + byStatus);
    node.until(() -> node.door("requests").depth() == 0 && node.door("bytes").depth() == 0);
    node.until(() -> takes(api, 50));
    for (String task : accepted) {
      api.get(task).expect(200);
      api.post(task + ":cancel", null).expect(200);
    }
  }

  /** Whether so many tasks, one after the other, are all taken. */
  private static boolean takes(Api api, int tasks) {
    for (int i = 0; i < tasks; i++) {
      Answer answer = api.sending("POST", "/v1/tasks", "{\"agent\": \"nobody\"}").join();
      if (answer.status() != 202) {
        return false;
      }
      String cancel = answer.header("Location") + ":cancel";
      assertEquals(200, api.sending("POST", cancel, null).join().status());
    }
    return true;
  }

  private static int count(Map<Integer, Integer> byStatus, int status) {
    return byStatus.getOrDefault(status, 0);
  }

  private static Map<String, Long> refusals() {
    long node503 =
        Stream.of("node", "requests", "arriving", "bytes", "connections")
            .mapToLong(OverloadTest::node)
            .sum();
    return Map.of("node", node503, "ledger", node("ledger") + node("ledger-commands"));
  }

  private static long node(String door) {
    return node.door(door).refusals().values().stream().mapToLong(Long::longValue).sum();
  }

  private static Socket connect(Api api) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.setSoTimeout(60_000);
    socket.connect(api.address());
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  /** Asks on an open connection and reads what comes at first. */
  private static String asked(Socket socket) throws IOException {
    write(socket, "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
    byte[] read = new byte[4_096];
    int count = socket.getInputStream().read(read);
    return new String(read, 0, Math.max(0, count), UTF_8);
  }
}
