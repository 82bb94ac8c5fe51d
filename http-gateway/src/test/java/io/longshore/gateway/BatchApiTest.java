package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.longshore.gateway.Api.Answer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Submitting many tasks at a time, on a real node. */
class BatchApiTest {
  private static final String[] LINES = {"Content-Type", "application/x-ndjson"};

  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("longshore.gateway.limits { body = 1000 }");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void when_an_array_is_submitted_then_each_item_has_its_answer_in_its_place() throws Exception {
    String body =
        """
        [{"agent": "a", "input": 0}, {"priority": "x"}, 7,
         {"agent": "a", "input": "%s"}, {"agent": "a", "input": 4}]"""
            .formatted("x".repeat(1000));
    Answer answer = api.post("/v1/tasks:batch", body).expect(200);
    assertEquals("application/json", answer.header("Content-Type"));
    JsonNode results = answer.json();
    assertEquals(List.of(202, 400, 400, 400, 202), statuses(results));
    assertEquals("submitted", results.get(0).path("state").asText());
    assertEquals("/1/priority", pointer(results.get(1), 0));
    assertEquals("/1", pointer(results.get(1), 1));
    assertEquals("/2", pointer(results.get(2), 0));
    assertEquals("/3/input", pointer(results.get(3), 0));
    for (int i : new int[] {0, 4}) {
      String taskId = results.get(i).path("taskId").asText();
      assertEquals(i, api.get("/v1/tasks/" + taskId).expect(200).json().path("input").asInt());
    }
    assertEquals("[]", api.post("/v1/tasks:batch", "[]").expect(200).body());
  }

  @Test
  void when_lines_are_submitted_then_each_line_has_its_answer_in_its_place() throws Exception {
    String body =
        "{\"agent\": \"b\", \"input\": 0}\r\n\n{\"agent\"\n{} {}\n  {\"agent\": \"b\", \"input\": [4]}";
    Answer answer = api.post("/v1/tasks:batch", body, LINES).expect(200);
    assertEquals("application/x-ndjson", answer.header("Content-Type"));
    assertTrue(answer.body().endsWith("}\n"));
    List<JsonNode> results = new ArrayList<>();
    for (String line : answer.body().lines().toList()) {
      results.add(new ObjectMapper().readTree(line));
    }
    assertEquals(4, results.size());
    assertEquals(202, results.get(0).path("status").asInt());
    assertEquals(
        ProblemType.MALFORMED_REQUEST.uri(), results.get(1).path("problem").path("type").asText());
    assertEquals(400, results.get(2).path("status").asInt());
    String taskId = results.get(3).path("taskId").asText();
    assertTrue(api.get("/v1/tasks/" + taskId).body().contains("\"input\":[4]"));
  }

  @Test
  void when_a_batch_is_sent_again_with_its_key_then_it_is_the_same_tasks() throws Exception {
    String body = "[{\"agent\": \"c\", \"input\": 1}, {\"agent\": \"c\", \"input\": 1}]";
    JsonNode first = api.post("/v1/tasks:batch", body, "Idempotency-Key", "k").expect(200).json();
    JsonNode again = api.post("/v1/tasks:batch", body, "Idempotency-Key", "k").expect(200).json();
    assertEquals(first, again);
    assertTrue(!first.get(0).path("taskId").equals(first.get(1).path("taskId")));
    JsonNode other =
        api.post(
                "/v1/tasks:batch",
                body.replace("[{\"agent\": \"c\", \"input\": 1}", "[{\"agent\": \"d\"}"),
                "Idempotency-Key",
                "k")
            .expect(200)
            .json();
    assertEquals(List.of(422, 202), statuses(other));
  }

  @Test
  void when_a_task_has_a_key_that_looks_like_a_batchs_then_it_is_none_of_its_tasks()
      throws Exception {
    String task = "{\"agent\": \"f\", \"input\": 1}";
    Set<String> tasks = new HashSet<>();
    for (String key : List.of("order-17/0", "order-17-0", "order-17", "order-170")) {
      Answer answer = api.post("/v1/tasks", task, "Idempotency-Key", key).expect(202);
      tasks.add(answer.json().path("taskId").asText());
    }
    String other = task.replace("1}", "2}");
    JsonNode batch =
        api.post("/v1/tasks:batch", "[" + task + "," + other + "]", "Idempotency-Key", "order-17")
            .expect(200)
            .json();
    assertEquals(List.of(202, 202), statuses(batch));
    batch.forEach(result -> tasks.add(result.path("taskId").asText()));
    assertEquals(6, tasks.size(), tasks.toString());
  }

  @Test
  void when_the_first_item_is_refused_the_second_time_then_the_others_are_the_same_tasks()
      throws Exception {
    String others = ", {\"agent\": \"e\", \"input\": 1}, {\"agent\": \"e\", \"input\": 2}]";
    for (int i = 0; i < 8; i++) { // each key may lie in either of two partitions
      String key = "deadline-" + i;
      JsonNode first =
          api.post("/v1/tasks:batch", "[{\"agent\": \"e\"}" + others, "Idempotency-Key", key)
              .expect(200)
              .json();
      String late = "[{\"agent\": \"e\", \"deadline\": \"2001-01-01T00:00:00Z\"}";
      JsonNode again =
          api.post("/v1/tasks:batch", late + others, "Idempotency-Key", key).expect(200).json();
      assertEquals(List.of(400, 202, 202), statuses(again));
      assertEquals(first.get(1), again.get(1));
      assertEquals(first.get(2), again.get(2));
    }
  }

  @Test
  void when_a_batch_is_large_then_all_of_it_is_submitted() throws Exception {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      body.append("{\"agent\":\"many\",\"input\":").append(i).append("}\n");
    }
    Answer answer = api.post("/v1/tasks:batch", body.toString(), LINES).expect(200);
    assertEquals(
        10_000, answer.body().lines().filter(line -> line.contains("\"status\":202")).count());
    api.post("/v1/tasks:batch", body + "{}", LINES).expect(ProblemType.INVALID_REQUEST);
  }

  private static List<Integer> statuses(JsonNode results) {
    List<Integer> statuses = new ArrayList<>();
    results.forEach(result -> statuses.add(result.path("status").asInt()));
    return statuses;
  }

  private static String pointer(JsonNode result, int error) {
    return result.path("problem").path("errors").path(error).path("pointer").asText("none");
  }
}
