package io.longshore.coordinator;

import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.registry.AgentRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task that a coordinator holds until the ledger says that it does not wait any more. */
final class WaitingTask {
  /** The oldest go first beyond this: they travel with every assignment. */
  static final int MAX_DECISIONS = 20;

  TaskRef ref;
  final Map<String, String> labels;

  /** Position among the waiting: submission time, later by a step for each lower priority. */
  final long rank;

  long offeredAt;
  int moves;
  boolean noted;
  private final Map<String, Long> excludedUntil = new HashMap<>(2);

  WaitingTask(CoordinatorProtocol.Offered offered, long ageingMillis, long now) {
    ref = offered.ref();
    labels = offered.labels();
    rank = ref.createdAt() + steps(ref.priority()) * ageingMillis;
    offeredAt = now;
  }

  private static int steps(Priority priority) {
    return switch (priority) {
      case HIGH -> 0;
      case NORMAL -> 1;
      case LOW -> 2;
    };
  }

  void decided(long at, Decision.Kind kind, @Nullable String agentId, String reason) {
    List<Decision> decisions = ref.decisions();
    if (decisions.size() >= MAX_DECISIONS) {
      ref =
          new TaskRef(
              ref.taskId(),
              ref.route(),
              ref.priority(),
              ref.deadlineAt(),
              ref.createdAt(),
              decisions.subList(decisions.size() - MAX_DECISIONS + 1, decisions.size()));
    }
    ref = ref.with(new Decision(at, kind, agentId, reason));
  }

  void exclude(String agentId, long until) {
    excludedUntil.put(agentId, until);
  }

  boolean fits(AgentRecord agent, long now) {
    Long until = excludedUntil.get(agent.agentId());
    return (until == null || until <= now)
        && (labels.isEmpty() || agent.spec().labels().entrySet().containsAll(labels.entrySet()));
  }
}
