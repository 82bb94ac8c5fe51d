package io.longshore.coordinator;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a coordinator places tasks; see {@code reference.conf}.
 *
 * @param tick how often it looks for tasks to move
 * @param assumedService how long a task takes on an agent that has not shown it yet
 * @param ageing how much longer a task waits than one a priority above it, at most
 * @param silentAfter an agent whose mailbox says nothing for so long is given up
 * @param resendAfter when an assignment without answer is sent again
 * @param exclusion how long an agent that refused a task is not asked again for it
 * @param penaltyHalfLife how fast a bad record is forgotten
 * @param moveFactor a task is moved when it would wait so many times longer than elsewhere
 * @param moveGain and at least so much longer
 * @param maxMoves how often a task is moved at most
 */
record AssignmentSettings(
    Duration tick,
    Duration assumedService,
    Duration ageing,
    Duration silentAfter,
    Duration resendAfter,
    Duration exclusion,
    Duration penaltyHalfLife,
    double moveFactor,
    Duration moveGain,
    int maxMoves) {

  AssignmentSettings {
    if (moveFactor < 1) {
      throw new IllegalArgumentException(
          "longshore.coordinator.move-factor must be at least 1: below, tasks would move for ever");
    }
    if (maxMoves < 0) {
      throw new IllegalArgumentException("longshore.coordinator.max-moves must not be negative");
    }
    positive(tick, "tick");
    positive(assumedService, "assumed-service");
    positive(silentAfter, "silent-after");
    positive(resendAfter, "resend-after");
    positive(penaltyHalfLife, "penalty-half-life");
  }

  static AssignmentSettings from(Config config) {
    return new AssignmentSettings(
        config.getDuration("tick"),
        config.getDuration("assumed-service"),
        config.getDuration("ageing"),
        config.getDuration("silent-after"),
        config.getDuration("resend-after"),
        config.getDuration("exclusion"),
        config.getDuration("penalty-half-life"),
        config.getDouble("move-factor"),
        config.getDuration("move-gain"),
        config.getInt("max-moves"));
  }

  private static void positive(Duration time, String name) {
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException("longshore.coordinator." + name + " must be positive");
    }
  }
}
