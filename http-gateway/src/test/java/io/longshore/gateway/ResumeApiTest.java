package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Questions of agents and answers of submitters, on a real node. */
class ResumeApiTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("longshore.ledger { max-exchanges = 2, max-exchange-bytes = 2000 }");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static JsonNode acquire(String name) throws Exception {
    return api.post("/v1/agents/" + name + "/leases:acquire", "{\"waitSeconds\": 20}")
        .expect(200)
        .json()
        .path("leases")
        .get(0);
  }

  private static Answer require(JsonNode lease, String prompt) throws Exception {
    return api.post(
        "/v1/leases:require-input", LeaseApiTest.leases(lease, "\"prompt\": " + prompt));
  }

  /** Registers an agent with a capability of its own name. */
  private static String body(String name) throws Exception {
    api.put("/v1/agents/" + name, "{\"capabilities\": [\"" + name + "\"]}");
    return "{\"capability\": \"" + name + "\", \"input\": {\"a\":1.50}}";
  }

  @Test
  void when_an_agent_asks_then_its_submitter_hears_it_and_the_answer_comes_with_the_next_lease()
      throws Exception {
    CompletableFuture<Answer> submitting =
        api.sending("POST", "/v1/tasks", body("ann"), "Prefer", "wait=20");
    JsonNode first = acquire("ann");
    assertFalse(first.has("exchanges"));
    Answer asked = require(first, "{\"which\": [1, 2 ]}").expect(200);
    assertEquals(first.path("taskId"), asked.json().path("succeeded").get(0).path("taskId"));
    require(first, "2").expect(200);

    Answer heard = submitting.get().expect(202);
    assertEquals("input-required", heard.json().path("state").asText());
    assertTrue(heard.body().contains("\"prompt\":{\"which\": [1, 2 ]}"), heard.body());
    Instant since = Instant.parse(heard.json().path("inputRequired").path("since").asText());
    assertFalse(since.isAfter(Instant.now()));
    String path = "/v1/tasks/" + first.path("taskId").asText();
    assertEquals(heard.json(), api.get(path + "?waitSeconds=20").expect(200).json());
    api.post("/v1/leases:complete", LeaseApiTest.leases(first, "\"output\": 1"))
        .expect(ProblemType.LEASE_LOST);

    String tag = heard.header("ETag");
    api.post(path + ":resume", "{\"input\": 2}", "If-Match", "\"1\"")
        .expect(ProblemType.PRECONDITION_FAILED);
    Answer resumed = api.post(path + ":resume", "{\"input\": [2 ]}", "If-Match", tag).expect(200);
    assertEquals("submitted", resumed.json().path("state").asText());
    assertFalse(resumed.json().has("inputRequired"));
    JsonNode second = acquire("ann");
    assertEquals(first.path("taskId"), second.path("taskId"));
    assertEquals(1, second.path("attempt").asInt());
    assertEquals(
        "[{\"prompt\":{\"which\":[1,2]},\"input\":[2]}]", second.path("exchanges").toString());
    api.post("/v1/leases:complete", LeaseApiTest.leases(second, "\"output\": 1")).expect(200);
    api.post(path + ":resume", "{\"input\": 2}").expect(ProblemType.NOT_WAITING_FOR_INPUT);
  }

  @Test
  void when_an_answer_comes_again_then_it_counts_once_and_one_too_long_is_refused()
      throws Exception {
    String path = api.post("/v1/tasks", body("bob")).expect(202).header("Location");
    api.post(path + ":resume", "{\"input\": 1}").expect(ProblemType.NOT_WAITING_FOR_INPUT);
    require(acquire("bob"), "1").expect(200);
    api.post(path + ":resume", "{\"input\": \"" + "x".repeat(2_000) + "\"}")
        .expect(ProblemType.CONTENT_TOO_LARGE);
    Answer resumed = api.post(path + ":resume", "{\"input\": 1}").expect(200);
    Answer again = api.post(path + ":resume", "{\"input\": 1}").expect(200);
    assertEquals(resumed.json(), again.json());
    api.post(path + ":resume", "{\"input\": 2}").expect(ProblemType.NOT_WAITING_FOR_INPUT);
  }

  @Test
  void when_agents_ask_too_much_then_the_task_fails() throws Exception {
    String path = api.post("/v1/tasks", body("eve")).expect(202).header("Location");
    for (int i = 0; i < 2; i++) {
      require(acquire("eve"), "1").expect(200);
      api.post(path + ":resume", "{\"input\": 1}").expect(200);
    }
    require(acquire("eve"), "1").expect(200);
    JsonNode failed = api.get(path).expect(200).json();
    assertEquals("too-many-exchanges", failed.path("failure").path("code").asText());
    assertTrue(failed.path("deadLettered").asBoolean());
  }
}
