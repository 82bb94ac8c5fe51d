package io.longshore.coordinator;

import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.coordinator.Assignment.Actions;
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

  private final Candidates candidates;
  private final Waiting waiting;

  /** What was demanded of an agent by those that are parked. */
  private final Set<Demand> parked = new LinkedHashSet<>();

  Unfit(Candidates candidates, Waiting waiting) {
    this.candidates = candidates;
    this.waiting = waiting;
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

  private static void note(Waiting.Group group, Actions actions, long now) {
    if (group.hasUnnoted()) {
      for (WaitingTask task : group.tasks()) {
        if (!task.noted) {
          task.decided(now, Kind.WAITING, null, "no agent that can do it is online");
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
