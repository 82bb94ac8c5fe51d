package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What has ended is read from the archive; what was given up waits for a person. */
class DeadLetterApiTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("longshore.ledger.linger = 0 ms");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** Has a task of an agent's own capability given up. */
  private static String deadLetter(String agent) throws Exception {
    api.put("/v1/agents/" + agent, "{\"capabilities\": [\"" + agent + "\"]}");
    api.post("/v1/tasks", "{\"capability\": \"" + agent + "\", \"input\": [1]}").expect(202);
    JsonNode lease =
        api.post("/v1/agents/" + agent + "/leases:acquire", "{\"waitSeconds\": 20}")
            .expect(200)
            .json()
            .path("leases")
            .get(0);
    String fail =
        """
        {"leases": [{"taskId": %s, "leaseToken": %s, "retryable": false,
         "error": {"code": "agent-error", "message": "no luck"}}]}"""
            .formatted(lease.path("taskId"), lease.path("leaseToken"));
    api.post("/v1/leases:fail", fail).expect(200);
    return lease.path("taskId").asText();
  }

  @Test
  void when_a_task_is_given_up_then_it_is_listed_and_can_be_redriven_once() throws Exception {
    String dead = deadLetter("unlucky");
    JsonNode given = api.get("/v1/tasks/" + dead).expect(200).json();
    assertTrue(given.path("deadLettered").asBoolean());
    Answer redriven = api.post("/v1/dead-letters/" + dead + ":redrive", null).expect(202);
    String again = redriven.json().path("taskId").asText();
    assertEquals("/v1/tasks/" + again, redriven.header("Location"));
    assertEquals(dead, redriven.json().path("redriveOf").asText());
    assertEquals("[1]", redriven.json().path("input").toString());
    assertEquals("submitted", redriven.json().path("state").asText());
    JsonNode second = api.post("/v1/dead-letters/" + dead + ":redrive", "{}").expect(202).json();
    assertEquals(again, second.path("taskId").asText());
    api.delete("/v1/dead-letters/" + dead).expect(ProblemType.NO_SUCH_DEAD_LETTER);
    assertEquals(List.of(), listed("capability=unlucky"));
  }

  @Test
  void when_dead_letters_are_listed_then_page_by_page_until_they_are_discarded() throws Exception {
    List<String> dead = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      dead.add(0, deadLetter("hopeless"));
    }
    node.until(() -> listedNow("agent=hopeless").size() == 3);
    Answer page = api.get("/v1/dead-letters?capability=hopeless&pageSize=2").expect(200);
    JsonNode first = page.json().path("deadLetters").get(0);
    assertEquals(dead.get(0), first.path("taskId").asText());
    assertEquals(first.path("updatedAt"), first.path("failedAt"));
    assertEquals("no luck", first.path("failure").path("message").asText());
    assertFalse(first.has("input"));
    String token = page.json().path("nextPageToken").asText();
    assertEquals(dead.subList(2, 3), listed("capability=hopeless&pageSize=2&pageToken=" + token));
    api.delete("/v1/dead-letters/" + dead.get(1)).expect(204);
    assertEquals(List.of(dead.get(0), dead.get(2)), listed("capability=hopeless"));
    api.post("/v1/dead-letters/" + dead.get(1) + ":redrive", null)
        .expect(ProblemType.NO_SUCH_DEAD_LETTER);
  }

  @Test
  void when_tasks_are_archived_then_they_are_listed_with_the_others() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      JsonNode task = api.post("/v1/tasks", "{\"capability\": \"mixed\"}").expect(202).json();
      ids.add(0, task.path("taskId").asText());
      if (i % 2 == 0) {
        api.post("/v1/tasks/" + ids.get(0) + ":cancel", null).expect(200);
      }
    }
    ids.sort((a, b) -> b.compareTo(a));
    List<String> listed = new ArrayList<>();
    String token = "";
    do {
      JsonNode page = api.get("/v1/tasks?capability=mixed&pageSize=2" + token).expect(200).json();
      page.path("tasks").forEach(task -> listed.add(task.path("taskId").asText()));
      token = page.has("nextPageToken") ? "&pageToken=" + page.path("nextPageToken").asText() : "";
    } while (!token.isEmpty());
    assertEquals(ids, listed);
  }

  @Test
  void when_there_is_no_such_dead_letter_then_it_is_a_problem() throws Exception {
    api.delete("/v1/dead-letters/unknown").expect(ProblemType.NO_SUCH_DEAD_LETTER);
    api.post("/v1/dead-letters/unknown:redrive", null).expect(ProblemType.NO_SUCH_DEAD_LETTER);
    api.post("/v1/dead-letters/unknown:redrive", "{\"a\": 1}").expect(ProblemType.INVALID_REQUEST);
    api.get("/v1/dead-letters?state=failed").expect(ProblemType.INVALID_REQUEST);
    api.put("/v1/dead-letters/unknown", "{}").expect(ProblemType.METHOD_NOT_ALLOWED);
  }

  private static List<String> listedNow(String query) {
    try {
      return listed(query);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> listed(String query) throws Exception {
    List<String> ids = new ArrayList<>();
    api.get("/v1/dead-letters?" + query)
        .expect(200)
        .json()
        .path("deadLetters")
        .forEach(letter -> ids.add(letter.path("taskId").asText()));
    return ids;
  }
}
