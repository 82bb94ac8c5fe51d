package io.longshore.coordinator;

import io.longshore.coordinator.Assignment.Actions;
import io.longshore.coordinator.Candidate.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which unstarted tasks to take back from agents that fall behind. A task moves only where it would
 * be done much sooner, counting what else is on its way there.
 */
final class Rebalancing {
  private static final int MAX_TAKEN_BACK = 100;
  private final AssignmentSettings settings;
  private final Candidates candidates;

  Rebalancing(AssignmentSettings settings, Candidates candidates) {
    this.settings = settings;
    this.candidates = candidates;
  }

  /** Takes back, last first, what would be done much sooner elsewhere. */
  void plan(Actions actions, long now) {
    Map<Candidate, Integer> coming = new HashMap<>();
    for (Candidate candidate : candidates.present()) {
      for (Placed placed : candidate.placed.values()) {
        if (placed.movingTo != null) {
          coming.merge(placed.movingTo, 1, Integer::sum);
        }
      }
    }
    int rest = MAX_TAKEN_BACK;
    for (Candidate slow : candidates.present()) {
      rest = plan(slow, coming, rest, actions, now);
    }
  }

  private int plan(
      Candidate slow, Map<Candidate, Integer> coming, int limit, Actions actions, long now) {
    List<Placed> given = new ArrayList<>(slow.placed.values());
    int rest = limit;
    for (int k = given.size() - 1; k >= 0 && rest > 0; k--) {
      Placed placed = given.get(k);
      if (!placed.answered || placed.movingTo != null || placed.task.moves >= settings.maxMoves()) {
        continue;
      }
      double here = slow.completionMillis(slow.aheadOf(k), candidates.assumedMillis());
      Candidate target = target(placed.task, slow, here, coming, now);
      if (target != null) {
        placed.movingTo = target;
        placed.moveReason = why(here, target, coming.getOrDefault(target, 0), now);
        coming.merge(target, 1, Integer::sum);
        actions
            .takeBack()
            .computeIfAbsent(slow.agent.agentId(), agent -> new ArrayList<>())
            .add(placed.task.ref.taskId());
        rest--;
      }
    }
    return rest;
  }

  private @Nullable Candidate target(
      WaitingTask task, Candidate slow, double here, Map<Candidate, Integer> coming, long now) {
    double limit = Math.min(here / settings.moveFactor(), here - settings.moveGain().toMillis());
    Candidate best = null;
    for (Candidate candidate : candidates.free()) {
      if (candidate.score >= limit) {
        break; // nobody behind it is done sooner
      }
      int more = coming.getOrDefault(candidate, 0);
      if (candidate != slow && more < candidate.free() && task.fits(candidate.agent, now)) {
        double there = candidates.estimate(candidate, more, now);
        if (there < limit) {
          limit = there;
          best = candidate;
        }
      }
    }
    return best;
  }

  private String why(double here, Candidate target, int more, long now) {
    return String.format(
        Locale.ROOT,
        "would be done in %.1f s here, in %.1f s on %s",
        here / 1000,
        candidates.estimate(target, more, now) / 1000,
        target.agent.agentId());
  }
}
