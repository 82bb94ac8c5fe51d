package io.longshore.coordinator;

import io.longshore.coordinator.Candidate.Placed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which unstarted tasks to take back: all from agents that take no work, and from agents that fall
 * behind those that would be done much sooner elsewhere, counting what else is on its way there.
 *
 * <p>It cannot thrash: a move must be worth a factor and a time, what has moved does not return
 * before its exclusion is over, and no task moves more than so often. Agents that take no work are
 * left however often a task has moved.
 */
final class Rebalancing {
  private static final int MAX_TAKEN_BACK = 100;
  private final AssignmentSettings settings;
  private final Candidates candidates;

  Rebalancing(AssignmentSettings settings, Candidates candidates) {
    this.settings = settings;
    this.candidates = candidates;
  }

  /** Looks at these agents, each with a cost of O(1) unless some of its tasks are to move. */
  void plan(Collection<Candidate> some, Actions actions, long now) {
    int rest = MAX_TAKEN_BACK;
    double best = bestScore();
    for (Candidate candidate : some) {
      if (!candidate.takesWork()) {
        leave(candidate, actions, now);
      } else if (rest > 0) {
        rest = relieve(candidate, best, rest, actions, now);
      }
    }
  }

  /** A mailbox has spoken: what was asked back from it and has not come may be asked again. */
  static void answered(Candidate candidate) {
    if (candidate.asked > 0) {
      candidate.asked = 0;
      candidate.placed.values().forEach(Placed::stay);
    }
  }

  /** Its mailbox gives everything back by itself, but what it says may be lost. */
  private void leave(Candidate candidate, Actions actions, long now) {
    for (Placed placed : candidate.placed.values()) {
      boolean due =
          placed.askedAt == 0 || placed.askedAt + settings.resendAfter().toMillis() <= now;
      if (placed.answered && due) {
        placed.askedAt = now;
        takeBack(placed, actions);
      }
    }
  }

  /** Takes back, last first, what would be done much sooner elsewhere. */
  private int relieve(Candidate slow, double best, int limit, Actions actions, long now) {
    if (slow.placed.isEmpty() || limit(here(slow, slow.placed.size() - 1, now)) <= best) {
      return limit;
    }
    List<Placed> given = new ArrayList<>(slow.placed.values());
    int rest = limit;
    for (int k = given.size() - 1; k >= 0 && rest > 0; k--) {
      Placed placed = given.get(k);
      if (!placed.answered || placed.movingTo != null || placed.task.moves >= settings.maxMoves()) {
        continue;
      }
      double here = here(slow, k, now);
      Candidate target = target(placed.task, slow, here, now);
      if (target != null) {
        placed.moveReason = why(here, target, now);
        placed.movingTo = target;
        target.coming++;
        slow.asked++;
        takeBack(placed, actions);
        rest--;
      }
    }
    return rest;
  }

  private static void takeBack(Placed placed, Actions actions) {
    actions
        .takeBack()
        .computeIfAbsent(placed.at.agent.agentId(), agent -> new ArrayList<>())
        .add(placed.task.ref.taskId());
  }

  private double here(Candidate slow, int k, long now) {
    return slow.completionMillis(slow.aheadOf(k), candidates.assumedMillis(), now);
  }

  /** What elsewhere must stay below to be worth a move. */
  private double limit(double here) {
    return Math.min(here / settings.moveFactor(), here - settings.moveGain().toMillis());
  }

  private double bestScore() {
    return candidates.hasFree()
        ? candidates.soonestAmong(Demand.NONE).first().completion
        : Double.MAX_VALUE;
  }

  private @Nullable Candidate target(WaitingTask task, Candidate slow, double here, long now) {
    task.expire(now);
    Demand demand = task.demand();
    double limit = limit(here);
    Candidate best = null;
    for (Candidate candidate : candidates.soonestAmong(demand)) {
      if (candidate.full || candidate.completion >= limit) {
        break; // nobody behind it is done sooner
      }
      int more = candidate.coming;
      if (candidate != slow && more < candidate.free() && demand.fits(candidate.agent)) {
        boolean away = demand.near(slow.agent) && !demand.near(candidate.agent);
        double there =
            candidates.estimate(candidate, more, now)
                + (away ? settings.spillOver().toMillis() : 0);
        if (there < limit) {
          limit = there;
          best = candidate;
        }
      }
    }
    return best;
  }

  private String why(double here, Candidate target, long now) {
    return "would be done in "
        + Candidate.seconds(here)
        + " s here, in "
        + Candidate.seconds(candidates.estimate(target, target.coming, now))
        + " s on "
        + target.agent.agentId();
  }
}
