package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent as the API shows it, as far as the command line needs it.
 *
 * @param agentId who
 * @param status {@code online}, {@code offline}, {@code draining}
 * @param capabilities what it can do
 * @param concurrency tasks at once
 * @param running tasks it works on
 * @param queued tasks that wait in its mailbox
 * @param serviceTime how long a task takes it; null if not yet known
 * @param estimatedWait how long one assigned now would wait; null if unknown
 * @param description in its own words
 */
public record AgentInfo(
    String agentId,
    String status,
    List<String> capabilities,
    int concurrency,
    int running,
    int queued,
    @Nullable Duration serviceTime,
    @Nullable Duration estimatedWait,
    String description) {

  /** Reads one agent of {@code GET /v1/agents}. */
  public static AgentInfo of(JsonNode agent) {
    List<String> capabilities = new ArrayList<>();
    agent.path("capabilities").forEach(c -> capabilities.add(c.asText()));
    return new AgentInfo(
        agent.path("agentId").asText(),
        agent.path("status").asText("unknown"),
        List.copyOf(capabilities),
        agent.path("concurrency").asInt(),
        agent.path("running").asInt(),
        agent.path("queued").asInt(),
        seconds(agent.path("serviceTimeSeconds")),
        seconds(agent.path("estimatedWaitSeconds")),
        agent.path("description").asText(""));
  }

  private static @Nullable Duration seconds(JsonNode value) {
    return value.isNumber() && value.asDouble() > 0
        ? Duration.ofMillis(Math.round(value.asDouble() * 1000))
        : null;
  }
}
