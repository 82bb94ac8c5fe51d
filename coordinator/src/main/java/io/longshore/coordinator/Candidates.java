package io.longshore.coordinator;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The agents of one route, and among them those with room by estimated completion. */
final class Candidates {
  private final long assumedMillis;
  private final long halfLifeMillis;
  private final Map<String, Candidate> byId = new LinkedHashMap<>();
  private final TreeSet<Candidate> free =
      new TreeSet<>(
          Comparator.<Candidate>comparingDouble(candidate -> candidate.score)
              .thenComparing(candidate -> candidate.agent.agentId()));

  Candidates(AssignmentSettings settings) {
    assumedMillis = settings.assumedService().toMillis();
    halfLifeMillis = settings.penaltyHalfLife().toMillis();
  }

  @Nullable Candidate find(String agentId) {
    return byId.get(agentId);
  }

  /** All of them; may be changed while this is read. */
  List<Candidate> all() {
    return List.copyOf(byId.values());
  }

  Collection<Candidate> present() {
    return byId.values();
  }

  void add(Candidate candidate) {
    byId.put(candidate.agent.agentId(), candidate);
  }

  void remove(Candidate candidate) {
    unindex(candidate);
    byId.remove(candidate.agent.agentId());
  }

  /** To be called before a candidate changes. */
  void unindex(Candidate candidate) {
    free.remove(candidate);
  }

  /** To be called after a candidate has changed. */
  void index(Candidate candidate, long now) {
    free.remove(candidate);
    if (candidate.free() > 0 && byId.get(candidate.agent.agentId()) == candidate) {
      candidate.score = candidate.estimate(0, assumedMillis, halfLifeMillis, now);
      free.add(candidate);
    }
  }

  /** Those with room, the soonest done first. */
  NavigableSet<Candidate> free() {
    return free;
  }

  /** Where the task would be done soonest; null if nobody that fits has room. */
  @Nullable Candidate best(WaitingTask task, long now) {
    for (Candidate candidate : free) {
      if (task.fits(candidate.agent, now)) {
        return candidate;
      }
    }
    return null;
  }

  /** When a task would be done that comes after {@code more} others still to be given. */
  double estimate(Candidate candidate, int more, long now) {
    return candidate.estimate(more, assumedMillis, halfLifeMillis, now);
  }

  /** How long a task takes on an agent that has not shown it yet, in milliseconds. */
  long assumedMillis() {
    return assumedMillis;
  }

  /** It has refused a task; must not be indexed meanwhile. */
  void refused(Candidate candidate, long now) {
    candidate.refused(halfLifeMillis, now);
  }
}
