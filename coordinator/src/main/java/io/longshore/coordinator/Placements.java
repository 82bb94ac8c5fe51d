package io.longshore.coordinator;

import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.coordinator.Candidate.Placed;
import java.util.List;

/** Where each task is: it waits, or it is placed at an agent. Takes it from here to there. */
final class Placements {
  private final Candidates candidates;
  private final Waiting waiting;
  private final Lateness lateness;
  private final Unanswered unanswered;

  Placements(Candidates candidates, Waiting waiting, Lateness lateness, Unanswered unanswered) {
    this.candidates = candidates;
    this.waiting = waiting;
    this.lateness = lateness;
    this.unanswered = unanswered;
  }

  /** It waits for an agent from now on. */
  void await(WaitingTask task, long now) {
    task.waitingSince = now;
    waiting.add(task, now);
    lateness.add(task);
  }

  /** It neither waits nor is placed any more. */
  void drop(WaitingTask task, long now) {
    Placed placed = task.placed;
    if (placed == null) {
      waiting.remove(task);
      lateness.remove(task);
    } else {
      placed.at.settled(placed);
      placed.at.moved(now);
      index(placed.at, now);
    }
  }

  /** The task waits again; the agent is not asked before {@code excludedUntil}. */
  void takeAway(Placed placed, Kind kind, String why, long now, long excludedUntil) {
    WaitingTask task = placed.task;
    placed.at.drop(placed);
    if (excludedUntil > now) {
      task.exclude(placed.at.agent.agentId(), excludedUntil);
    }
    task.decided(now, kind, placed.at.agent.agentId(), why);
    await(task, now);
  }

  /** Nothing is heard of the agent, or its mailbox has lost what it had. */
  void giveUp(Candidate candidate, String why, long now) {
    candidates.remove(candidate);
    for (Placed placed : List.copyOf(candidate.placed.values())) {
      takeAway(placed, Kind.MOVED, why, now, now);
    }
  }

  /** The candidate has changed. */
  void index(Candidate candidate, long now) {
    if (candidates.index(candidate, now)) {
      waiting.freed(candidate);
    }
  }

  /** A waiting task goes to the best, or where it is done in time, or back if it must. */
  void place(WaitingTask task, Candidate best, Actions actions, long now) {
    Candidate to = lateness.inTime(task, best, now) ? best : lateness.soonest(task, best);
    boolean late = !lateness.inTime(task, to, now);
    waiting.remove(task);
    lateness.remove(task);
    if (late && task.rejectIfLate) {
      reject(task, lateness.of(task, to, now), actions, now);
    } else {
      boolean away = !task.demand().near(to.agent);
      String why =
          to.expected(candidates.assumedMillis(), now)
              + (away
                  ? "; outside " + task.demand().region() + ", where it would wait longer"
                  : "");
      give(task, to, late ? why + "; " + lateness.of(task, to, now) : why, actions, now);
    }
  }

  private void give(WaitingTask task, Candidate to, String why, Actions actions, long now) {
    task.decided(now, Kind.ASSIGNED, to.agent.agentId(), why);
    Placed placed = to.give(task, now);
    candidates.turned(to);
    unanswered.sent(placed);
    index(to, now);
    actions.give(to.agent, task.ref);
  }

  /** The ledger is asked to reject it; it is given to nobody. */
  static void reject(WaitingTask task, String why, Actions actions, long now) {
    task.rejecting = true;
    task.decided(now, Kind.WAITING, null, why);
    actions.rejections().add(new TaskProtocol.Reject(task.ref.taskId(), why));
  }
}
