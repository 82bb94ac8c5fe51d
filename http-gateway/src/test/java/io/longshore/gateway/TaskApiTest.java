package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Submitting, reading, listing and canceling tasks, on a real node. */
class TaskApiTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void when_a_task_is_submitted_then_it_has_what_was_said_and_the_defaults() throws Exception {
    Answer plain = api.post("/v1/tasks", "{\"agent\": \"later\"}").expect(202);
    String taskId = plain.json().path("taskId").asText();
    assertEquals("/v1/tasks/" + taskId, plain.header("Location"));
    assertEquals("\"1\"", plain.header("ETag"));
    assertEquals(1, plain.json().path("generation").asInt());
    assertEquals("later", plain.json().path("agent").asText());
    assertFalse(plain.json().has("capability"));
    assertEquals("submitted", plain.json().path("state").asText());
    assertEquals("normal", plain.json().path("priority").asText());
    assertEquals(30, plain.json().path("leaseSeconds").asInt());
    assertEquals(5, plain.json().path("maxAttempts").asInt());
    assertTrue(plain.json().path("input").isNull());
    assertFalse(plain.json().has("deadline"));

    String all =
        """
        {"capability": "all", "input": { "b" :1.50,"a":"\\u00e9é" }, "priority": "low",
         "ttlSeconds": 60.5, "rejectIfLate": true, "region": "eu", "labels": {"k": "v:w"}, "maxAttempts": 1, "leaseSeconds": 1.5,
         "correlationId": "c 1"}""";
    Answer answer =
        api.post(
                "/v1/tasks",
                all,
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .expect(202);
    assertTrue(
        answer.body().contains("\"input\":{ \"b\" :1.50,\"a\":\"\\u00e9é\" }"), answer.body());
    JsonNode task = answer.json();
    assertEquals("low", task.path("priority").asText());
    assertEquals("v:w", task.path("labels").path("k").asText());
    assertEquals(1.5, task.path("leaseSeconds").asDouble());
    assertEquals("c 1", task.path("correlationId").asText());
    assertEquals("eu", task.path("region").asText());
    assertTrue(task.path("rejectIfLate").asBoolean());
    assertFalse(plain.json().has("region") || plain.json().has("rejectIfLate"));
    assertEquals(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        task.path("traceparent").asText());
    Instant created = Instant.parse(task.path("createdAt").asText());
    Instant deadline = Instant.parse(task.path("deadline").asText());
    assertTrue(
        deadline.isAfter(created.plusSeconds(55)) && deadline.isBefore(created.plusSeconds(65)));
    assertEquals(answer.body(), api.get(answer.header("Location")).expect(200).body());
  }

  @Test
  void when_a_key_is_used_again_then_it_is_the_same_task_or_a_problem() throws Exception {
    String body = "{\"capability\": \"keyed\", \"input\": 1, \"ttlSeconds\": 60}";
    Answer first = api.post("/v1/tasks", body, "Idempotency-Key", "k-1").expect(202);
    Answer again = api.post("/v1/tasks", body, "Idempotency-Key", "k-1").expect(202);
    assertEquals(first.body(), again.body());
    Answer other = api.post("/v1/tasks", body, "Idempotency-Key", "k-2").expect(202);
    assertNotEquals(first.json().path("taskId"), other.json().path("taskId"));
    api.post("/v1/tasks", body.replace("1", "2"), "Idempotency-Key", "k-1")
        .expect(ProblemType.IDEMPOTENCY_KEY_REUSED);
    api.post("/v1/tasks", body, "Idempotency-Key", "a key").expect(ProblemType.INVALID_REQUEST);
  }

  @Test
  void when_nothing_changed_then_it_is_not_sent_again() throws Exception {
    Answer task = api.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(202);
    String path = task.header("Location");
    Answer same = api.get(path, "If-None-Match", task.header("ETag")).expect(304);
    assertEquals("", same.body());
    assertEquals(task.header("ETag"), same.header("ETag"));
    api.get(path, "If-None-Match", "W/" + task.header("ETag") + ", \"77\"").expect(304);
    api.get(path, "If-None-Match", "\"77\"").expect(200);
    api.get(path, "If-None-Match", "77").expect(ProblemType.INVALID_REQUEST);
    api.get(path + "?waitSeconds=1", "If-None-Match", task.header("ETag")).expect(304);
  }

  @Test
  void when_somebody_waits_for_a_change_then_the_change_is_the_answer() throws Exception {
    Answer task = api.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(202);
    String path = task.header("Location");
    CompletableFuture<Answer> change =
        api.sending("GET", path + "?waitSeconds=20&afterGeneration=1", null);
    CompletableFuture<Answer> end = api.sending("GET", path + "?waitSeconds=20", null);
    CompletableFuture<Answer> tag =
        api.sending("GET", path + "?waitSeconds=20", null, "If-None-Match", "\"1\"");
    assertEquals(
        "canceled", api.post(path + ":cancel", null).expect(200).json().path("state").asText());
    for (CompletableFuture<Answer> waiting : List.of(change, end, tag)) {
      assertEquals("canceled", waiting.get().expect(200).json().path("state").asText());
    }
    api.post(path + ":cancel", "{}").expect(200);
  }

  @Test
  void when_a_submitter_prefers_to_wait_then_it_gets_the_task_as_it_is_then() throws Exception {
    Answer unfinished =
        api.post("/v1/tasks", "{\"agent\": \"nobody\"}", "Prefer", "foo, wait=1").expect(202);
    assertEquals("wait=1", unfinished.header("Preference-Applied"));

    api.put("/v1/agents/quick", "{\"capabilities\": [\"quick\"]}").expect(201);
    CompletableFuture<Answer> waiting =
        api.sending("POST", "/v1/tasks", "{\"capability\": \"quick\"}", "Prefer", "wait=100");
    JsonNode lease =
        api.post("/v1/agents/quick/leases:acquire", "{\"waitSeconds\": 20}")
            .expect(200)
            .json()
            .path("leases")
            .get(0);
    api.post("/v1/leases:complete", LeaseApiTest.leases(lease, "\"output\": \"done\"")).expect(200);
    Answer finished = waiting.get().expect(200);
    assertEquals("done", finished.json().path("output").asText());
    assertEquals("wait=60", finished.header("Preference-Applied"));
    assertEquals(
        "/v1/tasks/" + finished.json().path("taskId").asText(), finished.header("Location"));
  }

  @Test
  void when_tasks_are_listed_then_newest_come_first_and_pages_follow_on() throws Exception {
    List<String> submitted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String body = "{\"capability\": \"listed\", \"input\": %d, \"labels\": {\"n\": \"%d\"}}";
      Answer task = api.post("/v1/tasks", body.formatted(i, i % 2)).expect(202);
      submitted.add(task.json().path("taskId").asText());
    }
    // Ids begin with the time: those of one millisecond are listed in any order, but always the
    // same.
    submitted.sort(Comparator.reverseOrder());
    List<String> listed = new ArrayList<>();
    String path = "/v1/tasks?capability=listed&state=submitted&pageSize=2";
    JsonNode page = api.get(path).expect(200).json();
    while (true) {
      page.path("tasks").forEach(task -> listed.add(task.path("taskId").asText()));
      page.path("tasks").forEach(task -> assertFalse(task.has("input")));
      if (!page.has("nextPageToken")) {
        break;
      }
      assertEquals(2, page.path("tasks").size());
      page = api.get(path + "&pageToken=" + page.path("nextPageToken").asText()).expect(200).json();
    }
    assertEquals(submitted, listed);
    assertEquals(3, api.get("/v1/tasks?label=n:0").expect(200).json().path("tasks").size());
    assertEquals(0, api.get("/v1/tasks?agent=nobody").expect(200).json().path("tasks").size());
  }

  @Test
  void when_nobody_may_take_a_task_then_the_answer_says_what_comes_nearest() throws Exception {
    api.put("/v1/agents/near", "{\"capabilities\": [\"polish@1.4.0\"]}").expect(201);
    node.until(() -> !node.registry().directory().withCapability("polish").isEmpty());
    Answer ranged = api.post("/v1/tasks", "{\"capability\": \"polish@^2\"}").expect(202);
    assertEquals("polish@^2", ranged.json().path("capability").asText());
    assertEquals(
        "{\"reason\":\"No agent offers polish@^2 at present. Nearest: near offers polish@1.4.0"
            + " (another version).\",\"alternatives\":[{\"kind\":\"other-version\",\"capability\":"
            + "\"polish@1.4.0\",\"agentIds\":[\"near\"]}]}",
        ranged.json().path("waiting").toString());
    JsonNode typo = api.post("/v1/tasks", "{\"capability\": \"polsh\"}").expect(202).json();
    assertEquals(
        "similar-name", typo.path("waiting").path("alternatives").path(0).path("kind").asText());
    JsonNode agent = api.post("/v1/tasks", "{\"agent\": \"nobody-yet\"}").expect(202).json();
    assertEquals(
        "No agent is registered as nobody-yet.", agent.path("waiting").path("reason").asText());
    assertFalse(
        api.post("/v1/tasks", "{\"capability\": \"polish\"}").expect(202).json().has("waiting"));
  }

  @Test
  void when_a_task_wants_some_versions_then_only_an_agent_that_offers_one_gets_it()
      throws Exception {
    api.put("/v1/agents/old", "{\"capabilities\": [\"etch@1.9.0\"], \"concurrency\": 5}");
    api.put("/v1/agents/new", "{\"capabilities\": [\"etch@2.3.1\"], \"concurrency\": 5}");
    api.post("/v1/agents/old:heartbeat", null).expect(200);
    String wanted =
        api.post("/v1/tasks", "{\"capability\": \"etch@^2\"}").json().path("taskId").asText();
    String any =
        api.post("/v1/tasks", "{\"capability\": \"etch@1.x\"}").json().path("taskId").asText();
    Answer old =
        api.post("/v1/agents/old/leases:acquire", "{\"waitSeconds\": 20, \"max\": 5}").expect(200);
    assertEquals(1, old.json().path("leases").size());
    assertEquals(any, old.json().path("leases").path(0).path("taskId").asText());
    Answer lease =
        api.post("/v1/agents/new/leases:acquire", "{\"waitSeconds\": 20, \"max\": 5}").expect(200);
    assertEquals(1, lease.json().path("leases").size());
    assertEquals(wanted, lease.json().path("leases").path(0).path("taskId").asText());
    assertEquals("etch@^2", lease.json().path("leases").path(0).path("capability").asText());
    assertEquals(
        1, api.get("/v1/tasks?capability=etch@%5E2").expect(200).json().path("tasks").size());
    assertEquals(2, api.get("/v1/tasks?capability=etch").expect(200).json().path("tasks").size());
  }

  @Test
  void when_a_gateway_has_a_region_then_its_tasks_do_but_a_repetition_elsewhere_is_the_same_task()
      throws Exception {
    Api eu = node.gateway("longshore.gateway.tasks.region = eu");
    Api us = node.gateway("longshore.gateway.tasks.region = us");
    String task = "{\"agent\": \"later\"}";
    Answer first = eu.post("/v1/tasks", task, "Idempotency-Key", "moved").expect(202);
    assertEquals("eu", first.json().path("region").asText());
    Answer again = us.post("/v1/tasks", task, "Idempotency-Key", "moved").expect(202);
    assertEquals(first.json().path("taskId"), again.json().path("taskId"));
    Answer wished =
        eu.post("/v1/tasks", "{\"agent\": \"later\", \"region\": \"asia\"}").expect(202);
    assertEquals("asia", wished.json().path("region").asText());
    assertFalse(api.post("/v1/tasks", task).expect(202).json().has("region"));
  }
}
