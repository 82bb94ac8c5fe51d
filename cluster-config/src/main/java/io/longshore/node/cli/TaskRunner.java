package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;

/** Does the work of a task. */
@FunctionalInterface
interface TaskRunner {
  /** A runner whose result is its input. */
  TaskRunner ECHO =
      task ->
          new Run(CompletableFuture.completedFuture(new Outcome.Completed(task.input())), () -> {});

  /** Starts to work and returns at once. */
  Run start(LeasedTask task);

  /**
   * Work under way.
   *
   * @param outcome comes always, and never exceptionally
   * @param kill makes it come soon, whatever it will be
   */
  record Run(CompletableFuture<Outcome> outcome, Runnable kill) {}

  /** How the work ended. */
  sealed interface Outcome {

    /** With a result: one JSON value. */
    record Completed(JsonNode output) implements Outcome {}

    /**
     * Without one.
     *
     * @param message for people
     * @param retryable whether another attempt may do better
     */
    record Failed(String message, boolean retryable) implements Outcome {}
  }
}
