package io.longshore.coordinator;

import io.longshore.agents.TaskRef.Decision.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What becomes of tasks that nobody here can do. Their submitters are told. Where others wait
 * behind them in the ledger, they are parked there, so that they do not take up all that is
 * offered; somebody who can do them brings them back.
 */
final class Unfit {
  /** Of more, the oldest is forgotten: what is parked of it comes back by time alone. */
  private static final int MAX_PARKED = 100;

  /** Why nobody can do a task, for people. */
  @FunctionalInterface
  interface Explanation {
    /** What is said where nothing more is known. */
    Explanation PLAIN = demand -> "no agent that can do it is online";

    String of(Demand demand);
  }

  private final Candidates candidates;
  private final Waiting waiting;
  private final Explanation explanation;

  /** What was demanded of an agent by those that are parked. */
  private final Set<Demand> parked = new LinkedHashSet<>();

  Unfit(Candidates candidates, Waiting waiting, Explanation explanation) {
    this.candidates = candidates;
    this.waiting = waiting;
    this.explanation = explanation;
  }

  /**
   * Notes it about tasks of which it is new, and parks them all if {@code pressed}.
   *
   * @return those that are parked: they wait here no more
   */
  List<WaitingTask> look(boolean pressed, Actions actions, long now) {
    boolean park = pressed && candidates.hasAny(); // else nobody behind them would be better off
    List<WaitingTask> leaving = new ArrayList<>();
    for (Waiting.Group group : waiting.groups()) {
      if ((park || group.hasUnnoted()) && candidates.nobodyFits(group.demand)) {
        note(group, actions, now);
        if (park) {
          remember(group.demand);
          leaving.addAll(group.tasks());
        }
      }
    }
    leaving.forEach(
        task -> {
          waiting.remove(task);
          actions.park().add(task.ref.taskId());
        });
    actions.unpark(parked.removeIf(demand -> !candidates.nobodyFits(demand)));
    return leaving;
  }

  private void note(Waiting.Group group, Actions actions, long now) {
    if (group.hasUnnoted()) {
      String why = explanation.of(group.demand);
      for (WaitingTask task : group.tasks()) {
        if (!task.noted) {
          task.decided(now, Kind.WAITING, null, why);
          actions.notes().add(new TaskProtocol.Note(task.ref.taskId(), task.lastDecision()));
        }
      }
      group.noted();
    }
  }

  private void remember(Demand demand) {
    parked.add(new Demand(demand.wanted(), demand.labels(), null, Set.of()));
    if (parked.size() > MAX_PARKED) {
      parked.remove(parked.iterator().next());
    }
  }
}
