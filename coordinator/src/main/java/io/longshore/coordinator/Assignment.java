package io.longshore.coordinator;

import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Status;
import io.longshore.coordinator.Candidate.Placed;
import io.longshore.registry.AgentRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who gets which task of one route. Tasks go, oldest and most urgent first, to the agent with the
 * shortest estimated completion, {@code (queued + running + 1) × service time ÷ concurrency ×
 * penalty}, among those that have room. Soft and rebuildable; no Pekko, no clock: time comes in
 * with every call as epoch milliseconds.
 */
final class Assignment {

  /** What is to be done: refs to give to an agent's mailbox, or ids to take back from it. */
  record Actions(
      Map<AgentRecord, List<TaskRef>> give,
      Map<String, List<String>> takeBack,
      List<TaskProtocol.Note> notes) {
    Actions() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    }
  }

  private static final int MAX_TAKEN_BACK = 100;
  private final AssignmentSettings settings;
  private final long forgetMillis;
  private final Map<String, WaitingTask> waiting = new HashMap<>();
  private final TreeSet<WaitingTask> order =
      new TreeSet<>(
          Comparator.<WaitingTask>comparingLong(task -> task.rank)
              .thenComparing(task -> task.ref.taskId()));
  private final Map<String, Candidate> candidates = new HashMap<>();
  private final TreeSet<Candidate> free =
      new TreeSet<>(
          Comparator.<Candidate>comparingDouble(candidate -> candidate.score)
              .thenComparing(candidate -> candidate.agent.agentId()));
  private final Map<String, Candidate> placedAt = new HashMap<>();

  /**
   * An empty table.
   *
   * @param forgetMillis a task that the ledger has not offered for so long waits no more
   */
  Assignment(AssignmentSettings settings, long forgetMillis) {
    this.settings = settings;
    this.forgetMillis = forgetMillis;
  }

  /** The ledger offers tasks, perhaps again. */
  void offered(List<CoordinatorProtocol.Offered> tasks, long now) {
    for (CoordinatorProtocol.Offered offered : tasks) {
      String taskId = offered.ref().taskId();
      WaitingTask known = find(taskId);
      if (known == null) {
        await(new WaitingTask(offered, settings.ageing().toMillis(), now));
      } else {
        known.offeredAt = now;
      }
    }
  }

  /** The ledger says that tasks wait no more. */
  void settled(List<String> taskIds, long now) {
    for (String taskId : taskIds) {
      WaitingTask task = waiting.remove(taskId);
      if (task != null) {
        order.remove(task);
      }
      Candidate candidate = placedAt.remove(taskId);
      if (candidate != null) {
        candidate.drop(placed(candidate, taskId));
        index(candidate, now);
      }
    }
  }

  /** A mailbox tells what it took and what room it has. */
  void reported(AgentRecord agent, MailboxReport report, long now) {
    Candidate candidate = candidates.get(report.agentId());
    if (candidate == null || candidate.incarnation != report.incarnation()) {
      if (candidate != null) {
        giveUp(candidate, "its mailbox has moved or restarted", now);
      }
      candidate = new Candidate(agent, report.incarnation(), report.room(), now);
      candidates.put(report.agentId(), candidate);
    }
    unindex(candidate);
    candidate.agent = agent;
    candidate.room = report.room();
    candidate.heardAt = now;
    candidate.placed.values().forEach(placed -> placed.takingBack = false);
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
      Placed placed = candidate.placed.get(taskId);
      if (placed != null) {
        String why = placed.moveReason.isEmpty() ? reason(candidate) : placed.moveReason;
        takeAway(candidate, placed, Kind.MOVED, why, now);
      }
    }
    index(candidate, now);
  }

  private static String reason(Candidate candidate) {
    return switch (candidate.room.status()) {
      case ONLINE -> "given back unstarted";
      case OFFLINE -> "the agent went offline";
      case DRAINING -> "the agent is draining";
    };
  }

  private void refused(Candidate candidate, Refusal refusal, long now) {
    Placed placed = candidate.placed.get(refusal.taskId());
    if (placed == null) {
      return;
    }
    candidate.refused(settings.penaltyHalfLife().toMillis(), now);
    Long in = refusal.capacityInMillis();
    String when = in == null ? "" : "; room expected in %.1f s".formatted(in / 1000.0);
    takeAway(candidate, placed, Kind.REFUSED, refusal.reason() + when, now);
  }

  private void takeAway(Candidate candidate, Placed placed, Kind kind, String why, long now) {
    WaitingTask task = placed.task;
    candidate.drop(placed);
    placedAt.remove(task.ref.taskId());
    task.decided(now, kind, candidate.agent.agentId(), why);
    task.exclude(candidate.agent.agentId(), now + settings.exclusion().toMillis());
    task.moves += kind == Kind.MOVED ? 1 : 0;
    await(task);
  }

  private void giveUp(Candidate candidate, String why, long now) {
    unindex(candidate);
    for (Placed placed : List.copyOf(candidate.placed.values())) {
      takeAway(candidate, placed, Kind.MOVED, why, now);
    }
    candidates.remove(candidate.agent.agentId());
  }

  /** Gives as many waiting tasks to agents with room as there are. */
  void assign(Actions actions, long now) {
    Iterator<WaitingTask> tasks = order.iterator();
    while (tasks.hasNext() && !free.isEmpty()) {
      WaitingTask task = tasks.next();
      Candidate best = best(task, null, now);
      if (best != null) {
        tasks.remove();
        waiting.remove(task.ref.taskId());
        give(task, best, actions, now);
      }
    }
  }

  private void give(WaitingTask task, Candidate to, Actions actions, long now) {
    task.decided(now, Kind.ASSIGNED, to.agent.agentId(), why(to));
    unindex(to);
    to.give(task, now);
    placedAt.put(task.ref.taskId(), to);
    index(to, now);
    actions.give().computeIfAbsent(to.agent, agent -> new ArrayList<>()).add(task.ref);
  }

  private String why(Candidate to) {
    long assumed = assumed();
    return "done in about %.1f s: %d ahead, %s %.1f s each, %d at once"
        .formatted(
            to.completionMillis(to.ahead(), assumed) / 1000.0,
            to.ahead(),
            to.room.serviceMillis() > 0 ? "measured" : "assumed",
            to.serviceMillis(assumed) / 1000.0,
            to.room.concurrency());
  }

  private @Nullable Candidate best(WaitingTask task, @Nullable Candidate except, long now) {
    for (Candidate candidate : free) {
      if (candidate != except && task.fits(candidate.agent, now)) {
        return candidate;
      }
    }
    return null;
  }

  /** Time has passed: gives up the silent, sends again, moves tasks that wait too long. */
  void tick(Actions actions, long now) {
    for (Candidate candidate : List.copyOf(candidates.values())) {
      if (candidate.heardAt + settings.silentAfter().toMillis() <= now) {
        giveUp(candidate, "no word from the agent's mailbox", now);
      } else {
        resend(candidate, actions, now);
        rebalance(candidate, actions, now);
      }
    }
    forget(now);
    assign(actions, now);
    for (WaitingTask task : order) {
      if (!task.noted && nobodyFits(task)) {
        task.noted = true;
        task.decided(now, Kind.WAITING, null, "no agent that can do it is online");
        actions.notes().add(note(task));
      }
    }
  }

  private static TaskProtocol.Note note(WaitingTask task) {
    List<TaskRef.Decision> decisions = task.ref.decisions();
    return new TaskProtocol.Note(task.ref.taskId(), decisions.get(decisions.size() - 1));
  }

  private boolean nobodyFits(WaitingTask task) {
    return candidates.values().stream()
        .noneMatch(
            candidate ->
                candidate.room.status() == Status.ONLINE
                    && task.fits(candidate.agent, Long.MAX_VALUE));
  }

  private void resend(Candidate candidate, Actions actions, long now) {
    for (Placed placed : candidate.placed.values()) {
      if (!placed.answered && placed.sentAt + settings.resendAfter().toMillis() <= now) {
        actions
            .give()
            .computeIfAbsent(candidate.agent, agent -> new ArrayList<>())
            .add(placed.task.ref);
      }
    }
  }

  /** Takes back, last first, what would be done much sooner elsewhere. */
  private void rebalance(Candidate slow, Actions actions, long now) {
    List<Placed> given = new ArrayList<>(slow.placed.values());
    Map<Candidate, Integer> planned = new HashMap<>();
    for (int k = given.size() - 1; k >= 0 && planned.size() < MAX_TAKEN_BACK; k--) {
      Placed placed = given.get(k);
      Candidate best = best(placed.task, slow, now);
      if (!placed.answered
          || placed.takingBack
          || best == null
          || placed.task.moves >= settings.maxMoves()) {
        continue;
      }
      int alsoMoved = planned.getOrDefault(best, 0);
      double here = slow.completionMillis(slow.room.running() + k, assumed());
      double there = best.completionMillis(best.ahead() + alsoMoved, assumed());
      if (alsoMoved < best.free()
          && here > settings.moveFactor() * there
          && here - there > settings.moveGain().toMillis()) {
        planned.merge(best, 1, Integer::sum);
        placed.takingBack = true;
        placed.moveReason =
            "would be done in %.1f s here, in %.1f s on %s"
                .formatted(here / 1000, there / 1000, best.agent.agentId());
        actions
            .takeBack()
            .computeIfAbsent(slow.agent.agentId(), agent -> new ArrayList<>())
            .add(placed.task.ref.taskId());
      }
    }
  }

  /** The ledger offers again what waits; what it does not offer has settled unheard. */
  private void forget(long now) {
    List<String> unheard = new ArrayList<>();
    waiting.values().stream()
        .filter(task -> task.offeredAt + forgetMillis <= now)
        .forEach(task -> unheard.add(task.ref.taskId()));
    placedAt.forEach(
        (taskId, candidate) -> {
          if (placed(candidate, taskId).task.offeredAt + forgetMillis <= now) {
            unheard.add(taskId);
          }
        });
    settled(unheard, now);
  }

  /** How many tasks wait here for an agent. */
  int waitingCount() {
    return waiting.size();
  }

  /** Whether the agent has reported and is not given up. */
  boolean knows(String agentId) {
    return candidates.containsKey(agentId);
  }

  private void await(WaitingTask task) {
    waiting.put(task.ref.taskId(), task);
    order.add(task);
  }

  private @Nullable WaitingTask find(String taskId) {
    WaitingTask task = waiting.get(taskId);
    Candidate candidate = placedAt.get(taskId);
    return task != null || candidate == null ? task : placed(candidate, taskId).task;
  }

  private static Placed placed(Candidate candidate, String taskId) {
    Placed placed = candidate.placed.get(taskId);
    if (placed == null) {
      throw new IllegalStateException("Task " + taskId + " is placed and is not");
    }
    return placed;
  }

  private long assumed() {
    return settings.assumedService().toMillis();
  }

  private void unindex(Candidate candidate) {
    free.remove(candidate);
  }

  private void index(Candidate candidate, long now) {
    free.remove(candidate);
    if (candidate.free() > 0 && candidates.get(candidate.agent.agentId()) == candidate) {
      candidate.score =
          candidate.estimate(assumed(), settings.penaltyHalfLife().toMillis(), now);
      free.add(candidate);
    }
  }
}
