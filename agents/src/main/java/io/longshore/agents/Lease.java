package io.longshore.agents;

import io.longshore.agents.TaskRef.Priority;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent's time-limited hold on a task, with all it needs to do it.
 *
 * @param taskId which task
 * @param leaseToken proves the hold; a stale one changes nothing
 * @param attempt 1 for the first
 * @param expiresAt when the hold ends, epoch milliseconds
 * @param route the capability asked for, or the agent
 * @param input the task's input, one JSON value as UTF-8
 * @param priority how urgent
 * @param deadlineAt epoch milliseconds; 0 for never
 * @param labels of the task
 * @param correlationId of the submitter
 * @param traceparent W3C trace context of the submitter
 * @param exchanges what earlier holders asked the submitter and were answered, the oldest first
 */
public record Lease(
    String taskId,
    String leaseToken,
    int attempt,
    long expiresAt,
    Route route,
    byte[] input,
    Priority priority,
    long deadlineAt,
    Map<String, String> labels,
    @Nullable String correlationId,
    @Nullable String traceparent,
    List<Exchange> exchanges) {

  /**
   * A question of an agent and the submitter's answer to it.
   *
   * @param prompt the question, one JSON value as UTF-8
   * @param input the answer, one JSON value as UTF-8
   */
  public record Exchange(byte[] prompt, byte[] input) {}
}
