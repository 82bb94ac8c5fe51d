package io.longshore.coordinator;

import io.longshore.agents.TaskRef.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to the tasks of a partition. Stored for ever under logical names by {@link
 * LedgerEventCodec}; {@code at} is when it was decided, epoch milliseconds.
 */
public sealed interface LedgerEvent {
  /** When it was decided, epoch milliseconds. */
  long at();

  /** A new incarnation of the partition writes from here on. */
  record Opened(long epoch, long at) implements LedgerEvent {}

  /** All other events are about one task. */
  sealed interface TaskEvent extends LedgerEvent {
    /** Which task. */
    String taskId();
  }

  /** A task was accepted. {@code contentHash} tells a repeated submission from a different one. */
  record Submitted(String taskId, NewTask task, long contentHash, long at) implements TaskEvent {}

  /** An agent holds a lease until {@code expiresAt}. */
  record Started(
      String taskId,
      String agentId,
      String leaseToken,
      long leaseMillis,
      long expiresAt,
      List<Decision> decisions,
      long at)
      implements TaskEvent {}

  /** The lease lasts longer. */
  record Extended(
      String taskId, long leaseMillis, long expiresAt, byte @Nullable [] progress, long at)
      implements TaskEvent {}

  /** The agent has a result. */
  record Completed(String taskId, byte[] output, long at) implements TaskEvent {}

  /** An attempt ended without a result; the next may start at {@code retryAt}. */
  record AttemptFailed(
      String taskId, boolean byAgent, String code, String message, long retryAt, long at)
      implements TaskEvent {}

  /** The agent gave the task back untried. */
  record Released(String taskId, long at) implements TaskEvent {}

  /** The agent gave the task back untried and asks the submitter something, one JSON value. */
  record InputRequired(String taskId, byte[] prompt, long at) implements TaskEvent {}

  /** The submitter has answered, one JSON value: the task waits for an agent again. */
  record Resumed(String taskId, byte[] input, long at) implements TaskEvent {}

  /** The submitter wants a running task to stop; forced at {@code forcedAt}. */
  record CancelRequested(String taskId, long forcedAt, long at) implements TaskEvent {}

  /** Withdrawn. */
  record Canceled(String taskId, long at) implements TaskEvent {}

  /** Given up. */
  record Failed(
      String taskId, boolean byAgent, String code, String message, boolean deadLettered, long at)
      implements TaskEvent {}

  /** Refused before anybody began: nobody can do it as it was asked. */
  record Rejected(String taskId, String code, String message, long at) implements TaskEvent {}

  /** The first {@code count} tasks to end are in the archive and leave the memory. */
  record Archived(int count, long at) implements LedgerEvent {}

  /** An ended task is kept no more: written by older versions only, which had no archive. */
  record Forgotten(String taskId, long at) implements TaskEvent {}

  /** An idempotency key's time is over. */
  record KeyForgotten(String key, long at) implements LedgerEvent {}
}
