package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What coordinators find of the agents, and tasks that would rather be rejected than late. */
class RecommendationApiTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node =
        new TestNode(
            "longshore.coordinator { recommendations.interval = 100 ms, assumed-service = 9 s }");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static JsonNode of(String capability) {
    try {
      JsonNode all = api.get("/v1/recommendations?capability=" + capability).expect(200).json();
      assertEquals(0, all.path("nodesUnheard").asInt());
      return all.path("recommendations").path(0);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void when_tasks_wait_for_agents_then_so_many_are_recommended_and_it_says_why() throws Exception {
    for (int i = 0; i < 3; i++) {
      api.post("/v1/tasks", "{\"capability\": \"scaled\"}").expect(202);
    }
    AtomicReference<JsonNode> found = new AtomicReference<>();
    node.until(
        () -> {
          JsonNode one = of("scaled");
          found.set(one);
          return one.path("inputs").path("waiting").asInt() == 3;
        });
    JsonNode one = found.get();
    assertTrue(one.path("desiredAgents").asInt() >= 1, one.toString());
    assertEquals(one.path("desiredAgents").asInt(), one.path("change").asInt());
    assertEquals(0, one.path("inputs").path("onlineAgents").asInt());
    assertFalse(one.path("inputs").path("serviceMeasured").asBoolean());
    assertTrue(one.path("reason").asText().contains("3 wait"), one.toString());
    assertEquals(0, one.path("agents").size());
  }

  @Test
  void when_no_agent_can_meet_the_deadline_then_the_task_is_rejected() throws Exception {
    api.put("/v1/agents/slow", "{\"capabilities\": [\"hasty\"]}");
    api.post("/v1/agents/slow:heartbeat", null).expect(200);
    node.until(() -> node.registry().directory().withCapability("hasty").size() == 1);
    String body = "{\"capability\": \"hasty\", \"ttlSeconds\": 8, \"rejectIfLate\": true}";
    JsonNode task = api.post("/v1/tasks", body, "Prefer", "wait=50").expect(200).json();
    assertEquals("rejected", task.path("state").asText());
    assertEquals("deadline-unreachable", task.path("failure").path("code").asText());
  }
}
