package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A cluster with a node and an agent in each of two regions. */
class RegionsTest {
  private static final int LEASE_SECONDS = 600;

  private static Map<String, Object> node(int port, List<String> seeds, String region) {
    return Map.of(
        "longshore.node.port", port,
        "longshore.node.seeds", seeds,
        "longshore.node.region", region,
        "longshore.node.expected-members", 2,
        // Slower than this no machine is: nobody goes elsewhere because his own is late.
        "longshore.coordinator.spill-over", "1 hour");
  }

  private static CompletableFuture<JsonNode> wait(Api api, String agent) {
    return CompletableFuture.supplyAsync(() -> api.acquire(agent, LEASE_SECONDS));
  }

  private static String submit(Api api) {
    Api.Answer answer = api.post("/v1/tasks", "{\"capability\": \"upper\", \"input\": 1}");
    assertEquals(202, answer.status(), answer.toString());
    return answer.text("taskId");
  }

  private static int online(Api api) {
    JsonNode queues = api.get("/v1/cluster").body().path("queues");
    return queues.path(0).path("onlineAgents").asInt();
  }

  @Test
  void when_agents_are_in_two_regions_then_tasks_stay_in_their_nodes_until_nobody_is_there() {
    List<Integer> ports = Ports.free(2);
    List<String> seeds = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    try (ManyNodes many = new ManyNodes();
        Node first = Node.start(many.config(node(ports.get(0), seeds, "eu")));
        Node second = Node.start(many.config(node(ports.get(1), seeds, "us")))) {
      Api eu = Api.of(first);
      Api us = Api.of(second);
      eu.awaitReady();
      us.awaitReady();
      eu.put("/v1/agents/ann", "{\"capabilities\": [\"upper\"], \"region\": \"eu\"}");
      us.put("/v1/agents/bob", "{\"capabilities\": [\"upper\"], \"region\": \"us\"}");
      CompletableFuture<JsonNode> ann = wait(eu, "ann");
      CompletableFuture<JsonNode> bob = wait(us, "bob");
      Api.await("both are known to be there", () -> online(eu) == 2);

      for (int i = 0; i < 4; i++) {
        String task = submit(eu);
        JsonNode lease = ann.join();
        assertEquals(task, lease.path("taskId").asText());
        assertFalse(bob.isDone(), "the other region has somebody of its own");
        assertEquals(200, eu.complete(lease, "1").status());
        ann = wait(eu, "ann");
      }
      String itsOwn = submit(us);
      assertEquals(itsOwn, bob.join().path("taskId").asText());
      assertEquals(200, us.complete(bob.join(), "1").status());

      bob = wait(us, "bob");
      eu.delete("/v1/agents/ann");
      Api.await("nobody is left in the first region", () -> online(us) == 1);
      String spilled = submit(eu);
      assertEquals(spilled, bob.join().path("taskId").asText());
      assertEquals(200, us.complete(bob.join(), "1").status());
    }
  }
}
