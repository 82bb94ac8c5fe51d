package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task as the API shows it, as far as the command line needs it.
 *
 * @param taskId which
 * @param state where it stands
 * @param generation rises with every event of the task
 * @param target the capability, or {@code @} and the agent it is for
 * @param agentId who holds it or held it last; empty if nobody
 * @param priority how urgent
 * @param attempts how often it was started
 * @param maxAttempts how often it may be
 * @param createdAt when it was accepted
 * @param updatedAt when it last changed
 * @param deadline when its result is worth nothing; null for never
 * @param decisions made about it; empty where the answer did not tell
 * @param json the whole answer
 */
public record TaskInfo(
    String taskId,
    String state,
    long generation,
    String target,
    String agentId,
    String priority,
    int attempts,
    int maxAttempts,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant deadline,
    List<Decision> decisions,
    JsonNode json) {
  private static final Set<String> TERMINAL = Set.of("completed", "failed", "canceled", "rejected");

  /**
   * One decision about a task and its reason.
   *
   * @param at when
   * @param kind {@code assigned}, {@code refused}, {@code moved}, {@code started}, …
   * @param agentId about which agent; empty if none
   * @param reason why, in words
   */
  public record Decision(Instant at, String kind, String agentId, String reason) {}

  /** Reads one task of {@code GET /v1/tasks}. */
  public static TaskInfo of(JsonNode task) {
    String capability = task.path("capability").asText("");
    return new TaskInfo(
        task.path("taskId").asText(),
        task.path("state").asText("unknown"),
        task.path("generation").asLong(),
        capability.isEmpty() ? "@" + task.path("agent").asText("?") : capability,
        task.path("agentId").asText(""),
        task.path("priority").asText(""),
        task.path("attempts").asInt(),
        task.path("maxAttempts").asInt(),
        instant(task.path("createdAt")),
        instant(task.path("updatedAt")),
        task.hasNonNull("deadline") ? instant(task.path("deadline")) : null,
        decisions(task.path("decisions")),
        task);
  }

  /** The same task with its decisions, as {@code GET /v1/tasks/{id}/decisions} answers them. */
  public TaskInfo decided(JsonNode answer) {
    return new TaskInfo(
        taskId,
        state,
        generation,
        target,
        agentId,
        priority,
        attempts,
        maxAttempts,
        createdAt,
        updatedAt,
        deadline,
        decisions(answer.path("decisions")),
        json);
  }

  private static List<Decision> decisions(JsonNode list) {
    List<Decision> decisions = new ArrayList<>();
    for (JsonNode item : list) {
      decisions.add(
          new Decision(
              instant(item.path("at")),
              item.path("kind").asText(""),
              item.path("agentId").asText(""),
              item.path("reason").asText("")));
    }
    return List.copyOf(decisions);
  }

  /** Whether nothing changes it any more. */
  public boolean ended() {
    return TERMINAL.contains(state);
  }

  /** Whether its agent has asked something and waits for the answer. */
  public boolean asks() {
    return state.equals("input-required");
  }

  /** What its agent asks. */
  public JsonNode prompt() {
    return json.path("inputRequired").path("prompt");
  }

  /** Whether it ended with a result. */
  public boolean completed() {
    return state.equals("completed");
  }

  /** From acceptance to the end, or to now if it has not ended. */
  public Duration age(Instant now) {
    return Duration.between(createdAt, ended() ? updatedAt : now);
  }

  /** How often it was taken back from an agent before it started. */
  public int moves() {
    return (int) decisions.stream().filter(d -> d.kind().equals("moved")).count();
  }

  /** The result. */
  public JsonNode output() {
    return json.path("output");
  }

  /** Why it has no result, in words. */
  public String failure() {
    JsonNode failure = json.path("failure");
    return failure.isMissingNode() || failure.isNull()
        ? state
        : "%s (%s, after %s)"
            .formatted(
                failure.path("message").asText("no reason given"),
                failure.path("code").asText("unknown"),
                Text.count(failure.path("attempts").asInt(), "attempt"));
  }

  private static Instant instant(JsonNode value) {
    try {
      return Instant.parse(value.asText());
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
