package io.longshore.coordinator;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Which tasks will miss their deadlines, as far as can be told. */
final class Lateness {
  private final Candidates candidates;
  private final Waiting waiting;

  /** Waiting tasks to be rejected rather than late. */
  private final Set<WaitingTask> strict = new LinkedHashSet<>();

  Lateness(Candidates candidates, Waiting waiting) {
    this.candidates = candidates;
    this.waiting = waiting;
  }

  /** It waits from now on. */
  void add(WaitingTask task) {
    if (task.rejectIfLate) {
      strict.add(task);
    }
  }

  /** It waits no more. */
  void remove(WaitingTask task) {
    if (task.rejectIfLate) {
      strict.remove(task);
    }
  }

  /** Whether the agent would probably be done with it in time. */
  boolean inTime(WaitingTask task, Candidate candidate, long now) {
    long deadline = task.ref.deadlineAt();
    return deadline == 0 || now + done(candidate, now) <= deadline;
  }

  /** Who would be done first, whatever the strategy says. */
  Candidate soonest(WaitingTask task, Candidate otherwise) {
    Candidate soonest = candidates.soonest(task.demand());
    return soonest == null ? otherwise : soonest;
  }

  /** Why it is late there, for people. */
  String of(WaitingTask task, Candidate best, long now) {
    return why(task, done(best, now), now);
  }

  private double done(Candidate candidate, long now) {
    return candidate.completionMillis(candidate.ahead(), candidates.assumedMillis(), now);
  }

  private static String why(WaitingTask task, double done, long now) {
    return "no agent is expected to meet its deadline in "
        + Candidate.seconds((double) Math.max(0, task.ref.deadlineAt() - now))
        + " s: the best would be done in "
        + Candidate.seconds(done)
        + " s";
  }

  /**
   * Takes tasks out that wait and would rather be rejected than late, and can only be late by now.
   * Where nobody that fits is there, somebody may still come.
   *
   * @return why, by task
   */
  Map<WaitingTask, String> hopeless(long now) {
    Map<WaitingTask, String> hopeless = new LinkedHashMap<>();
    Map<Demand, OptionalDouble> earliest = new HashMap<>();
    for (WaitingTask task : strict) {
      OptionalDouble done =
          earliest.computeIfAbsent(task.demand(), demand -> candidates.earliest(demand, now));
      if (done.isPresent() && now + done.getAsDouble() > task.ref.deadlineAt()) {
        hopeless.put(task, why(task, done.getAsDouble(), now));
      }
    }
    for (WaitingTask task : hopeless.keySet()) {
      strict.remove(task);
      waiting.remove(task);
    }
    return hopeless;
  }
}
