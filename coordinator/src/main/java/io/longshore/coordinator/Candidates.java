package io.longshore.coordinator;

import io.longshore.coordinator.CoordinatorProtocol.Mark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The agents of one route, and among them those that take work in the order of the strategy. */
final class Candidates {
  private static final double DIFFERENCE = 1.5;
  private final AssignmentSettings settings;
  private final Strategy strategy;

  /** An average of what agents show in their reports, the newest a twentieth; 0 for nothing yet. */
  private double shownMillis;

  /** Those heard last are last. */
  private final Map<String, Candidate> byId = new LinkedHashMap<>();

  /** Those with tasks that are not known to be settled. */
  private final Set<Candidate> loaded = new LinkedHashSet<>();

  /** By when they would be done, which a bad record does not change. */
  private final AgentIndex soonest =
      new AgentIndex((one, other) -> order(one, one.completion, other, other.completion));

  private final AgentIndex preferred =
      new AgentIndex((one, other) -> order(one, one.rank, other, other.rank));

  private long turns;

  Candidates(AssignmentSettings settings, Strategy strategy) {
    this.settings = settings;
    this.strategy = strategy;
  }

  /** Written out, as nothing else is done so often. */
  private static int order(Candidate one, double first, Candidate other, double second) {
    int order = Boolean.compare(one.full, other.full);
    if (order == 0) {
      order = Double.compare(first, second);
    }
    if (order == 0) {
      order = Double.compare(one.indexedLoad, other.indexedLoad);
    }
    if (order == 0) {
      order = Long.compare(one.indexedTurn, other.indexedTurn);
    }
    return order != 0 ? order : one.agent.agentId().compareTo(other.agent.agentId());
  }

  @Nullable Candidate find(String agentId) {
    return byId.get(agentId);
  }

  void add(Candidate candidate) {
    byId.put(candidate.agent.agentId(), candidate);
  }

  /** It is the one heard last. */
  void heard(Candidate candidate) {
    long service = candidate.room.serviceMillis();
    if (service > 0) {
      shownMillis = shownMillis == 0 ? service : shownMillis + (service - shownMillis) / 20;
    }
    byId.remove(candidate.agent.agentId());
    byId.put(candidate.agent.agentId(), candidate);
  }

  void remove(Candidate candidate) {
    byId.remove(candidate.agent.agentId());
    loaded.remove(candidate);
    unindex(candidate);
  }

  /** All of them. */
  Collection<Candidate> all() {
    return byId.values();
  }

  /** Those not heard after {@code then}. */
  List<Candidate> silentSince(long then) {
    List<Candidate> silent = new ArrayList<>();
    for (Candidate candidate : byId.values()) {
      if (candidate.heardAt > then) {
        break;
      }
      silent.add(candidate);
    }
    return silent;
  }

  /** Those with tasks that are not known to be settled. */
  Set<Candidate> loaded() {
    return loaded;
  }

  /**
   * To be called after a candidate has changed.
   *
   * @return whether it has room and had none, or is another than it was
   */
  boolean index(Candidate candidate, long now) {
    if (byId.get(candidate.agent.agentId()) != candidate) {
      return false;
    }
    if (candidate.placed.isEmpty()) {
      loaded.remove(candidate);
    } else {
      loaded.add(candidate);
    }
    boolean takes = candidate.takesWork();
    boolean full = candidate.free() <= 0;
    double completion = candidate.completionMillis(candidate.ahead(), assumedMillis(), now);
    double estimate = estimate(candidate, 0, now);
    double rank = strategy.rank(candidate, estimate);
    boolean another = !candidate.indexed || !candidate.agent.spec().equals(candidate.taggedFor);
    boolean freed = takes && !full && (candidate.full || another);
    if (!another
        && takes
        && full == candidate.full
        && completion == candidate.completion
        && estimate == candidate.estimate
        && rank == candidate.rank
        && candidate.load() == candidate.indexedLoad
        && candidate.turn == candidate.indexedTurn) {
      return false;
    }
    unindex(candidate);
    if (takes) {
      candidate.tag();
      candidate.full = full;
      candidate.completion = completion;
      candidate.estimate = estimate;
      candidate.rank = rank;
      candidate.indexedLoad = candidate.load();
      candidate.indexedTurn = candidate.turn;
      candidate.indexed = true;
      soonest.add(candidate);
      preferred.add(candidate);
    }
    return freed;
  }

  private void unindex(Candidate candidate) {
    if (candidate.indexed) {
      soonest.remove(candidate);
      preferred.remove(candidate);
      candidate.indexed = false;
    }
  }

  /** Those that have stood still so long that it makes a difference are estimated anew. */
  void refresh(long now) {
    for (Candidate candidate : loaded) {
      if (candidate.indexed && estimate(candidate, 0, now) > candidate.estimate * DIFFERENCE) {
        index(candidate, now);
      }
    }
  }

  /** A task is given to it. */
  void turned(Candidate candidate) {
    candidate.turn = ++turns;
  }

  /** Whether anybody has room. */
  boolean hasFree() {
    NavigableSet<Candidate> all = soonest.all();
    return !all.isEmpty() && !all.first().full;
  }

  /** Whether anybody takes work, with room or without. */
  boolean hasAny() {
    return !soonest.all().isEmpty();
  }

  /**
   * Who is given the task: the best of its region, unless it would be done there later by more than
   * the threshold than elsewhere, or has waited so long for room there; null if nobody that fits
   * has room, or one of its region may soon.
   */
  @Nullable Candidate choose(WaitingTask task, long now) {
    Demand demand = task.demand();
    Candidate anywhere = preferred.first(demand, false);
    if (anywhere == null || demand.near(anywhere.agent)) {
      return anywhere;
    }
    long spillOver = settings.spillOver().toMillis();
    Candidate near = preferred.first(demand, true);
    if (near != null) {
      return estimate(near, 0, now) > estimate(anywhere, 0, now) + spillOver ? anywhere : near;
    }
    boolean hold = now - task.waitingSince < spillOver && soonest.has(demand, true);
    return hold ? null : anywhere;
  }

  /** Where a task would be done first; null if nobody that fits has room. */
  @Nullable Candidate soonest(Demand demand) {
    return soonest.first(demand, false);
  }

  /**
   * When a task that waits would be done at the earliest, in milliseconds, its agent having room or
   * not; empty if nobody that fits takes work.
   */
  OptionalDouble earliest(Demand demand, long now) {
    double earliest = Double.MAX_VALUE;
    boolean found = false;
    for (Candidate candidate : soonest.among(demand, false)) {
      if ((!found || candidate.full) && demand.fitsEver(candidate.agent)) {
        double done = candidate.completionMillis(candidate.ahead(), assumedMillis(), now);
        earliest = Math.min(earliest, done);
        found = true;
        if (candidate.full) {
          break;
        }
      }
    }
    return found ? OptionalDouble.of(earliest) : OptionalDouble.empty();
  }

  /** Whether nobody that takes work will ever fit, as they are now. */
  boolean nobodyFits(Demand demand) {
    return !soonest.has(demand, false);
  }

  /** What agents must have that could fit; see {@link AgentIndex#narrowest}. */
  AgentIndex.Tag narrowest(Demand demand) {
    return soonest.narrowest(demand, false);
  }

  /** Those that may fit, the soonest done first, those with room before all others. */
  NavigableSet<Candidate> soonestAmong(Demand demand) {
    return soonest.among(demand, false);
  }

  /** When a task would be done that comes after {@code more} others still to be given. */
  double estimate(Candidate candidate, int more, long now) {
    return candidate.estimate(more, assumedMillis(), now);
  }

  /**
   * How long a task takes on an agent that has not shown it yet, in milliseconds: as on the others,
   * and if none of them has either, as long as is configured.
   */
  long assumedMillis() {
    return shownMillis > 0 ? Math.round(shownMillis) : settings.assumedService().toMillis();
  }

  /** It has done something for its bad record. */
  void mark(Candidate candidate, Mark mark, long now) {
    if (candidate.standing == null) {
      candidate.standing = new Standing(settings, now);
    }
    candidate.standing.add(mark, now);
  }
}
