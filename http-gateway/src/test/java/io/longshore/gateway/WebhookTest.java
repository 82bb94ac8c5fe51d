package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import io.longshore.gateway.TestEndpoint.Reply;
import io.longshore.gateway.TestEndpoint.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents that are sent their tasks over HTTP, on a real node and a real server. */
class WebhookTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static TestNode node;
  private static Api api;
  private TestEndpoint endpoint;

  @BeforeAll
  static void start() throws Exception {
    node =
        new TestNode(
            """
            longshore.ledger.backoff { first = 100 ms, longest = 200 ms }
            longshore.agents.webhook {
              allow-private = true
              breaker { failures = 3, pause = 300 ms, max-pause = 600 ms }
            }
            """);
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void listen() throws Exception {
    endpoint = new TestEndpoint();
  }

  @AfterEach
  void hangUp() {
    endpoint.close();
  }

  @Test
  void when_a_task_is_sent_then_the_answer_is_its_result_and_the_request_is_signed()
      throws Exception {
    register("signed", "\"secret\": \"" + SECRET + "\"");
    endpoint.answers(200, "{\"text\": \"HELLO\"}");
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    JsonNode task =
        api.post(
                "/v1/tasks",
                "{\"capability\": \"signed\", \"input\": {\"text\": \"hello\"}}",
                "Prefer",
                "wait=50",
                "traceparent",
                traceparent)
            .expect(200)
            .json();

    assertEquals("completed", task.path("state").asText(), task.toString());
    assertEquals("{\"text\":\"HELLO\"}", task.path("output").toString());
    Request request = endpoint.next();
    JsonNode lease = request.json();
    assertEquals(task.path("taskId"), lease.path("taskId"));
    assertEquals("hello", lease.path("input").path("text").asText());
    assertFalse(lease.path("leaseToken").asText().isEmpty());
    assertEquals(task.path("taskId").asText(), request.header("Longshore-Task-Id"));
    assertEquals("1", request.header("Longshore-Attempt"));
    assertEquals("signed", request.header("Longshore-Agent-Id"));
    assertEquals(traceparent, request.header("traceparent"));
    assertEquals("application/json", request.header("Content-Type"));
    assertEquals("/hook?x=1", request.exchange().getRequestURI().toString());
    assertEquals(signature(request), request.header("webhook-signature"));
  }

  private static String signature(Request request) {
    return WebhookSignature.of(
        SECRET,
        request.header("webhook-id"),
        Long.parseLong(request.header("webhook-timestamp")),
        request.bytes());
  }

  @Test
  void when_an_agent_is_read_then_its_secret_is_not_told_and_stays_until_it_is_removed()
      throws Exception {
    Answer created = register("secretive", "\"secret\": \"" + SECRET + "\"");
    assertFalse(created.body().contains("whsec"), created.body());
    JsonNode webhook = created.json().path("delivery").path("webhook");
    assertTrue(webhook.path("signed").asBoolean());
    assertEquals(30, webhook.path("timeoutSeconds").asInt());
    assertEquals(endpoint.url(), webhook.path("url").asText());

    register("secretive", "\"timeoutSeconds\": 1.5, \"batch\": {}");
    webhook = api.get("/v1/agents/secretive").json().path("delivery").path("webhook");
    assertTrue(webhook.path("signed").asBoolean());
    assertEquals(1.5, webhook.path("timeoutSeconds").asDouble());
    assertEquals("{\"max\":10,\"waitSeconds\":1}", webhook.path("batch").toString());
    register("secretive", "\"secret\": \"\"");
    webhook = api.get("/v1/agents/secretive").json().path("delivery").path("webhook");
    assertFalse(webhook.path("signed").asBoolean());
  }

  @Test
  void when_a_registration_is_wrong_then_it_is_refused_and_says_where() throws Exception {
    for (String url : List.of("ftp://a/", "/hook", "http://", "http://u:p@a/", "http://a/#f")) {
      String body = "{\"delivery\": {\"webhook\": {\"url\": \"%s\"}}}".formatted(url);
      Answer refused = api.put("/v1/agents/wrong", body).expect(ProblemType.INVALID_REQUEST);
      assertTrue(refused.body().contains("/delivery/webhook/url"), refused.body());
    }
    for (String wrong :
        List.of(
            "{}",
            "{\"url\": \"http://a/\", \"secret\": \"x\"}",
            "{\"url\": \"http://a/\", \"timeoutSeconds\": 0}",
            "{\"url\": \"http://a/\", \"batch\": {\"max\": 11}}",
            "{\"url\": \"http://a/\", \"batch\": {\"waitSeconds\": 6}}")) {
      api.put("/v1/agents/wrong", "{\"delivery\": {\"webhook\": " + wrong + "}}")
          .expect(ProblemType.INVALID_REQUEST);
    }
  }

  @Test
  void when_the_endpoint_is_busy_then_the_task_is_tried_again_as_it_asks() throws Exception {
    register("busy", "");
    endpoint.answers(
        request ->
            request.header("Longshore-Attempt").equals("1")
                ? new Reply(503, "", "Retry-After", "0")
                : new Reply(200, "2"));
    JsonNode task = submit("busy", "1", "");

    assertEquals("completed", task.path("state").asText(), task.toString());
    assertEquals(2, task.path("attempts").asInt());
  }

  @Test
  void when_the_endpoint_refuses_the_task_then_it_fails_and_is_not_tried_again() throws Exception {
    register("strict", "");
    endpoint.answers(422, "{\"error\": {\"code\": \"no-text\", \"message\": \"none\"}}");
    JsonNode task = submit("strict", "1", "");

    assertEquals("failed", task.path("state").asText(), task.toString());
    assertEquals("no-text", task.path("failure").path("code").asText());
    assertEquals(1, task.path("attempts").asInt());
  }

  @Test
  void when_the_endpoint_does_not_answer_in_time_then_the_attempt_fails() throws Exception {
    register("slow", "\"timeoutSeconds\": 0.3");
    CountDownLatch end = new CountDownLatch(1);
    endpoint.answers(
        request -> {
          awaitQuietly(end);
          return new Reply(200, "1");
        });
    JsonNode task = submit("slow", "1", ", \"maxAttempts\": 1");
    end.countDown();

    String failure = task.path("failure").path("message").asText();
    assertTrue(failure.startsWith("webhook-timeout"), task.toString());
  }

  @Test
  void when_nothing_listens_then_the_attempt_fails() throws Exception {
    endpoint.close();
    register("gone", "");
    JsonNode task = submit("gone", "1", ", \"maxAttempts\": 1");

    String failure = task.path("failure").path("message").asText();
    assertTrue(failure.startsWith("webhook-unreachable"), task.toString());
  }

  @Test
  void when_it_fails_in_a_row_then_its_agent_takes_no_work_until_a_trial_succeeds()
      throws Exception {
    register("broken", "");
    endpoint.answers(500, "");
    CompletableFuture<Answer> waiting =
        api.sending(
            "POST",
            "/v1/tasks",
            "{\"capability\": \"broken\", \"input\": 1, \"maxAttempts\": 100}",
            "Prefer",
            "wait=50");
    node.until(() -> status("broken").equals("offline"));
    endpoint.answers(200, "\"healed\"");

    JsonNode task = waiting.get().expect(200).json();
    assertEquals("healed", task.path("output").asText(), task.toString());
    assertTrue(task.path("attempts").asInt() >= 4, task.toString());
    node.until(() -> status("broken").equals("online"));
  }

  @Test
  void when_batches_are_wanted_then_tasks_share_a_request_and_each_has_its_result()
      throws Exception {
    register("batched", "\"batch\": {\"max\": 5, \"waitSeconds\": 5}", 10);
    endpoint.answers(WebhookTest::doubled);
    List<CompletableFuture<Answer>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(
          api.sending(
              "POST",
              "/v1/tasks",
              "{\"capability\": \"batched\", \"input\": " + i + "}",
              "Prefer",
              "wait=50"));
    }

    for (int i = 0; i < 5; i++) {
      assertEquals(2 * i, waiting.get(i).get().expect(200).json().path("output").asInt());
    }
    assertEquals(5, endpoint.next().json().path("leases").size());
    assertEquals(0, endpoint.more());
  }

  private static Reply doubled(Request request) {
    StringBuilder results = new StringBuilder();
    for (JsonNode lease : request.json().path("leases")) {
      results
          .append(results.length() == 0 ? "" : ",")
          .append(
              "{\"taskId\": %s, \"output\": %d}"
                  .formatted(lease.path("taskId"), 2 * lease.path("input").asInt()));
    }
    return new Reply(200, "{\"results\": [" + results + "]}");
  }

  @Test
  void when_a_batch_does_not_fill_then_it_goes_when_it_has_waited() throws Exception {
    register("half", "\"batch\": {\"max\": 5, \"waitSeconds\": 0.2}", 10);
    endpoint.answers(WebhookTest::doubled);
    assertEquals(6, submit("half", "3", "").path("output").asInt());
  }

  @Test
  void when_results_are_cached_then_the_same_work_is_asked_for_once() throws Exception {
    register("cached", "\"cacheSeconds\": 60");
    endpoint.answers(200, "\"first\"");
    assertEquals("first", submit("cached", "{\"a\": 1}", "").path("output").asText());
    endpoint.answers(200, "\"second\"");
    assertEquals("first", submit("cached", "{\"a\": 1}", "").path("output").asText());
    assertEquals("second", submit("cached", "{\"a\": 2}", "").path("output").asText());
    endpoint.next();
    assertEquals(1, endpoint.more());
  }

  @Test
  void when_it_accepts_for_later_then_the_agent_completes_with_its_token() throws Exception {
    register("later", "");
    endpoint.answers(202, "");
    CompletableFuture<Answer> waiting =
        api.sending(
            "POST", "/v1/tasks", "{\"capability\": \"later\", \"input\": 1}", "Prefer", "wait=50");
    JsonNode lease = endpoint.next().json();
    String path = "/v1/tasks/" + lease.path("taskId").asText();
    node.until(() -> !text(path, "leaseExpiresAt").equals(lease.path("expiresAt").asText()));
    assertEquals("working", text(path, "state"));

    api.post(
            "/v1/leases:complete",
            "{\"leases\": [{\"taskId\": %s, \"leaseToken\": %s, \"output\": 5}]}"
                .formatted(lease.path("taskId"), lease.path("leaseToken")))
        .expect(200);
    assertEquals(5, waiting.get().expect(200).json().path("output").asInt());
    assertEquals(0, endpoint.more());
  }

  @Test
  void when_private_addresses_are_not_allowed_then_nothing_is_sent_there() throws Exception {
    try (TestNode careful = new TestNode("")) {
      Api there = careful.gateway();
      for (String url : List.of(endpoint.url(), "http://10.0.0.1/", "https://[::1]:8443/")) {
        Answer refused =
            there
                .put("/v1/agents/open", registration("open", url, "", 1))
                .expect(ProblemType.INVALID_REQUEST);
        assertTrue(refused.body().contains("/delivery/webhook/url"), refused.body());
        assertTrue(refused.body().contains(AddressGuard.SETTING), refused.body());
      }
      String name = endpoint.url().replace("127.0.0.1", "localhost");
      there.put("/v1/agents/sly", registration("sly", name, "", 1)).expect(201);
      JsonNode task = submit(there, "sly", "1", ", \"maxAttempts\": 1");
      String failure = task.path("failure").path("message").asText();
      assertTrue(failure.startsWith("webhook-address-refused"), task.toString());
      assertEquals(0, endpoint.more());
    }
  }

  private Answer register(String agentId, String more) throws Exception {
    return register(agentId, more, 1);
  }

  private Answer register(String agentId, String more, int concurrency) throws Exception {
    String body = registration(agentId, endpoint.url(), more, concurrency);
    Answer answer = api.put("/v1/agents/" + agentId, body);
    assertTrue(answer.status() / 100 == 2, answer.body());
    return answer;
  }

  private static String registration(String agentId, String url, String more, int concurrency) {
    return """
        {"capabilities": ["%s"], "concurrency": %d,
         "delivery": {"webhook": {"url": "%s"%s}}}"""
        .formatted(agentId, concurrency, url, more.isEmpty() ? "" : ", " + more);
  }

  private static JsonNode submit(String capability, String input, String more) throws Exception {
    return submit(api, capability, input, more);
  }

  private static JsonNode submit(Api api, String capability, String input, String more)
      throws Exception {
    return api.post(
            "/v1/tasks",
            "{\"capability\": \"%s\", \"input\": %s%s}".formatted(capability, input, more),
            "Prefer",
            "wait=50")
        .expect(200)
        .json();
  }

  private static String status(String agentId) {
    return text("/v1/agents/" + agentId, "status");
  }

  private static String text(String path, String field) {
    try {
      return api.get(path).expect(200).json().path(field).asText();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
