package io.longshore.coordinator;

import java.util.function.LongConsumer;

/**
 * Runs a simulation for many seeds: {@code -Dlongshore.seeds=N} says how many, {@code
 * -Dlongshore.seed=S} runs that one alone.
 */
final class Seeds {
  private Seeds() {}

  static void each(Class<?> test, int count, LongConsumer simulation) {
    Long only = Long.getLong("longshore.seed");
    long first = only == null ? 0 : only;
    long last = only == null ? Long.getLong("longshore.seeds", count) : only + 1;
    for (long seed = first; seed < last; seed++) {
      try {
        simulation.accept(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "Seed %d: %s. Run it again with -Dtest=%s -Dlongshore.seed=%d"
                .formatted(seed, e.getMessage(), test.getSimpleName(), seed),
            e);
      }
    }
  }
}
