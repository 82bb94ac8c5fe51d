package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node process killed with SIGKILL and started again on the same embedded database. */
class KilledNodeTest {
  private static final int LEASE_SECONDS = 3;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  @TempDir Path directory;

  private JavaProcess.Running start() throws InterruptedException {
    return JavaProcess.startNode(directory.resolve("data").toString());
  }

  private static LoadClient client(JavaProcess.Running node) {
    return new LoadClient(node.url());
  }

  private static String submit(LoadClient client, int input) {
    ObjectNode task = JSON.objectNode().put("capability", "upper").put("input", input);
    return client
        .call("POST", "/v1/tasks", task, "Idempotency-Key", "key-" + input)
        .required()
        .path("taskId")
        .asText();
  }

  private static JsonNode acquire(LoadClient client, int leaseSeconds) {
    ObjectNode ask =
        JSON.objectNode().put("max", 1).put("waitSeconds", 60).put("leaseSeconds", leaseSeconds);
    return client
        .call("POST", "/v1/agents/alice/leases:acquire", ask)
        .required()
        .path("leases")
        .path(0);
  }

  private static LoadClient.Answer complete(LoadClient client, JsonNode lease) {
    ObjectNode body = JSON.objectNode();
    body.putArray("leases")
        .addObject()
        .put("taskId", lease.path("taskId").asText())
        .put("leaseToken", lease.path("leaseToken").asText())
        .put("output", "done");
    return client.call("POST", "/v1/leases:complete", body);
  }

  private static void register(LoadClient client) {
    ObjectNode agent = JSON.objectNode().put("concurrency", 1);
    agent.putArray("capabilities").add("upper");
    client.call("PUT", "/v1/agents/alice", agent).required();
  }

  @Test
  void when_a_node_is_killed_while_a_task_is_leased_then_it_is_leased_again_and_done_once()
      throws InterruptedException {
    String taskId;
    JsonNode stale;
    try (JavaProcess.Running node = start()) {
      LoadClient client = client(node);
      register(client);
      taskId = submit(client, 1);
      stale = acquire(client, LEASE_SECONDS);
      node.process().kill();
    }
    try (JavaProcess.Running node = start()) {
      LoadClient client = client(node);
      JsonNode lease = acquire(client, 600);
      assertEquals(taskId, lease.path("taskId").asText());
      assertEquals(2, lease.path("attempt").asInt());
      assertNotEquals(stale.path("leaseToken"), lease.path("leaseToken"));

      LoadClient.Answer refused = complete(client, stale);
      assertEquals(409, refused.status());
      assertTrue(refused.body().path("type").asText().endsWith("lease-lost"), refused.toString());

      complete(client, lease).required();
      assertEquals(409, complete(client, stale).status());
      JsonNode task = client.call("GET", "/v1/tasks/" + taskId, null).required();
      assertEquals("completed", task.path("state").asText());
      assertEquals(2, task.path("attempts").asInt());
    }
  }
}
