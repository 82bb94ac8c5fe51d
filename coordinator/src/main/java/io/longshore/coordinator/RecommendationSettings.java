package io.longshore.coordinator;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How many agents a coordinator finds right; see {@code reference.conf}.
 *
 * @param targetUtilization the share of its slots that an agent should have busy, above 0, at most
 *     1
 * @param drainWithin in what time those that wait should be done
 * @param interval how often a coordinator thinks it over
 * @param askTimeout how long another node's recommendations are waited for
 * @param maxPerNode most capabilities that a node tells of
 */
record RecommendationSettings(
    double targetUtilization,
    Duration drainWithin,
    Duration interval,
    Duration askTimeout,
    int maxPerNode) {
  private static final String NAMESPACE = "longshore.coordinator.recommendations.";

  RecommendationSettings {
    if (!(targetUtilization > 0 && targetUtilization <= 1)) {
      throw new IllegalArgumentException(
          NAMESPACE + "target-utilization must be above 0 and at most 1");
    }
    if (maxPerNode < 1) {
      throw new IllegalArgumentException(NAMESPACE + "max-per-node must be at least 1");
    }
    positive(drainWithin, "drain-within");
    positive(interval, "interval");
    positive(askTimeout, "ask-timeout");
  }

  static RecommendationSettings from(Config config) {
    return new RecommendationSettings(
        config.getDouble("target-utilization"),
        config.getDuration("drain-within"),
        config.getDuration("interval"),
        config.getDuration("ask-timeout"),
        config.getInt("max-per-node"));
  }

  private static void positive(Duration time, String name) {
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException(NAMESPACE + name + " must be positive");
    }
  }
}
