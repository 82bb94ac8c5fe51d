package io.longshore.loadtest;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.NewTask;
import io.longshore.coordinator.TaskProtocol.Accepted;
import io.longshore.coordinator.TaskProtocol.SubmitReply;
import io.longshore.persistence.Answer;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of benchmarks: for a capability that no agent has, so that nobody but the benchmark
 * starts them. Thread-safe.
 */
final class BenchTasks {
  static final Route ROUTE = Route.capability("bench");
  private static final long LEASE_MILLIS = 30_000;
  private static final int ATTEMPTS = 5;

  private final BenchInputs inputs;

  /** Those with inputs and outputs of so many bytes. */
  BenchTasks(int bytes) {
    inputs = new BenchInputs(bytes);
  }

  /** Bytes of its own, as if they had come from outside. */
  byte[] payload() {
    return inputs.get(ThreadLocalRandom.current().nextInt()).clone();
  }

  /** A new one. */
  NewTask task() {
    return new NewTask(
        ROUTE, payload(), Priority.NORMAL, 0, Map.of(), ATTEMPTS, LEASE_MILLIS, null, null, null);
  }

  /** The id of an accepted task, or null if it was not accepted. */
  static @Nullable String acceptedId(Answer<SubmitReply> answer) {
    return answer instanceof Answer.Replied<SubmitReply> replied
            && replied.reply() instanceof Accepted accepted
        ? accepted.task().taskId()
        : null;
  }
}
