package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which changes of state a task may make, and which were seen. */
final class Transitions {

  /** From one state, none before the first, to another. */
  record Transition(@Nullable TaskState from, TaskState to) {}

  /** All there are. Nothing leads to {@code input-required} and {@code rejected} yet. */
  static final Set<Transition> ALLOWED =
      Set.of(
          new Transition(null, TaskState.SUBMITTED),
          new Transition(TaskState.SUBMITTED, TaskState.WORKING),
          new Transition(TaskState.SUBMITTED, TaskState.CANCELED),
          new Transition(TaskState.SUBMITTED, TaskState.FAILED),
          new Transition(TaskState.WORKING, TaskState.WORKING),
          new Transition(TaskState.WORKING, TaskState.SUBMITTED),
          new Transition(TaskState.WORKING, TaskState.COMPLETED),
          new Transition(TaskState.WORKING, TaskState.FAILED),
          new Transition(TaskState.WORKING, TaskState.CANCELED));

  private final Set<Transition> seen = new LinkedHashSet<>();

  /** Applies an event and checks what it does to its task. */
  void apply(LedgerState state, LedgerEvent event) {
    if (!(event instanceof LedgerEvent.TaskEvent about)) {
      state.apply(event);
      return;
    }
    Task before = state.find(about.taskId());
    TaskState from = before == null ? null : before.state;
    long generation = before == null ? 0 : before.generation;
    state.apply(event);
    if (event instanceof LedgerEvent.Forgotten) {
      assertTrue(from != null && from.terminal(), () -> "forgotten while " + from);
      return;
    }
    Task after = state.find(about.taskId());
    if (after == null) {
      throw new AssertionError(event + " is about a task that is not there");
    }
    Transition transition = new Transition(from, after.state);
    assertTrue(ALLOWED.contains(transition), () -> transition + " by " + event);
    assertEquals(generation + 1, after.generation, () -> "generation after " + event);
    seen.add(transition);
  }

  void add(Transitions others) {
    seen.addAll(others.seen);
  }

  Set<Transition> seen() {
    return seen;
  }
}
