package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.FakeNode.Call;
import io.longshore.node.cli.FakeNode.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Work for one agent: hands out leases and keeps what the agent says became of them. */
final class FakeWork {
  private final Queue<ObjectNode> waiting = new ArrayDeque<>();
  private final Map<String, CompletableFuture<Ended>> ended = new ConcurrentHashMap<>();
  private final Set<String> canceled = ConcurrentHashMap.newKeySet();
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private boolean draining;

  /** How the agent ended a lease. */
  record Ended(String verb, JsonNode item) {}

  FakeWork(FakeNode node) {
    node.on("PUT /v1/agents/[^/:]+", "{}");
    node.on("POST /v1/agents/[^/:]+:resume", "{}");
    node.on("POST /v1/agents/[^/:]+:drain", call -> drain());
    node.on("POST /v1/agents/[^/:]+:heartbeat", call -> Reply.ok("{'drain': " + draining() + "}"));
    node.on("POST /v1/agents/[^/:]+/leases:acquire", this::acquire);
    node.on("POST /v1/leases:(.+)", this::settle);
  }

  /** A task for the agent; the input is JSON in which single quotes stand for double ones. */
  synchronized void add(String taskId, String input) throws Exception {
    waiting.add(
        Json.object()
            .put("taskId", taskId)
            .put("leaseToken", "token-" + taskId)
            .put("attempt", 2)
            .put("capability", "test")
            .put("deadline", "2030-01-01T00:00:00Z")
            .set("input", Json.parse(input.replace('\'', '"').getBytes(StandardCharsets.UTF_8))));
    notifyAll();
  }

  /** How the agent ended the task; waits until it has. */
  Ended ended(String taskId) throws Exception {
    return end(taskId).get(60, TimeUnit.SECONDS);
  }

  /** The submitter cancels the task. */
  void cancel(String taskId) {
    canceled.add(taskId);
  }

  /** The task's lease is over. */
  void lose(String taskId) {
    lost.add(taskId);
  }

  /** The agent is to finish and leave. */
  synchronized Reply drain() {
    draining = true;
    notifyAll();
    return Reply.ok("{}");
  }

  private synchronized boolean draining() {
    return draining;
  }

  /** How the agent will have ended the task. */
  CompletableFuture<Ended> end(String taskId) {
    return ended.computeIfAbsent(taskId, id -> new CompletableFuture<>());
  }

  private synchronized Reply acquire(Call call) throws InterruptedException {
    while (waiting.isEmpty() && !draining) {
      wait();
    }
    if (draining) {
      return new Reply(204, "", Map.of());
    }
    ObjectNode answer = Json.object();
    ArrayNode leases = answer.putArray("leases");
    for (int i = call.body().path("max").asInt(); i > 0 && !waiting.isEmpty(); i--) {
      leases.add(waiting.remove());
    }
    return new Reply(200, answer.toString(), Map.of());
  }

  private Reply settle(Call call) {
    ObjectNode answer = Json.object();
    ArrayNode succeeded = answer.putArray("succeeded");
    ArrayNode failed = answer.putArray("failed");
    ArrayNode gone = answer.putArray("canceled");
    for (JsonNode item : call.body().path("leases")) {
      String taskId = item.path("taskId").asText();
      if (lost.contains(taskId)) {
        failed
            .addObject()
            .put("taskId", taskId)
            .putObject("problem")
            .put("type", "/problems/lease-lost")
            .put("status", 409)
            .put("title", "The lease is lost");
      } else if (call.id().equals("extend") && canceled.contains(taskId)) {
        gone.addObject().put("taskId", taskId);
      } else {
        succeeded.addObject().put("taskId", taskId);
      }
      if (!call.id().equals("extend")) {
        end(taskId).complete(new Ended(call.id(), item));
      }
    }
    boolean alone = failed.size() == 1 && succeeded.isEmpty() && gone.isEmpty();
    return alone
        ? Reply.problem(409, failed.get(0).path("problem").toString())
        : new Reply(200, answer.toString(), Map.of());
  }
}
