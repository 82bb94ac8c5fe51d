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
import java.util.Locale;
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

    void give(AgentRecord agent, TaskRef ref) {
      give.computeIfAbsent(agent, a -> new ArrayList<>()).add(ref);
    }
  }

  private final AssignmentSettings settings;
  private final long forgetMillis;
  private final Candidates candidates;
  private final Rebalancing rebalancing;
  private final Map<String, WaitingTask> waiting = new HashMap<>();
  private final TreeSet<WaitingTask> order =
      new TreeSet<>(
          Comparator.<WaitingTask>comparingLong(task -> task.rank)
              .thenComparing(task -> task.ref.taskId()));
  private final Map<String, Candidate> placedAt = new HashMap<>();

  /**
   * An empty table.
   *
   * @param forgetMillis a task that the ledger has not offered for so long waits no more
   */
  Assignment(AssignmentSettings settings, long forgetMillis) {
    this.settings = settings;
    this.forgetMillis = forgetMillis;
    candidates = new Candidates(settings);
    rebalancing = new Rebalancing(settings, candidates);
  }

  /** The ledger offers tasks, perhaps again. */
  void offered(List<CoordinatorProtocol.Offered> tasks, long now) {
    for (CoordinatorProtocol.Offered offered : tasks) {
      String taskId = offered.ref().taskId();
      Candidate candidate = placedAt.get(taskId);
      WaitingTask known = waiting.get(taskId);
      if (candidate != null) {
        Placed placed = placed(candidate, taskId);
        placed.task.offeredAt = now;
        placed.doubted = true;
      } else if (known != null) {
        known.offeredAt = now;
      } else {
        await(new WaitingTask(offered, settings.ageing().toMillis(), now));
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
        candidates.index(candidate, now);
      }
    }
  }

  /** A mailbox tells what it took and what room it has. */
  void reported(AgentRecord agent, MailboxReport report, long now) {
    Candidate candidate = candidates.find(report.agentId());
    if (candidate == null || candidate.incarnation != report.incarnation()) {
      if (candidate != null) {
        giveUp(candidate, "its mailbox has moved or restarted", now);
      }
      candidate = new Candidate(agent, report.incarnation(), report.room(), now);
      candidates.add(candidate);
    }
    candidates.unindex(candidate);
    candidate.agent = agent;
    candidate.room = report.room();
    candidate.heardAt = now;
    candidate.placed.values().forEach(placed -> placed.movingTo = null);
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
    candidates.index(candidate, now);
  }

  private void refused(Candidate candidate, Refusal refusal, long now) {
    Placed placed = candidate.placed.get(refusal.taskId());
    if (placed != null) {
      candidates.refused(candidate, now);
      Long in = refusal.capacityInMillis();
      String when =
          in == null ? "" : String.format(Locale.ROOT, "; room expected in %.1f s", in / 1000.0);
      exclude(candidate, placed, now);
      takeAway(candidate, placed, Kind.REFUSED, refusal.reason() + when, now);
    }
  }

  private void returned(Candidate candidate, String taskId, long now) {
    Placed placed = candidate.placed.get(taskId);
    if (placed != null) {
      boolean asked = !placed.moveReason.isEmpty() && candidate.room.status() == Status.ONLINE;
      placed.task.moves += asked ? 1 : 0;
      String why = asked ? placed.moveReason : reason(candidate.room.status());
      exclude(candidate, placed, now);
      takeAway(candidate, placed, Kind.MOVED, why, now);
    }
  }

  private static String reason(Status status) {
    return switch (status) {
      case ONLINE -> "given back unstarted";
      case OFFLINE -> "the agent went offline";
      case DRAINING -> "the agent is draining";
    };
  }

  private void exclude(Candidate candidate, Placed placed, long now) {
    placed.task.exclude(candidate.agent.agentId(), now + settings.exclusion().toMillis());
  }

  private void takeAway(Candidate candidate, Placed placed, Kind kind, String why, long now) {
    candidate.drop(placed);
    placedAt.remove(placed.task.ref.taskId());
    placed.task.decided(now, kind, candidate.agent.agentId(), why);
    await(placed.task);
  }

  private void giveUp(Candidate candidate, String why, long now) {
    candidates.remove(candidate);
    for (Placed placed : List.copyOf(candidate.placed.values())) {
      takeAway(candidate, placed, Kind.MOVED, why, now);
    }
  }

  /** Gives as many waiting tasks to agents with room as there are. */
  void assign(Actions actions, long now) {
    Iterator<WaitingTask> tasks = order.iterator();
    while (tasks.hasNext() && !candidates.free().isEmpty()) {
      WaitingTask task = tasks.next();
      Candidate best = candidates.best(task, now);
      if (best != null) {
        tasks.remove();
        waiting.remove(task.ref.taskId());
        give(task, best, actions, now);
      }
    }
  }

  private void give(WaitingTask task, Candidate to, Actions actions, long now) {
    task.decided(now, Kind.ASSIGNED, to.agent.agentId(), to.expected(candidates.assumedMillis()));
    candidates.unindex(to);
    to.give(task, now);
    placedAt.put(task.ref.taskId(), to);
    candidates.index(to, now);
    actions.give(to.agent, task.ref);
  }

  /** Time has passed: gives up the silent, sends again, moves tasks that wait too long. */
  void tick(Actions actions, long now) {
    for (Candidate candidate : candidates.all()) {
      if (candidate.heardAt + settings.silentAfter().toMillis() <= now) {
        giveUp(candidate, "no word from the agent's mailbox", now);
      } else {
        resend(candidate, actions, now);
      }
    }
    forget(now);
    assign(actions, now);
    rebalancing.plan(actions, now);
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
    for (Candidate candidate : candidates.present()) {
      if (candidate.room.status() == Status.ONLINE && task.fits(candidate.agent, Long.MAX_VALUE)) {
        return false;
      }
    }
    return true;
  }

  /**
   * What the mailbox has not answered, or may have lost since: to have a task twice is harmless.
   */
  private void resend(Candidate candidate, Actions actions, long now) {
    for (Placed placed : candidate.placed.values()) {
      if ((!placed.answered || placed.doubted)
          && placed.sentAt + settings.resendAfter().toMillis() <= now) {
        placed.sentAt = now;
        placed.doubted = false;
        actions.give(candidate.agent, placed.task.ref);
      }
    }
  }

  /** The ledger offers again what waits; what it does not offer has settled unheard. */
  private void forget(long now) {
    List<String> unheard = new ArrayList<>();
    long offeredBy = now - forgetMillis;
    for (WaitingTask task : order) {
      if (task.offeredAt <= offeredBy) {
        unheard.add(task.ref.taskId());
      }
    }
    placedAt.forEach(
        (taskId, candidate) -> {
          if (placed(candidate, taskId).task.offeredAt <= offeredBy) {
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
    return candidates.find(agentId) != null;
  }

  private void await(WaitingTask task) {
    waiting.put(task.ref.taskId(), task);
    order.add(task);
  }

  private static Placed placed(Candidate candidate, String taskId) {
    @Nullable Placed placed = candidate.placed.get(taskId);
    if (placed == null) {
      throw new IllegalStateException("Task " + taskId + " is placed and is not");
    }
    return placed;
  }
}
