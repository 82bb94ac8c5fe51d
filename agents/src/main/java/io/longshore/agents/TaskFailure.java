package io.longshore.agents;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt at a task ended without a result.
 *
 * @param code stable and short, for programs
 * @param message for people; kept with the task and shown to its submitter
 * @param retryable whether another attempt may help
 * @param retryAfterMillis the delay before the next attempt; null for the usual one
 */
public record TaskFailure(
    String code, String message, boolean retryable, @Nullable Long retryAfterMillis) {

  /** The code where an agent says none. */
  public static final String AGENT_ERROR = "agent-error";

  /** A failure after which the task is tried again if it may be. */
  public static TaskFailure retryable(String code, String message) {
    return new TaskFailure(code, message, true, null);
  }

  /** A failure after which nothing is tried. */
  public static TaskFailure permanent(String code, String message) {
    return new TaskFailure(code, message, false, null);
  }

  /** The same failure with a delay of its own before the next attempt. */
  public TaskFailure after(@Nullable Long millis) {
    return new TaskFailure(code, message, retryable, millis);
  }
}
