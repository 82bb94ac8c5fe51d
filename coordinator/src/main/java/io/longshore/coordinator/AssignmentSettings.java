package io.longshore.coordinator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import io.longshore.agents.Route;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a coordinator places tasks; see {@code reference.conf}.
 *
 * @param tick how often it looks for tasks to move
 * @param assumedService how long a task takes on an agent that has not shown it yet
 * @param ageing how much longer a task waits than one a priority above it, at most
 * @param silentAfter an agent whose mailbox says nothing for so long is given up
 * @param resendAfter when an assignment without answer is sent again
 * @param exclusion how long an agent that refused a task, or had it taken back, is not asked again
 *     for it, unless it said when it will have room
 * @param penaltyHalfLife how fast a bad record is forgotten
 * @param moveFactor a task is moved when it would wait so many times longer than elsewhere
 * @param moveGain and at least so much longer
 * @param maxMoves how often a task is moved at most
 * @param maxExclusion how long at most an agent is not asked again, whatever it said
 * @param penalties what a bad record is made of
 * @param spillOver how much later a task may be done in its region than elsewhere
 * @param strategies who gets a task
 * @param parkFor how long the ledger does not offer again what nobody can do while others wait
 * @param idleAfter how long a coordinator without tasks and agents stays in memory
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
    int maxMoves,
    Duration maxExclusion,
    Penalties penalties,
    Duration spillOver,
    StrategyChoice strategies,
    Duration parkFor,
    Duration idleAfter) {

  private static final String NAMESPACE = "longshore.coordinator.";

  AssignmentSettings {
    if (moveFactor < 1) {
      throw new IllegalArgumentException(
          NAMESPACE + "move-factor must be at least 1: below, tasks would move for ever");
    }
    notNegative(maxMoves, "max-moves");
    positive(tick, "tick");
    positive(assumedService, "assumed-service");
    positive(silentAfter, "silent-after");
    positive(resendAfter, "resend-after");
    positive(penaltyHalfLife, "penalty-half-life");
    positive(maxExclusion, "max-exclusion");
    notNegative((double) spillOver.toMillis(), "spill-over");
    positive(parkFor, "park-for");
    positive(idleAfter, "idle-after");
  }

  /**
   * By how much one of each worsens an agent's estimates: with 0.5 they grow by half.
   *
   * @param refusal a refused task
   * @param lostLease a lease that ran out
   * @param failure a failed task
   */
  record Penalties(double refusal, double lostLease, double failure) {
    Penalties {
      notNegative(refusal, "penalties.refusal");
      notNegative(lostLease, "penalties.lost-lease");
      notNegative(failure, "penalties.failure");
    }
  }

  /**
   * Which strategy holds for which route.
   *
   * @param standard for all that are not named
   * @param byCapability for those that are
   */
  record StrategyChoice(Strategies standard, Map<String, Strategies> byCapability) {
    StrategyChoice {
      byCapability = Map.copyOf(byCapability);
    }

    /** The strategy of a route. */
    Strategies of(Route route) {
      return route.kind() == Route.Kind.CAPABILITY
          ? byCapability.getOrDefault(route.name(), standard)
          : standard;
    }

    private static StrategyChoice from(Config config) {
      Map<String, Strategies> byCapability = new LinkedHashMap<>();
      ConfigObject named = config.getObject("strategies");
      named.forEach(
          (capability, strategy) -> {
            String path = "assignment.strategies." + capability;
            if (strategy instanceof ConfigObject) {
              throw new IllegalArgumentException(
                  NAMESPACE + path + " must be a strategy: quote names of capabilities with dots");
            }
            byCapability.put(capability, strategy(String.valueOf(strategy.unwrapped()), path));
          });
      return new StrategyChoice(
          strategy(config.getString("strategy"), "assignment.strategy"), byCapability);
    }

    private static Strategies strategy(String name, String path) {
      try {
        return Strategies.named(name);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(NAMESPACE + path + ": " + e.getMessage(), e);
      }
    }
  }

  static AssignmentSettings from(Config config) {
    Config penalties = config.getConfig("penalties");
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
        config.getInt("max-moves"),
        config.getDuration("max-exclusion"),
        new Penalties(
            penalties.getDouble("refusal"),
            penalties.getDouble("lost-lease"),
            penalties.getDouble("failure")),
        config.getDuration("spill-over"),
        StrategyChoice.from(config.getConfig("assignment")),
        config.getDuration("park-for"),
        config.getDuration("idle-after"));
  }

  /**
   * How long an agent that gave a task back is not asked again for it, in milliseconds.
   *
   * @param capacityInMillis when it expects room; null if it has not said
   */
  long exclusion(@Nullable Long capacityInMillis) {
    return capacityInMillis == null
        ? exclusion.toMillis()
        : Math.max(tick.toMillis(), Math.min(capacityInMillis, maxExclusion.toMillis()));
  }

  private static void positive(Duration time, String name) {
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException(NAMESPACE + name + " must be positive");
    }
  }

  private static void notNegative(double value, String name) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(NAMESPACE + name + " must not be negative");
    }
  }
}
