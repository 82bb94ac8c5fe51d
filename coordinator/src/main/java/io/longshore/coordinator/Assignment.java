package io.longshore.coordinator;

import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.coordinator.Candidate.Placed;
import io.longshore.coordinator.CoordinatorProtocol.Mark;
import io.longshore.registry.AgentRecord;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who gets which task of one route. Tasks go, oldest and most urgent first, to the agent that the
 * strategy ranks first among those that fit and have room. Soft and rebuildable; no Pekko, no
 * clock: time comes in with every call as epoch milliseconds.
 *
 * <p>Each assignment costs O(log n) of the agents and of the waiting tasks. Tasks that nobody can
 * take cost nothing until somebody can.
 */
final class Assignment {

  private final AssignmentSettings settings;
  private final long forgetMillis;
  private final Candidates candidates;
  private final Rebalancing rebalancing;
  private final Lateness lateness;
  private final Unfit unfit;
  private final Unanswered unanswered;
  private final Placements placements;
  private final Waiting waiting = new Waiting();

  /** All tasks, those offered last at the end. */
  private final Map<String, WaitingTask> tasks = new LinkedHashMap<>();

  private final Flow flow;

  /** Agents whose last report was a bad sign. */
  private final Set<Candidate> suspects = new LinkedHashSet<>();

  /**
   * An empty table.
   *
   * @param forgetMillis a task that the ledger has not offered for so long waits no more
   */
  Assignment(AssignmentSettings settings, Strategy strategy, long forgetMillis) {
    this(settings, strategy, forgetMillis, Unfit.Explanation.PLAIN);
  }

  /**
   * An empty table.
   *
   * @param explanation of why nobody can do a task
   */
  Assignment(
      AssignmentSettings settings,
      Strategy strategy,
      long forgetMillis,
      Unfit.Explanation explanation) {
    this.settings = settings;
    this.forgetMillis = forgetMillis;
    candidates = new Candidates(settings, strategy);
    rebalancing = new Rebalancing(settings, candidates);
    lateness = new Lateness(candidates, waiting);
    flow = new Flow(forgetMillis);
    unfit = new Unfit(candidates, waiting, explanation);
    unanswered = new Unanswered(settings.resendAfter().toMillis());
    placements = new Placements(candidates, waiting, lateness, unanswered);
  }

  /** The ledger offers tasks, perhaps again. */
  void offered(List<CoordinatorProtocol.Offered> offers, long now) {
    for (CoordinatorProtocol.Offered offered : offers) {
      String taskId = offered.ref().taskId();
      WaitingTask task = tasks.remove(taskId);
      if (task == null) {
        task = new WaitingTask(offered, settings.ageing().toMillis(), now);
        placements.await(task, now);
        flow.fresh(task.ref.createdAt(), now);
      } else if (task.placed != null) {
        unanswered.doubt(task.placed);
      } else if (task.rejecting) {
        task.rejecting = false; // the ledger has not heard of it
        placements.await(task, now);
      }
      task.offeredAt = now;
      tasks.put(taskId, task);
    }
  }

  /** A partition of the ledger says how many tasks wait there and are not offered. */
  void behind(int partition, long count, long now) {
    flow.behind(partition, count, now);
  }

  /** The ledger says that tasks wait no more. */
  void settled(List<String> taskIds, long now) {
    for (String taskId : taskIds) {
      WaitingTask task = tasks.remove(taskId);
      if (task != null) {
        placements.drop(task, now);
      }
    }
  }

  /** The ledger says what agents did badly with tasks that they held. */
  void setBack(List<CoordinatorProtocol.Setback> setbacks, long now) {
    for (CoordinatorProtocol.Setback setback : setbacks) {
      Candidate candidate = candidates.find(setback.agentId());
      if (candidate != null) {
        candidates.mark(candidate, setback.mark(), now);
        placements.index(candidate, now);
      }
    }
  }

  /** A mailbox tells what it took and what room it has. */
  void reported(AgentRecord agent, MailboxReport report, long now) {
    Candidate candidate = candidate(agent, report, now);
    long service = candidate.serviceMillis(candidates.assumedMillis(), now);
    candidate.heard(agent, report.room(), now);
    candidates.heard(candidate);
    Rebalancing.answered(candidate);
    for (String taskId : report.accepted()) {
      Placed placed = candidate.placed.get(taskId);
      if (placed != null) {
        candidate.answered(placed);
      }
    }
    for (Refusal refusal : report.refused()) {
      refused(candidate, refusal, now);
    }
    for (String taskId : report.returned()) {
      returned(candidate, taskId, now);
    }
    boolean slower =
        candidate.serviceMillis(candidates.assumedMillis(), now) > service * settings.moveFactor();
    if (!candidate.takesWork() || !report.refused().isEmpty() || slower) {
      suspects.add(candidate);
    }
    placements.index(candidate, now);
  }

  /** The agent as this life of its mailbox has it: what an earlier one had is placed anew. */
  private Candidate candidate(AgentRecord agent, MailboxReport report, long now) {
    Candidate known = candidates.find(report.agentId());
    if (known != null && known.incarnation == report.incarnation()) {
      return known;
    }
    Candidate fresh = new Candidate(agent, report.incarnation(), report.room(), now);
    if (known != null) {
      fresh.standing = known.standing;
      placements.giveUp(known, "its mailbox has moved or restarted", now);
    }
    candidates.add(fresh);
    return fresh;
  }

  private void refused(Candidate candidate, Refusal refusal, long now) {
    Placed placed = candidate.placed.get(refusal.taskId());
    if (placed != null) {
      candidates.mark(candidate, Mark.REFUSAL, now);
      Long in = refusal.capacityInMillis();
      String when =
          in == null ? "" : "; room expected in " + Candidate.seconds(in.doubleValue()) + " s";
      placements.takeAway(
          placed, Kind.REFUSED, refusal.reason() + when, now, now + settings.exclusion(in));
    }
  }

  private void returned(Candidate candidate, String taskId, long now) {
    Placed placed = candidate.placed.get(taskId);
    if (placed != null) {
      boolean asked = !placed.moveReason.isEmpty() && candidate.takesWork();
      placed.task.moves += asked ? 1 : 0;
      String why = asked ? placed.moveReason : candidate.whyReturned();
      placements.takeAway(placed, Kind.MOVED, why, now, now + settings.exclusion(null));
    }
  }

  /** Gives as many waiting tasks to agents with room as there are, and relieves suspect agents. */
  void assign(Actions actions, long now) {
    waiting.readmit(now);
    while (candidates.hasFree()) {
      WaitingTask task = waiting.next();
      if (task == null) {
        break;
      }
      Candidate best = candidates.choose(task, now);
      if (best == null) {
        waiting.block(task, candidates.narrowest(task.demand()));
      } else {
        placements.place(task, best, actions, now);
      }
    }
    if (!suspects.isEmpty()) {
      rebalancing.plan(suspects, actions, now);
      suspects.clear();
    }
  }

  /** Time has passed: gives up the silent, sends again, moves tasks that wait too long. */
  void tick(Actions actions, long now) {
    for (Candidate silent : candidates.silentSince(now - settings.silentAfter().toMillis())) {
      placements.giveUp(silent, "no word from the agent's mailbox", now);
    }
    unanswered.resend(actions, now);
    forget(now);
    flow.tick(now);
    candidates.refresh(now);
    waiting.reconsider();
    assign(actions, now);
    lateness.hopeless(now).forEach((task, why) -> Placements.reject(task, why, actions, now));
    rebalancing.plan(candidates.loaded(), actions, now);
    park(unfit.look(flow.behind() > 0, actions, now));
  }

  private void park(List<WaitingTask> leaving) {
    for (WaitingTask task : leaving) {
      tasks.remove(task.ref.taskId());
      lateness.remove(task);
    }
    flow.parked(leaving.size());
  }

  /** The ledger offers again what waits; what it does not offer has settled unheard. */
  private void forget(long now) {
    Iterator<WaitingTask> oldest = tasks.values().iterator();
    while (oldest.hasNext()) {
      WaitingTask task = oldest.next();
      if (task.offeredAt > now - forgetMillis) {
        return;
      }
      oldest.remove();
      placements.drop(task, now);
    }
  }

  /** What the table says about how many agents there should be, and who is doing badly. */
  Recommendation recommend(String capability, RecommendationSettings wanted, long now) {
    return Recommendation.of(
        capability, candidates, flow.perSecond(), waiting.size() + flow.behind(), wanted, now);
  }

  /** Whether there are no tasks and no agents, here or, as far as is known, behind what is here. */
  boolean isIdle() {
    return tasks.isEmpty() && candidates.all().isEmpty() && flow.behind() == 0;
  }

  /** How many tasks wait here for an agent. */
  int waitingCount() {
    return waiting.size();
  }

  /** The agent as it was last known, if it has reported and is not given up; null otherwise. */
  @Nullable AgentRecord known(String agentId) {
    Candidate candidate = candidates.find(agentId);
    return candidate == null ? null : candidate.agent;
  }
}
