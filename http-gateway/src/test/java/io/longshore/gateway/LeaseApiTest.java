package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leasing tasks and telling what became of them, on a real node. */
class LeaseApiTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("longshore.ledger.backoff { first = 100 ms, longest = 200 ms }");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void when_an_agent_does_a_task_then_its_submitter_reads_the_result() throws Exception {
    String path =
        submit("ann", "\"input\": {\"a\":1.50}, \"priority\": \"high\", \"correlationId\": \"c\"");
    Answer acquired = acquire("ann", 1);
    JsonNode lease = acquired.json().path("leases").get(0);
    assertEquals(path, "/v1/tasks/" + lease.path("taskId").asText());
    assertEquals("ann", lease.path("capability").asText());
    assertEquals("high", lease.path("priority").asText());
    assertEquals("c", lease.path("correlationId").asText());
    assertEquals(1, lease.path("attempt").asInt());
    assertTrue(Instant.parse(lease.path("expiresAt").asText()).isAfter(Instant.now()));
    assertTrue(acquired.body().contains("\"input\":{\"a\":1.50}"), acquired.body());
    JsonNode working = api.get(path).json();
    assertEquals("working", working.path("state").asText());
    assertEquals("ann", working.path("agentId").asText());

    CompletableFuture<Answer> waiting = api.sending("GET", path + "?waitSeconds=20", null);
    Answer completed =
        api.post("/v1/leases:complete", leases(lease, "\"output\": [1, 2 ]")).expect(200);
    assertEquals(lease.path("taskId"), completed.json().path("succeeded").get(0).path("taskId"));
    assertEquals(0, completed.json().path("failed").size());
    assertEquals(0, completed.json().path("canceled").size());
    Answer result = waiting.get().expect(200);
    assertEquals("completed", result.json().path("state").asText());
    assertTrue(result.body().contains("\"output\":[1, 2 ]"), result.body());
    assertEquals("\"" + result.json().path("generation").asLong() + "\"", result.header("ETag"));

    List<String> kinds = new ArrayList<>();
    api.get(path + "/decisions")
        .expect(200)
        .json()
        .path("decisions")
        .forEach(decision -> kinds.add(decision.path("kind").asText()));
    assertTrue(kinds.containsAll(List.of("assigned", "started", "ended")), kinds.toString());

    // The same again changes nothing; anything else comes too late.
    api.post("/v1/leases:complete", leases(lease, "\"output\": [1, 2 ]")).expect(200);
    api.post("/v1/leases:extend", leases(lease, "")).expect(ProblemType.LEASE_LOST);
    api.post(path + ":cancel", null).expect(ProblemType.TASK_ENDED);
  }

  @Test
  void when_no_work_comes_in_time_then_there_is_no_content() throws Exception {
    api.put("/v1/agents/idle", "{}").expect(201);
    assertEquals("", api.post("/v1/agents/idle/leases:acquire", null).expect(204).body());
    api.post("/v1/agents/idle/leases:acquire", "{\"waitSeconds\": 0.2, \"leaseSeconds\": 5}")
        .expect(204);
  }

  @Test
  void when_an_attempt_fails_then_the_next_one_follows_until_there_are_no_more() throws Exception {
    String path = submit("fay", "\"maxAttempts\": 2");
    JsonNode first = acquire("fay", 1).json().path("leases").get(0);
    String error = "\"error\": {\"code\": \"broken\", \"message\": \"no ink\"}";
    api.post("/v1/leases:fail", leases(first, error + ", \"retryAfterSeconds\": 0")).expect(200);
    JsonNode second = acquire("fay", 1).json().path("leases").get(0);
    assertEquals(2, second.path("attempt").asInt());
    api.post("/v1/leases:complete", leases(first, "\"output\": 1")).expect(ProblemType.LEASE_LOST);
    api.post("/v1/leases:fail", leases(second, error)).expect(200);
    JsonNode failed = api.get(path + "?waitSeconds=10").expect(200).json();
    assertEquals("failed", failed.path("state").asText());
    assertEquals("attempts-exhausted", failed.path("failure").path("code").asText());
    assertEquals(2, failed.path("failure").path("attempts").asInt());
    assertTrue(failed.path("deadLettered").isBoolean());
  }

  @Test
  void when_a_lease_is_released_then_the_attempt_does_not_count() throws Exception {
    submit("rob", "");
    JsonNode first = acquire("rob", 1).json().path("leases").get(0);
    api.post("/v1/leases:release", leases(first, "")).expect(200);
    JsonNode second = acquire("rob", 1).json().path("leases").get(0);
    assertEquals(first.path("taskId"), second.path("taskId"));
    assertEquals(1, second.path("attempt").asInt());
  }

  @Test
  void when_a_lease_is_extended_then_it_lasts_longer_and_tells_of_a_cancel() throws Exception {
    String path = submit("eve", "");
    JsonNode lease = acquire("eve", 1).json().path("leases").get(0);
    JsonNode extended =
        api.post(
                "/v1/leases:extend",
                leases(lease, "\"leaseSeconds\": 3600, \"progress\": {\"done\": 0.50}"))
            .expect(200)
            .json();
    Instant until = Instant.parse(extended.path("succeeded").get(0).path("expiresAt").asText());
    assertTrue(until.isAfter(Instant.now().plusSeconds(3000)));
    assertTrue(api.get(path).body().contains("\"progress\":{\"done\": 0.50}"));

    assertEquals(
        "working", api.post(path + ":cancel", null).expect(200).json().path("state").asText());
    JsonNode told = api.post("/v1/leases:extend", leases(lease, "")).expect(200).json();
    assertEquals(lease.path("taskId"), told.path("canceled").get(0).path("taskId"));
  }

  @Test
  void when_many_leases_are_settled_then_each_has_its_own_answer() throws Exception {
    submit("max", "");
    submit("max", "");
    JsonNode leases = acquire("max", 1).json().path("leases");
    JsonNode good = leases.get(0);
    String body =
        "{\"leases\": [{\"taskId\": %s, \"leaseToken\": %s}, {\"taskId\": \"x\", \"leaseToken\": \"y\"}]}"
            .formatted(good.path("taskId"), good.path("leaseToken"));
    JsonNode answer = api.post("/v1/leases:complete", body).expect(200).json();
    assertEquals(good.path("taskId"), answer.path("succeeded").get(0).path("taskId"));
    assertEquals("x", answer.path("failed").get(0).path("taskId").asText());
    assertEquals(
        ProblemType.LEASE_LOST.uri(),
        answer.path("failed").get(0).path("problem").path("type").asText());
  }

  @Test
  void when_a_worker_hangs_up_while_it_waits_then_what_came_for_it_goes_to_the_next()
      throws Exception {
    api.put("/v1/agents/hasty", "{\"capabilities\": [\"hasty\"], \"concurrency\": 5}");
    String body = "{\"waitSeconds\": 30}";
    try (Socket socket = new Socket(api.address().getAddress(), api.address().getPort())) {
      String request =
          "POST /v1/agents/hasty/leases:acquire HTTP/1.1\r\nHost: a\r\n"
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(body.length(), body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      node.until(() -> isOnline("hasty"));
    }

    submit("hasty", "");
    JsonNode lease = acquire("hasty", 1).json().path("leases").get(0);
    assertEquals(1, lease.path("attempt").asInt());
    String decisions = api.get("/v1/tasks/" + lease.path("taskId").asText() + "/decisions").body();
    // Twice if it was started before the node heard of the end of the connection.
    int started = decisions.split("\"started\"", -1).length - 1;
    assertTrue(started == 1 || started == 2, decisions);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/agents/ann/leases:acquire",
        "/v1/agents/ann/messages:receive",
        "/v1/agents/ann:drain",
        "/v1/agents/ann/messages",
        "/v1/tasks/x:cancel"
      })
  void when_a_page_of_another_site_posts_then_it_is_refused(String path) throws Exception {
    api.post(path, null, "Origin", "http://example.org").expect(ProblemType.ORIGIN_REFUSED);
    api.delete("/v1/agents/ann", "Origin", "http://example.org").expect(ProblemType.ORIGIN_REFUSED);
    api.get("/v1/agents", "Origin", "http://example.org").expect(200);
  }

  private static boolean isOnline(String agent) {
    try {
      return api.get("/v1/agents/" + agent).json().path("status").asText().equals("online");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Registers an agent with a capability of its own name, if need be, and submits for that. */
  private static String submit(String name, String more) throws Exception {
    api.put("/v1/agents/" + name, "{\"capabilities\": [\"" + name + "\"], \"concurrency\": 5}");
    String body = "{\"capability\": \"" + name + "\"" + (more.isEmpty() ? "" : ", " + more) + "}";
    return api.post("/v1/tasks", body).expect(202).header("Location");
  }

  private static Answer acquire(String agent, int max) throws Exception {
    String body = "{\"max\": %d, \"waitSeconds\": 20}".formatted(max);
    return api.post("/v1/agents/" + agent + "/leases:acquire", body).expect(200);
  }

  /** The body that settles one lease. */
  static String leases(JsonNode lease, String more) {
    return "{\"leases\": [{\"taskId\": %s, \"leaseToken\": %s%s}]}"
        .formatted(
            lease.path("taskId"), lease.path("leaseToken"), more.isEmpty() ? "" : ", " + more);
  }
}
