package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Applies events, holds what they do against {@link TaskTransition}, and counts what was seen. */
final class Transitions {
  private final Set<TaskTransition> seen = EnumSet.noneOf(TaskTransition.class);

  /** Applies an event and checks what it does to its task. */
  void apply(LedgerState state, LedgerEvent event) {
    if (!(event instanceof LedgerEvent.TaskEvent about)) {
      state.apply(event);
      return;
    }
    Task before = state.find(about.taskId());
    TaskState from = before == null ? null : before.state;
    long generation = before == null ? 0 : before.generation;
    int attempts = before == null ? 0 : before.attempts;
    state.apply(event);
    if (event instanceof LedgerEvent.Forgotten) {
      assertTrue(from != null && from.terminal(), () -> "forgotten while " + from);
      return;
    }
    Task after = state.find(about.taskId());
    if (after == null) {
      throw new AssertionError(event + " is about a task that is not there");
    }
    TaskTransition transition = expected(from, about);
    assertEquals(transition.to, after.state, () -> "state after " + event);
    assertEquals(generation + 1, after.generation, () -> "generation after " + event);
    assertEquals(attempts + transition.attempts, after.attempts, () -> "attempts after " + event);
    assertEquals(
        transition.deadLetter,
        after.failure != null && after.failure.deadLettered(),
        () -> "dead letter after " + event);
    assertEquals(
        transition.to == TaskState.WORKING, after.expiresAt != 0, () -> "lease after " + event);
    assertEquals(
        transition.to == TaskState.INPUT_REQUIRED,
        after.prompt != null,
        () -> "question after " + event);
    seen.add(transition);
  }

  private static TaskTransition expected(TaskState from, LedgerEvent.TaskEvent event) {
    try {
      return TaskTransition.of(from, event);
    } catch (IllegalArgumentException e) {
      throw new AssertionError("not in the table: " + e.getMessage(), e);
    }
  }

  /** Those of others count as well. Safe for many threads. */
  synchronized void add(Transitions others) {
    seen.addAll(others.seen);
  }

  Set<TaskTransition> seen() {
    return Collections.unmodifiableSet(seen);
  }
}
