package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node that only takes requests and one that only does the work. */
class RolesTest {

  @Test
  void when_one_takes_requests_and_another_works_then_a_task_is_done() {
    List<Integer> ports = Ports.free(2);
    List<String> seeds = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    try (ManyNodes many = new ManyNodes();
        Node worker = Node.start(many.config(node(ports.get(0), seeds, "work")));
        Node gateway = Node.start(many.config(node(ports.get(1), seeds, "gateway")))) {
      Api api = Api.of(gateway);
      api.awaitReady();
      Api.of(worker).awaitReady();

      assertEquals(201, api.put("/v1/agents/a", "{\"capabilities\": [\"upper\"]}").status());
      Api.Answer submitted = api.post("/v1/tasks", "{\"capability\": \"upper\", \"input\": 1}");
      assertEquals(202, submitted.status(), submitted.toString());
      assertEquals("eu", submitted.text("region"), "a task is of its gateway's region");
      JsonNode lease = api.acquire("a", 30);
      assertEquals(200, api.complete(lease, "2").status());
      assertEquals("completed", api.get("/v1/tasks/" + submitted.text("taskId")).text("state"));

      assertEquals(404, Api.of(worker).get("/v1/agents").status());
      Api.await("the worker is seen to have everything", () -> partitions(members(worker)) == 32);
      JsonNode members = members(worker);
      for (JsonNode member : members) {
        boolean works = member.path("roles").get(0).asText().equals("work");
        assertEquals("eu", member.path("region").asText());
        assertEquals(works ? 16 : 0, member.path("ledgerPartitions").size(), members.toString());
        assertEquals(works ? 16 : 0, member.path("registryPartitions").size(), members.toString());
        assertEquals(works, member.path("mailboxShards").asInt() > 0, members.toString());
      }
      Api.await(
          "the queues show what there is",
          () ->
              "upper"
                  .equals(
                      api.get("/v1/cluster")
                          .body()
                          .path("queues")
                          .path(0)
                          .path("capability")
                          .asText()));
    }
  }

  private static JsonNode members(Node node) {
    return Api.of(node).get("/v1/cluster").body().path("members");
  }

  private static int partitions(JsonNode members) {
    int count = 0;
    for (JsonNode member : members) {
      count += member.path("ledgerPartitions").size() + member.path("registryPartitions").size();
    }
    return count;
  }

  private static Map<String, Object> node(int port, List<String> seeds, String role) {
    return Map.of(
        "longshore.node.port", port,
        "longshore.node.seeds", seeds,
        "longshore.node.roles", role,
        "longshore.node.region", "eu",
        "longshore.node.expected-members", 2);
  }
}
