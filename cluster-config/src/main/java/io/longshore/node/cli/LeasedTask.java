package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A task that this agent holds.
 *
 * @param taskId which
 * @param leaseToken proves the hold
 * @param attempt 1 for the first
 * @param capability what is asked; empty if the task is for this agent by name
 * @param deadline ISO-8601; empty for never
 * @param input what to work on
 */
record LeasedTask(
    String taskId,
    String leaseToken,
    int attempt,
    String capability,
    String deadline,
    JsonNode input) {

  /** Reads one lease of {@code leases:acquire}. */
  static LeasedTask of(JsonNode lease) {
    return new LeasedTask(
        lease.path("taskId").asText(),
        lease.path("leaseToken").asText(),
        lease.path("attempt").asInt(1),
        lease.path("capability").asText(""),
        lease.path("deadline").asText(""),
        lease.path("input"));
  }

  /** The lease as later calls name it. */
  ObjectNode reference() {
    return Json.object().put("taskId", taskId).put("leaseToken", leaseToken);
  }
}
