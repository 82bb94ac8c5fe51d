package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The calls an agent makes. Each is made once: its worker knows best when to try again. */
final class AgentApi {
  /** The most leases asked for or settled in one call, well within what a node takes. */
  static final int MOST_AT_ONCE = 500;

  private static final int MAX_BODY = 8 << 20;

  private final ApiClient client;
  private final String path;

  AgentApi(ApiClient client, String agentId) {
    this.client = client;
    this.path = "/v1/agents/" + ApiRequest.segment(agentId);
  }

  /** What became of the leases named in one call. */
  record Settled(Set<String> succeeded, Map<String, JsonNode> failed, Set<String> canceled) {}

  /** Registers the agent, or replaces its record, and says that it takes work. */
  void register(ObjectNode spec) {
    client.once(ApiRequest.put(path, spec));
    client.once(ApiRequest.post(path + ":resume", null));
  }

  /** Says that the agent takes no more work: a waiting {@link #acquire} then returns. */
  void drain() {
    client.once(ApiRequest.post(path + ":drain", null));
  }

  /** Says that the agent is here; whether it should finish what it has and leave. */
  boolean heartbeat() {
    return client.once(ApiRequest.post(path + ":heartbeat", null)).body().path("drain").asBoolean();
  }

  /** Asks for work and waits for it; empty if none came. */
  List<LeasedTask> acquire(int max, Duration wait, Duration lease) {
    ObjectNode body =
        Json.object()
            .put("max", max)
            .put("waitSeconds", wait.toSeconds())
            .put("leaseSeconds", lease.toSeconds());
    JsonNode answer =
        client.once(ApiRequest.post(path + "/leases:acquire", body).waiting(wait)).body();
    List<LeasedTask> tasks = new ArrayList<>();
    answer.path("leases").forEach(item -> tasks.add(LeasedTask.of(item)));
    return tasks;
  }

  /**
   * Ends or extends leases.
   *
   * @param verb {@code complete}, {@code fail}, {@code release} or {@code extend}
   * @param items at least one: task id, lease token and what the verb needs
   * @throws ApiException only if the node is busy or at fault: the rest is told per item
   */
  Settled settle(String verb, List<ObjectNode> items) {
    ObjectNode body = Json.object();
    ArrayNode leases = body.putArray("leases").addAll(items);
    if (items.size() > 1 && Json.bytes(body).length > MAX_BODY) {
      return halves(verb, items);
    }
    try {
      return read(client.once(ApiRequest.post("/v1/leases:" + verb, body)).body());
    } catch (ApiException e) {
      if (e.isBusy() || e.status() >= 500) {
        throw e;
      }
      // One item may spoil the request for all.
      return items.size() > 1
          ? halves(verb, items)
          : new Settled(Set.of(), Map.of(taskId(leases.get(0)), e.problem()), Set.of());
    }
  }

  private Settled halves(String verb, List<ObjectNode> items) {
    Settled both = new Settled(new HashSet<>(), new HashMap<>(), new HashSet<>());
    int half = items.size() / 2;
    for (List<ObjectNode> part :
        List.of(items.subList(0, half), items.subList(half, items.size()))) {
      Settled settled = settle(verb, part);
      both.succeeded.addAll(settled.succeeded);
      both.failed.putAll(settled.failed);
      both.canceled.addAll(settled.canceled);
    }
    return both;
  }

  private static Settled read(JsonNode answer) {
    Settled settled = new Settled(new HashSet<>(), new HashMap<>(), new HashSet<>());
    answer.path("succeeded").forEach(item -> settled.succeeded.add(taskId(item)));
    answer.path("canceled").forEach(item -> settled.canceled.add(taskId(item)));
    answer.path("failed").forEach(item -> settled.failed.put(taskId(item), item.path("problem")));
    return settled;
  }

  private static String taskId(JsonNode item) {
    return item.isTextual() ? item.textValue() : item.path("taskId").asText();
  }
}
