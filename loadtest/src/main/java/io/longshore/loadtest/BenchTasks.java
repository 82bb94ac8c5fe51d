package io.longshore.loadtest;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.NewTask;
import io.longshore.coordinator.TaskProtocol.Accepted;
import io.longshore.coordinator.TaskProtocol.SubmitReply;
import io.longshore.persistence.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of benchmarks: for a capability that no agent has, so that nobody but the benchmark
 * starts them.
 *
 * @param input copied into each
 */
record BenchTasks(byte[] input) {
  static final Route ROUTE = Route.capability("bench");
  private static final long LEASE_MILLIS = 30_000;
  private static final int ATTEMPTS = 5;

  /** Tasks whose input is a JSON string of so many bytes. */
  static BenchTasks ofBytes(int bytes) {
    String text = "\"" + "x".repeat(Math.max(0, bytes - 2)) + "\"";
    return new BenchTasks(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A new one, with bytes of its own as if it had come from outside. */
  NewTask task() {
    return new NewTask(
        ROUTE,
        input.clone(),
        Priority.NORMAL,
        0,
        Map.of(),
        ATTEMPTS,
        LEASE_MILLIS,
        null,
        null,
        null);
  }

  /** The id of an accepted task, or null if it was not accepted. */
  static @Nullable String acceptedId(Answer<SubmitReply> answer) {
    return answer instanceof Answer.Replied<SubmitReply> replied
            && replied.reply() instanceof Accepted accepted
        ? accepted.task().taskId()
        : null;
  }
}
