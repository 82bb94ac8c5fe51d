package io.longshore.node;

import io.longshore.coordinator.Recommendation;
import io.longshore.coordinator.Recommendations;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What the coordinators of this node recommend, as metrics. A capability is told of by the one node
 * that its coordinator lives on, so that the values of all nodes together are those of the cluster.
 */
final class CapabilityMetrics {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String TAG = "capability";
  private final Metrics metrics;
  private final Recommendations recommendations;
  private Set<String> told = Set.of();

  private CapabilityMetrics(Metrics metrics, Recommendations recommendations) {
    this.metrics = metrics;
    this.recommendations = recommendations;
  }

  /** Goes on until the system ends. */
  static void start(ActorSystem<?> system, Metrics metrics, Recommendations recommendations) {
    CapabilityMetrics all = new CapabilityMetrics(metrics, recommendations);
    system
        .scheduler()
        .scheduleWithFixedDelay(INTERVAL, INTERVAL, all::tell, system.executionContext());
  }

  private void tell() {
    Set<String> now = new HashSet<>();
    for (Recommendation one : recommendations.own()) {
      now.add(one.capability());
      for (Value value : Value.values()) {
        metrics
            .gauge(value.metric, value.description)
            .withTag(TAG, one.capability())
            .update(value.of(one));
      }
    }
    for (String before : told) {
      if (!now.contains(before)) {
        for (Value value : Value.values()) {
          metrics.gauge(value.metric, value.description).withTag(TAG, before).remove();
        }
      }
    }
    told = now;
  }

  private enum Value {
    DESIRED("longshore.capability.desired-agents", "Agents that a capability should have") {
      @Override
      double of(Recommendation one) {
        return one.desiredAgents();
      }
    },
    ONLINE("longshore.capability.online-agents", "Agents of a capability that take work") {
      @Override
      double of(Recommendation one) {
        return one.onlineAgents();
      }
    },
    WAITING("longshore.capability.waiting-tasks", "Tasks of a capability without an agent") {
      @Override
      double of(Recommendation one) {
        return one.waiting();
      }
    },
    ARRIVALS("longshore.capability.arrivals-per-second", "Tasks of a capability that come") {
      @Override
      double of(Recommendation one) {
        return one.arrivalsPerSecond();
      }
    };

    final String metric;
    final String description;

    Value(String metric, String description) {
      this.metric = metric;
      this.description = description;
    }

    abstract double of(Recommendation one);
  }
}
