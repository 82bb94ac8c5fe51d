package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes in one process on one PostgreSQL. */
class ThreeNodesTest {
  private static final int NODES = 3;
  private static final int TASKS = 30;

  /** As many as make it all but certain that each node has the mailboxes of some. */
  private static final int AGENTS = 9;

  private TestCluster cluster;
  private List<Node> nodes;

  @BeforeEach
  void start() {
    cluster = TestCluster.start(NODES);
    nodes = cluster.nodes();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  /**
   * Only what partitions tell at once can be so early: a directory asks every three seconds. The
   * quickest quarter, since a busy machine may hold many up.
   */
  @Test
  void when_agents_register_then_every_node_lists_them_within_200_ms_of_the_request() {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      String id = "seen-" + i;
      long from = System.nanoTime();
      String agent = "{\"capabilities\": [\"see@1.0.%d\"]}".formatted(i);
      assertEquals(201, Api.of(nodes.get(i % NODES)).put("/v1/agents/" + id, agent).status());
      for (Node node : nodes) {
        while (node.registry().directory().find(id).isEmpty()) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
      }
      millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from));
    }
    Collections.sort(millis);
    assertTrue(millis.get(5) <= 200, () -> "milliseconds until all nodes knew: " + millis);
    assertEquals(
        21,
        Api.of(nodes.get(0)).get("/v1/agents?capability=see@%5E1").body().path("agents").size());
  }

  @Test
  void when_a_node_stops_between_submission_and_lease_then_every_task_is_still_done() {
    Api first = Api.of(nodes.get(0));
    Api second = Api.of(nodes.get(1));
    Api third = Api.of(nodes.get(2));
    String agent = "{\"capabilities\": [\"upper\"], \"concurrency\": 5}";
    assertEquals(201, first.put("/v1/agents/alice", agent).status());
    Set<String> submitted = new HashSet<>();
    for (int i = 0; i < TASKS; i++) {
      Api.Answer answer =
          second.post("/v1/tasks", "{\"capability\": \"upper\", \"input\": %d}".formatted(i));
      assertEquals(202, answer.status(), answer.toString());
      submitted.add(answer.text("taskId"));
    }

    for (Node node : nodes) {
      Api.await(
          "every node tells what the coordinator recommends, wherever it lives",
          () ->
              "upper"
                  .equals(
                      Api.of(node)
                          .get("/v1/recommendations?capability=upper")
                          .body()
                          .path("recommendations")
                          .path(0)
                          .path("capability")
                          .asText()));
    }

    nodes.remove(0).close();
    Api.await(
        "the others see two members",
        () -> third.get("/v1/cluster").body().path("members").size() == NODES - 1);

    Set<String> completed = new HashSet<>();
    while (completed.size() < TASKS) {
      JsonNode lease = third.acquire("alice", 600);
      assertEquals(200, third.complete(lease, "true").status());
      completed.add(lease.path("taskId").asText());
    }
    assertEquals(submitted, completed);
    for (String taskId : submitted) {
      assertEquals("completed", second.get("/v1/tasks/" + taskId).text("state"));
    }
  }

  @Test
  void when_a_worker_asks_at_another_node_then_it_is_told_where_the_mailbox_is() {
    List<String> urls = nodes.stream().map(ThreeNodesTest::url).toList();
    Set<String> homes = new HashSet<>();
    for (int i = 0; i < AGENTS; i++) {
      String agent = "at-home-" + i;
      String body = "{\"capabilities\": [\"%s\"]}".formatted(agent);
      String acquire = "/v1/agents/" + agent + "/leases:acquire";
      assertEquals(201, Api.of(nodes.get(0)).put("/v1/agents/" + agent, body).status());
      Api.await(
          "all say the same node but that one, which says nothing",
          () -> {
            Map<String, String> told = new HashMap<>();
            for (String url : urls) {
              told.put(url, new Api(url).post(acquire, "{}").node());
            }
            Set<String> home = new HashSet<>(told.values());
            home.remove("");
            homes.addAll(home);
            return home.size() == 1 && "".equals(told.get(home.iterator().next()));
          });
    }
    assertTrue(urls.containsAll(homes) && homes.size() > 1, homes + " of " + urls);
  }

  private static String url(Node node) {
    return "http://127.0.0.1:" + node.httpAddress().orElseThrow().getPort();
  }

  @Test
  void when_a_node_stops_then_leases_stay_valid_and_what_has_started_is_not_handed_out_again() {
    Api last = Api.of(nodes.get(NODES - 1));
    Map<String, JsonNode> started = new HashMap<>();
    for (int i = 0; i < AGENTS; i++) {
      String agent = "agent-" + i;
      String body = "{\"capabilities\": [\"%s\"], \"concurrency\": 2}".formatted(agent);
      assertEquals(201, last.put("/v1/agents/" + agent, body).status());
      for (int task = 0; task < 2; task++) {
        last.post("/v1/tasks", "{\"capability\": \"%s\", \"input\": 1}".formatted(agent));
      }
      started.put(agent, last.acquire(agent, 600));
    }

    nodes.remove(0).close();
    Api.await(
        "the others see two members",
        () -> last.get("/v1/cluster").body().path("members").size() == NODES - 1);

    started.forEach(
        (agent, first) -> {
          JsonNode second = last.acquire(agent, 600);
          assertNotEquals(first.path("taskId"), second.path("taskId"));
          for (JsonNode lease : List.of(first, second)) {
            assertEquals(200, last.complete(lease, "true").status());
            Api.Answer task = last.get("/v1/tasks/" + lease.path("taskId").asText());
            assertEquals("completed", task.text("state"));
            assertEquals(1, task.body().path("attempts").asInt());
          }
        });
  }
}
