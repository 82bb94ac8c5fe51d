package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node that is full says so, with a time to come back, and works on. */
class FullNodeTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node =
        new TestNode(
            """
            longshore.registry { partitions.count = 1, max-agents = 1 }
            longshore.ledger { partitions { count = 1, max-batch = 2, max-in-flight = 2 }, max-live = 1 }
            longshore.agents.max-waiting = 1
            """);
    api = node.gateway();
    api.put("/v1/agents/only", "{\"capabilities\": [\"c\"]}").expect(201);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void when_the_registry_is_full_then_registering_is_refused() throws Exception {
    Answer refused = api.put("/v1/agents/more", "{}").expect(ProblemType.REGISTRY_FULL);
    assertEquals("60", refused.header("Retry-After"));
    assertEquals(1, node.door("registry").refusals("agents"));
    api.put("/v1/agents/only", "{\"capabilities\": [\"c\"], \"concurrency\": 2}").expect(200);
  }

  @Test
  void when_the_ledger_is_full_then_submitting_is_refused_until_a_task_ends() throws Exception {
    Answer accepted = api.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(202);
    Answer refused =
        api.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(ProblemType.LEDGER_FULL);
    int seconds = refused.json().path("retryAfterSeconds").asInt();
    assertTrue(seconds >= 1 && seconds <= 60, "" + seconds);
    assertEquals("" + seconds, refused.header("Retry-After"));
    assertTrue(node.door("ledger").refusals("tasks") >= 1);
    String batch = "[" + "{\"agent\": \"nobody\"},".repeat(99) + "{\"agent\": \"nobody\"}]";
    Set<String> types = Set.of(ProblemType.LEDGER_FULL.uri(), ProblemType.OVERLOADED.uri());
    for (JsonNode result : api.post("/v1/tasks:batch", batch).expect(200).json()) {
      assertEquals(429, result.path("status").asInt());
      assertTrue(types.contains(result.path("problem").path("type").asText()));
      assertTrue(result.path("problem").path("retryAfterSeconds").asInt() >= 1);
    }
    api.post(accepted.header("Location") + ":cancel", null).expect(200);
    Answer again = api.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(202);
    api.post(again.header("Location") + ":cancel", null).expect(200);
  }

  @Test
  void when_too_many_workers_wait_then_one_more_is_refused() throws Exception {
    String path = "/v1/agents/only/leases:acquire";
    CompletableFuture<Answer> one = api.sending("POST", path, "{\"waitSeconds\": 25}");
    CompletableFuture<Answer> other = api.sending("POST", path, "{\"waitSeconds\": 25}");
    Answer refused = (Answer) CompletableFuture.anyOf(one, other).get();
    refused.expect(ProblemType.TOO_MANY_WAITING);
    assertEquals("30", refused.header("Retry-After"), "one waits, for a minute at most");
    assertEquals(1, node.door("acquires").refusals("waiting"));
    api.post("/v1/agents/only:drain", null).expect(200);
    (one.get().equals(refused) ? other : one).get().expect(204);
    api.post("/v1/agents/only:resume", null).expect(200);
  }

  @Test
  void when_too_many_readers_wait_then_one_more_is_refused_and_counted() throws Exception {
    String path = "/v1/agents/only/messages:receive";
    CompletableFuture<Answer> one = api.sending("POST", path, "{\"waitSeconds\": 25}");
    CompletableFuture<Answer> other = api.sending("POST", path, "{\"waitSeconds\": 25}");
    Answer refused = (Answer) CompletableFuture.anyOf(one, other).get();
    refused.expect(ProblemType.TOO_MANY_WAITING);
    assertEquals(1, node.door("receives").refusals("waiting"));
    api.post("/v1/agents/only/messages", "1").expect(202);
    (one.get().equals(refused) ? other : one).get().expect(200);
  }
}
