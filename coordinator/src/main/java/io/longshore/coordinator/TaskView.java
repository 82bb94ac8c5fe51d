package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Priority;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task as the ledger knows it. Times are epoch milliseconds.
 *
 * @param taskId a time-ordered UUID that carries its partition
 * @param state where it stands
 * @param generation rises by one with every event of the task
 * @param route the capability wanted, or the one agent
 * @param input one JSON value as UTF-8; null in lists
 * @param output one JSON value as UTF-8; null until completed, and in lists
 * @param priority how urgent
 * @param createdAt when it was accepted
 * @param updatedAt when it last changed
 * @param deadlineAt 0 for never
 * @param labels that the agent must carry
 * @param attempts how often it was started
 * @param maxAttempts how often it may be
 * @param leaseMillis its own lease length
 * @param correlationId of the submitter
 * @param traceparent of the submitter
 * @param agentId who holds it or held it last
 * @param leaseExpiresAt while working; else 0
 * @param progress as the agent last told, one JSON value as UTF-8
 * @param inputRequired what its agent asks the submitter; null in other states, and in lists
 * @param failure why it failed
 * @param decisions what was decided about it; empty in lists
 * @param redriveOf the dead letter it was made of
 * @param region where its agent should be rather than elsewhere; null for anywhere
 * @param rejectIfLate whether it is rejected rather than begun if no agent can meet its deadline
 */
public record TaskView(
    String taskId,
    TaskState state,
    long generation,
    Route route,
    byte @Nullable [] input,
    byte @Nullable [] output,
    Priority priority,
    long createdAt,
    long updatedAt,
    long deadlineAt,
    Map<String, String> labels,
    int attempts,
    int maxAttempts,
    long leaseMillis,
    @Nullable String correlationId,
    @Nullable String traceparent,
    @Nullable String agentId,
    long leaseExpiresAt,
    byte @Nullable [] progress,
    @Nullable InputRequired inputRequired,
    @Nullable Failure failure,
    List<Decision> decisions,
    @Nullable String redriveOf,
    @Nullable String region,
    boolean rejectIfLate) {

  /** A task that was accepted just now. */
  static TaskView submitted(String taskId, NewTask task, long now) {
    return new TaskView(
        taskId,
        TaskState.SUBMITTED,
        1,
        task.route(),
        task.input(),
        null,
        task.priority(),
        now,
        now,
        task.deadlineAt(),
        task.labels(),
        0,
        task.maxAttempts(),
        task.leaseMillis(),
        task.correlationId(),
        task.traceparent(),
        null,
        0,
        null,
        null,
        null,
        List.of(),
        task.redriveOf(),
        task.region(),
        task.rejectIfLate());
  }

  /**
   * What an agent asks the submitter.
   *
   * @param prompt the question, one JSON value as UTF-8
   * @param since when it was asked, epoch milliseconds
   */
  public record InputRequired(byte[] prompt, long since) {}

  /**
   * Why a task failed.
   *
   * @param code {@code deadline-exceeded}, {@code attempts-exhausted}, {@code agent-error}, {@code
   *     too-many-exchanges}, {@code deadline-unreachable} or the agent's own
   * @param message for people
   * @param attempts how many were made
   * @param deadLettered whether it waits in the dead letters for a person to look
   */
  public record Failure(String code, String message, int attempts, boolean deadLettered) {}
}
