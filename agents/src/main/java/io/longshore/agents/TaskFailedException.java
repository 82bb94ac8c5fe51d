package io.longshore.agents;

import java.time.Duration;

/**
 * Thrown by a {@link TaskHandler} to fail its attempt with a code and a message of its own. The
 * message is kept with the task and shown to its submitter.
 */
public final class TaskFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient TaskFailure failure;

  private TaskFailedException(TaskFailure failure) {
    super(failure.code() + ": " + failure.message());
    this.failure = failure;
  }

  /** Fails the attempt; the task is tried again after the usual delay while attempts are left. */
  public static TaskFailedException retryable(String code, String message) {
    return new TaskFailedException(TaskFailure.retryable(code, message));
  }

  /** Fails the attempt; the task is tried again after this delay while attempts are left. */
  public static TaskFailedException retryable(String code, String message, Duration after) {
    return new TaskFailedException(TaskFailure.retryable(code, message).after(after.toMillis()));
  }

  /** Fails the task: another attempt would fail too. It becomes a dead letter. */
  public static TaskFailedException permanent(String code, String message) {
    return new TaskFailedException(TaskFailure.permanent(code, message));
  }

  TaskFailure failure() {
    return failure;
  }
}
