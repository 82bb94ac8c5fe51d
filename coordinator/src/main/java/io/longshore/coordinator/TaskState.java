package io.longshore.coordinator;

import java.util.Locale;

/** Where a task stands. The last four are terminal: nothing changes them. */
public enum TaskState {
  /** Accepted; waits for an agent, or for its next attempt. */
  SUBMITTED(false),
  /** An agent holds a lease on it. */
  WORKING(false),
  /** The agent waits for more input from the submitter. */
  INPUT_REQUIRED(false),
  /** Done; there is a result. */
  COMPLETED(true),
  /** Given up; there is a failure. */
  FAILED(true),
  /** Withdrawn by the submitter. */
  CANCELED(true),
  /** Refused after it was accepted: nobody may do it. */
  REJECTED(true);

  private final boolean terminal;

  TaskState(boolean terminal) {
    this.terminal = terminal;
  }

  /** Whether nothing changes it any more. */
  public boolean terminal() {
    return terminal;
  }

  /** The name on the wire and in the journal: {@code input-required}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The inverse of {@link #wireName()}.
   *
   * @throws IllegalArgumentException if there is no such state
   */
  public static TaskState ofWireName(String name) {
    for (TaskState state : values()) {
      if (state.wireName().equals(name)) {
        return state;
      }
    }
    throw new IllegalArgumentException("No such task state: " + name);
  }
}
