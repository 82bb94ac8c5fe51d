package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Registering, reading, draining and removing agents, on a real node. */
class AgentApiTest {
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
  void when_an_agent_registers_then_it_is_what_it_said() throws Exception {
    String body =
        """
        {"capabilities": ["b", "a", "b"], "labels": {"k": "ü 1"}, "topics": ["t"],
         "concurrency": 3, "description": "d", "version": "1.0", "region": "eu",
         "delivery": {"handler": {"name": "echo"}}}""";
    Answer created = api.put("/v1/agents/Ann.1_~-", body).expect(201);
    JsonNode agent = created.json();
    assertEquals("Ann.1_~-", agent.path("agentId").asText());
    assertEquals("[\"a\",\"b\"]", agent.path("capabilities").toString());
    assertEquals("{\"k\":\"ü 1\"}", agent.path("labels").toString());
    assertEquals("[\"t\"]", agent.path("topics").toString());
    assertEquals(3, agent.path("concurrency").asInt());
    assertEquals("d", agent.path("description").asText());
    assertEquals("1.0", agent.path("version").asText());
    assertEquals("eu", agent.path("region").asText());
    assertEquals("{\"handler\":{\"name\":\"echo\"}}", agent.path("delivery").toString());
    assertEquals("\"" + agent.path("revision").asLong() + "\"", created.header("ETag"));

    Answer replaced = api.put("/v1/agents/Ann.1_~-", "{\"description\": null}").expect(200);
    assertFalse(replaced.json().has("description"));
    assertEquals("{\"pull\":{}}", replaced.json().path("delivery").toString());
    assertEquals(1, replaced.json().path("concurrency").asInt());
    JsonNode read = api.get("/v1/agents/%41nn.1_~-").expect(200).json();
    assertEquals("offline", read.path("status").asText());
    assertEquals(0, read.path("queued").asInt());
    assertEquals(0, read.path("running").asInt());
    api.delete("/v1/agents/Ann.1_~-").expect(204);
    api.get("/v1/agents/Ann.1_~-").expect(ProblemType.NO_SUCH_AGENT);
  }

  @Test
  void when_a_precondition_does_not_hold_then_nothing_changes() throws Exception {
    String path = "/v1/agents/cond";
    api.put(path, "{}", "If-Match", "*").expect(ProblemType.PRECONDITION_FAILED);
    api.put(path, "{}", "If-Match", "\"1\"").expect(ProblemType.PRECONDITION_FAILED);
    api.put(path, "{}", "If-Match", "\"0\"").expect(ProblemType.PRECONDITION_FAILED);
    String old = api.put(path, named(1), "If-None-Match", "*").expect(201).header("ETag");
    api.put(path, named(1), "If-None-Match", "*").expect(ProblemType.PRECONDITION_FAILED);
    String tag = api.put(path, named(2), "If-Match", old).expect(200).header("ETag");
    assertNotEquals(old, tag);
    for (String stale : List.of(old, "W/" + tag, "\"abc\"", "\"77\", \"78\"")) {
      api.put(path, named(3), "If-Match", stale).expect(ProblemType.PRECONDITION_FAILED);
    }
    api.put(path, "{}", "If-Match", "abc").expect(ProblemType.INVALID_REQUEST);
    api.put(path, "{}", "If-None-Match", tag).expect(ProblemType.INVALID_REQUEST);
    api.put(path, "{}", "If-None-Match", "*", "If-Match", "*").expect(ProblemType.INVALID_REQUEST);
    Answer unchanged = api.get(path).expect(200);
    assertEquals(tag, unchanged.header("ETag"));
    assertEquals("2", unchanged.json().path("description").asText());
    api.put(path, named(4), "If-Match", old + ", " + tag).expect(200);
    tag = api.put(path, named(5), "If-Match", "*").expect(200).header("ETag");
    api.delete(path, "If-Match", old).expect(ProblemType.PRECONDITION_FAILED);
    api.delete(path, "If-Match", tag).expect(204);
    api.delete(path, "If-Match", "*").expect(ProblemType.PRECONDITION_FAILED);
    api.delete(path).expect(ProblemType.NO_SUCH_AGENT);
  }

  private static String named(int description) {
    return "{\"description\": \"" + description + "\"}";
  }

  @Test
  void when_an_agent_is_drained_then_it_hears_of_it_and_gets_no_work() throws Exception {
    String path = "/v1/agents/drained";
    api.put(path, "{}").expect(201);
    assertFalse(api.post(path + ":heartbeat", null).expect(200).json().path("drain").asBoolean());
    assertEquals("online", api.get(path).expect(200).json().path("status").asText());
    CompletableFuture<Answer> acquiring =
        api.sending("POST", path + "/leases:acquire", "{\"waitSeconds\": 25}");
    assertEquals(
        "draining", api.post(path + ":drain", "{}").expect(200).json().path("status").asText());
    acquiring.get().expect(204);
    assertTrue(api.post(path + ":heartbeat", "{}").expect(200).json().path("drain").asBoolean());
    assertEquals(
        "online", api.post(path + ":resume", null).expect(200).json().path("status").asText());
    assertFalse(api.post(path + ":heartbeat", null).expect(200).json().path("drain").asBoolean());
  }

  @Test
  void when_agents_are_listed_then_filters_and_pages_hold() throws Exception {
    for (String id : List.of("l-c", "l-a", "l-d", "l-b")) {
      String label = id.equals("l-b") ? "two" : "one";
      api.put(
              "/v1/agents/" + id,
              "{\"capabilities\": [\"listed\"], \"labels\": {\"x\": \"" + label + "\"}}")
          .expect(201);
    }
    api.post("/v1/agents/l-c:heartbeat", null).expect(200);
    node.until(() -> node.registry().directory().withCapability("listed").size() == 4);
    assertEquals(List.of("l-a", "l-b", "l-c", "l-d"), list("capability=listed", 50));
    assertEquals(List.of("l-a", "l-b", "l-c", "l-d"), list("capability=listed", 3));
    assertEquals(List.of("l-a", "l-b", "l-c", "l-d"), list("capability=listed", 1));
    assertEquals(List.of("l-a", "l-c", "l-d"), list("capability=listed&label=x:one", 2));
    assertEquals(List.of("l-c"), list("capability=listed&status=online", 2));
    assertEquals(List.of(), list("capability=nothing", 2));
  }

  @Test
  void when_agents_are_searched_then_version_topic_region_and_draining_count() throws Exception {
    register("s-a", "found@1.4.0", "eu", "news");
    register("s-b", "found@2.0.0", "eu", "alarms");
    register("s-c", "found@2.3.1", "us", "news");
    register("s-d", "found", "us", "news");
    api.post("/v1/agents/s-c:drain", null).expect(200);
    node.until(
        () ->
            node.registry().directory().withCapability("found").size() == 4
                && node.registry().directory().find("s-c").orElseThrow().draining());
    assertEquals(List.of("s-a", "s-b", "s-c", "s-d"), list("capability=found", 50));
    assertEquals(List.of("s-b", "s-c"), list("capability=found@%5E2", 1));
    assertEquals(List.of("s-a", "s-b", "s-c"), list("capability=found@*", 2));
    assertEquals(List.of("s-a"), list("capability=found@%3C2", 50));
    assertEquals(List.of("s-c", "s-d"), list("capability=found&region=us", 50));
    assertEquals(List.of("s-a", "s-c", "s-d"), list("capability=found&topic=news", 2));
    assertEquals(List.of("s-c"), list("status=draining&region=us&capability=found", 50));
    assertEquals(List.of("s-d"), list("status=offline&topic=news&region=us", 50));
  }

  private static void register(String id, String capability, String region, String topic)
      throws Exception {
    api.put(
            "/v1/agents/" + id,
            "{\"capabilities\": [\"%s\"], \"region\": \"%s\", \"topics\": [\"%s\"]}"
                .formatted(capability, region, topic))
        .expect(201);
  }

  private static List<String> list(String filter, int pageSize) throws Exception {
    List<String> ids = new ArrayList<>();
    String path = "/v1/agents?" + filter + "&pageSize=" + pageSize;
    JsonNode page = api.get(path).expect(200).json();
    while (true) {
      page.path("agents").forEach(agent -> ids.add(agent.path("agentId").asText()));
      if (!page.has("nextPageToken")) {
        return ids;
      }
      page = api.get(path + "&pageToken=" + page.path("nextPageToken").asText()).expect(200).json();
    }
  }
}
