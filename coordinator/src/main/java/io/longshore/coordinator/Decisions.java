package io.longshore.coordinator;

import io.longshore.agents.TaskRef.Decision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Why a task is where it is: what was decided about it, the latest of it. Bounded. */
final class Decisions {
  /** The oldest go first beyond this. */
  static final int MAX_KEPT = 50;

  /** Longer reasons are cut. */
  static final int MAX_REASON = 300;

  private static final int MAX_NOTED = 5;
  private static final long OVERHEAD = 100;
  private List<Decision> kept = List.of();

  /** Made before the next start and part of no event: the start brings them again, to be kept. */
  private List<Decision> noted = List.of();

  private long weight;

  /** Keeps a decision unless it is kept already. */
  void keep(Decision decision) {
    Decision brief = brief(decision);
    if (kept.contains(brief)) {
      return;
    }
    if (kept.isEmpty()) {
      kept = new ArrayList<>(4);
    }
    kept.add(brief);
    weight += weight(brief);
    if (kept.size() > MAX_KEPT) {
      weight -= weight(kept.remove(0));
    }
  }

  /** A start brings all that was decided before it. */
  void brought(List<Decision> decisions) {
    noted = List.of();
    decisions.forEach(this::keep);
  }

  /**
   * Shows a decision until the next start brings it, unless it says the same as the one before; not
   * kept beyond this life of the ledger.
   */
  void note(Decision decision) {
    boolean again = !noted.isEmpty() && alike(noted.get(noted.size() - 1), decision);
    if (!again && !kept.contains(decision)) {
      if (noted.isEmpty()) {
        noted = new ArrayList<>(1);
      }
      noted.add(decision);
      if (noted.size() > MAX_NOTED) {
        noted.remove(0);
      }
    }
  }

  private static boolean alike(Decision one, Decision other) {
    return one.kind() == other.kind()
        && Objects.equals(one.agentId(), other.agentId())
        && one.reason().equals(other.reason());
  }

  void addAll(Decisions others) {
    others.kept.forEach(this::keep);
    others.noted.forEach(this::note);
  }

  /** Those that are kept, the oldest first. */
  List<Decision> kept() {
    return Collections.unmodifiableList(kept);
  }

  /** A copy of all there are, kept or not. */
  List<Decision> all() {
    List<Decision> all = new ArrayList<>(kept);
    all.addAll(noted);
    return List.copyOf(all);
  }

  /** A rough count of the bytes that those kept take. */
  long weight() {
    return weight;
  }

  private static long weight(Decision decision) {
    return OVERHEAD + decision.reason().length();
  }

  private static Decision brief(Decision decision) {
    String reason = decision.reason();
    return reason.length() <= MAX_REASON
        ? decision
        : new Decision(
            decision.at(), decision.kind(), decision.agentId(), brief(reason, MAX_REASON));
  }

  /** The text, cut to {@code limit} characters but never through one. */
  static String brief(String text, int limit) {
    if (text.length() <= limit) {
      return text;
    }
    boolean through = Character.isHighSurrogate(text.charAt(limit - 1));
    return text.substring(0, through ? limit - 1 : limit);
  }
}
