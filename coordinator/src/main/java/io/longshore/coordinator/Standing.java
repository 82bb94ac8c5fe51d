package io.longshore.coordinator;

import io.longshore.coordinator.CoordinatorProtocol.Mark;
import java.util.EnumMap;
import java.util.Map;

/** An agent's bad record, forgotten by half-lives. */
final class Standing {

  /** Beyond this a record grows no worse: five half-lives make the worst of it nearly good. */
  private static final double MAX_PENALTY = 20;

  private final Map<Mark, Double> counts = new EnumMap<>(Mark.class);
  private final AssignmentSettings settings;
  private long at;

  Standing(AssignmentSettings settings, long now) {
    this.settings = settings;
    at = now;
  }

  /** It has done this once more. */
  void add(Mark mark, long now) {
    counts.put(mark, Math.min(MAX_PENALTY, lately(mark, now) + 1));
  }

  /** How often it has done this lately; a count of once is a half after a half-life. */
  double lately(Mark mark, long now) {
    decay(now);
    return counts.getOrDefault(mark, 0.0);
  }

  /** By how much its estimates are worsened: 0 for not at all, 1 for twice as long. */
  double penalty(long now) {
    AssignmentSettings.Penalties weights = settings.penalties();
    return Math.min(
        MAX_PENALTY,
        lately(Mark.REFUSAL, now) * weights.refusal()
            + lately(Mark.LOST_LEASE, now) * weights.lostLease()
            + lately(Mark.FAILURE, now) * weights.failure());
  }

  private void decay(long now) {
    if (now > at) {
      double rest = Math.pow(0.5, (now - at) / (double) settings.penaltyHalfLife().toMillis());
      counts.replaceAll((mark, count) -> count * rest);
    }
    at = now;
  }
}
