package io.longshore.coordinator;

import io.longshore.coordinator.CoordinatorProtocol.Mark;

/** An agent's bad record, forgotten by half-lives. */
final class Standing {

  /** Beyond this a record grows no worse: five half-lives make the worst of it nearly good. */
  private static final double MAX_PENALTY = 20;

  private final double[] counts = new double[Mark.values().length];
  private final AssignmentSettings settings;
  private long at;

  Standing(AssignmentSettings settings, long now) {
    this.settings = settings;
    at = now;
  }

  /** It has done this once more. */
  void add(Mark mark, long now) {
    decay(now);
    double grown = counts[mark.ordinal()] + 1;
    counts[mark.ordinal()] = Math.min(grown, MAX_PENALTY);
  }

  /** How often it has done this lately; a count of once is a half after a half-life. */
  double lately(Mark mark, long now) {
    decay(now);
    return counts[mark.ordinal()];
  }

  /** By how much its estimates are worsened: 0 for not at all, 1 for twice as long. */
  double penalty(long now) {
    decay(now);
    AssignmentSettings.Penalties weights = settings.penalties();
    return Math.min(
        MAX_PENALTY,
        counts[Mark.REFUSAL.ordinal()] * weights.refusal()
            + counts[Mark.LOST_LEASE.ordinal()] * weights.lostLease()
            + counts[Mark.FAILURE.ordinal()] * weights.failure());
  }

  private void decay(long now) {
    if (now > at) {
      double rest = Math.pow(0.5, (now - at) / (double) settings.penaltyHalfLife().toMillis());
      for (int i = 0; i < counts.length; i++) {
        counts[i] *= rest;
      }
    }
    at = now;
  }
}
