package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.Candidate.Placed;
import io.longshore.registry.WantedCapability;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A task that a coordinator holds until the ledger says that it does not wait any more. */
final class WaitingTask {
  /** The oldest go first beyond this: they travel with every assignment. */
  static final int MAX_DECISIONS = 20;

  /** Of more, the one that ends first is given up: a task that many refused may be asked again. */
  static final int MAX_EXCLUDED = 32;

  TaskRef ref;

  /** Whether its submitter wants it back rather than late. */
  final boolean rejectIfLate;

  /** Position among the waiting: submission time, later by a step for each lower priority. */
  final long rank;

  long offeredAt;

  /** Since when it waits for an agent, here. */
  long waitingSince;

  int moves;
  boolean noted;

  /** The ledger has been asked to reject it: it is given to nobody. */
  boolean rejecting;

  /** Where it is placed; null while it waits. */
  @Nullable Placed placed;

  /** Those alike it that wait; null while it is placed. */
  Waiting.@Nullable Group group;

  private Demand demand;
  private final Map<String, Long> excludedUntil = new HashMap<>(2);

  WaitingTask(CoordinatorProtocol.Offered offered, long ageingMillis, long now) {
    ref = offered.ref();
    demand = new Demand(wanted(ref.route()), offered.labels(), offered.region(), Set.of());
    rejectIfLate = offered.rejectIfLate() && ref.deadlineAt() != 0;
    rank = ref.createdAt() + steps(ref.priority()) * ageingMillis;
    offeredAt = now;
  }

  /** What its agent must offer if the coordinator's route does not say it all. */
  private static @Nullable WantedCapability wanted(Route route) {
    return route.withoutRange().equals(route) ? null : WantedCapability.of(route.name());
  }

  /** By how many steps a task of this priority comes later than the most urgent. */
  static int steps(Priority priority) {
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
              decisions.subList(decisions.size() - MAX_DECISIONS + 1, decisions.size()),
              ref.bytes());
    }
    ref = ref.with(new Decision(at, kind, agentId, reason));
  }

  /** The latest decision about it. */
  Decision lastDecision() {
    return ref.decisions().get(ref.decisions().size() - 1);
  }

  /** The agent is not asked again before {@code until}. Not while the task waits in a group. */
  void exclude(String agentId, long until) {
    excludedUntil.merge(agentId, until, Math::max);
    if (excludedUntil.size() > MAX_EXCLUDED) {
      long first = nextExpiry();
      excludedUntil.values().removeIf(end -> end <= first);
    }
    excludeAnew();
  }

  /** Exclusions that are over count no more. Not while the task waits in a group. */
  void expire(long now) {
    if (!excludedUntil.isEmpty() && excludedUntil.values().removeIf(until -> until <= now)) {
      excludeAnew();
    }
  }

  private void excludeAnew() {
    demand = demand.excluding(Set.copyOf(excludedUntil.keySet()));
  }

  /** When the first exclusion is over, epoch milliseconds; {@link Long#MAX_VALUE} for none. */
  long nextExpiry() {
    long next = Long.MAX_VALUE;
    for (long until : excludedUntil.values()) {
      next = Math.min(next, until);
    }
    return next;
  }

  /** What its agent must be, as of the last change of its exclusions. */
  Demand demand() {
    return demand;
  }
}
