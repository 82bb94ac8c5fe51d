package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** An agent that leases tasks and completes them at once. */
final class FaultWorker {
  /** Of each task. */
  static final int LEASE_SECONDS = 3;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int LEASES = 50;

  private FaultWorker() {}

  /** Works until the client is stopped. */
  static void run(FaultClient client, Promises promises, String capability, String agentId)
      throws InterruptedException {
    ObjectNode agent = JSON.objectNode().put("concurrency", 2 * LEASES);
    agent.putArray("capabilities").add(capability);
    client.insist("register", "PUT", "/v1/agents/" + agentId, agent, null);
    ObjectNode acquire = JSON.objectNode().put("max", LEASES).put("waitSeconds", 1);
    while (!client.isStopped()) {
      String path = "/v1/agents/" + agentId + "/leases:acquire";
      LoadClient.Answer leased = client.insist("acquire", "POST", path, acquire, null);
      if (leased != null && leased.body().path("leases").size() > 0) {
        complete(client, promises, leased.body().path("leases"));
      }
    }
  }

  private static void complete(FaultClient client, Promises promises, JsonNode leases)
      throws InterruptedException {
    ObjectNode body = JSON.objectNode();
    ArrayNode results = body.putArray("leases");
    for (JsonNode lease : leases) {
      String taskId = lease.path("taskId").asText();
      String token = lease.path("leaseToken").asText();
      long over = Instant.parse(lease.path("expiresAt").asText()).toEpochMilli();
      promises.leased(taskId, token, over - LEASE_SECONDS * 1000L, over);
      results
          .addObject()
          .put("taskId", taskId)
          .put("leaseToken", token)
          .put("output", lease.path("input").asText() + " by " + UUID.randomUUID());
    }
    LoadClient.Answer answer = client.insist("complete", "POST", "/v1/leases:complete", body, null);
    if (answer == null) {
      return;
    }
    List<String> succeeded = answer.body().path("succeeded").findValuesAsText("taskId");
    for (JsonNode result : results) {
      String taskId = result.path("taskId").asText();
      if (succeeded.contains(taskId)) {
        promises.completed(
            taskId, result.path("leaseToken").asText(), result.path("output").asText());
      }
    }
  }
}
