package io.longshore.agents;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whom one message is tried with, one after the other: those known to be read, then those of whom
 * nothing is known, then the rest, each once. Of two at random it is the one with less waiting. One
 * of whom nothing is known may come first, as a probe. Not thread-safe.
 */
final class Choice {
  /** How much waits with somebody who is known not to be read. */
  static final int UNREAD = Integer.MAX_VALUE;

  private final Candidates candidates;
  private final ToIntFunction<String> waiting;
  private final IntUnaryOperator random;
  private final Set<String> tried = new HashSet<>(4);
  private List<String> left = List.of();
  private @Nullable String probe;
  private boolean refused;
  private boolean restIsLeft;

  /**
   * Nobody was tried yet.
   *
   * @param waiting how much an agent has waiting as far as is known, or {@link #UNREAD}
   * @param random a number below the one it is given
   */
  Choice(Candidates candidates, ToIntFunction<String> waiting, IntUnaryOperator random) {
    this.candidates = candidates;
    this.waiting = waiting;
    this.random = random;
  }

  /** The next to try; null if all were tried. */
  @Nullable String next() {
    String agentId = tried.isEmpty() ? first() : null;
    if (agentId == null) {
      agentId = another();
    }
    if (agentId != null) {
      tried.add(agentId);
    }
    return agentId;
  }

  /** Mostly it stays with the first, so nothing is copied or looked through for it. */
  private @Nullable String first() {
    List<String> readers = candidates.readers();
    if (readers.isEmpty()) {
      return null;
    }
    probe = candidates.probe();
    if (probe != null) {
      return probe;
    }
    String reader = readers.get(better(readers));
    return waiting.applyAsInt(reader) == UNREAD ? null : reader;
  }

  private @Nullable String another() {
    if (!refused) {
      refused = true;
      left = untried(candidates.readers());
      left.removeIf(agentId -> waiting.applyAsInt(agentId) == UNREAD);
    }
    if (left.isEmpty()) {
      String unknown = candidates.unknown();
      while (unknown != null && tried.contains(unknown)) {
        unknown = candidates.unknown();
      }
      if (unknown != null || restIsLeft) {
        return unknown;
      }
      restIsLeft = true;
      left = untried(candidates.agentIds());
    }
    return left.isEmpty() ? null : takeBetter();
  }

  private List<String> untried(List<String> agentIds) {
    List<String> untried = new ArrayList<>(agentIds);
    untried.removeIf(tried::contains);
    return untried;
  }

  private String takeBetter() {
    int better = better(left);
    String agentId = left.get(better);
    int last = left.size() - 1;
    left.set(better, left.get(last));
    left.remove(last);
    return agentId;
  }

  private int better(List<String> agentIds) {
    int one = random.applyAsInt(agentIds.size());
    int other = random.applyAsInt(agentIds.size());
    return waiting.applyAsInt(agentIds.get(one)) <= waiting.applyAsInt(agentIds.get(other))
        ? one
        : other;
  }

  /** One that was tried is read. */
  void isRead(String agentId) {
    if (agentId.equals(probe)) {
      candidates.probeIsRead();
    }
  }
}
