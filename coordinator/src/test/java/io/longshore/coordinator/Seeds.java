package io.longshore.coordinator;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Runs a simulation for many seeds: {@code -Dlongshore.seeds=N} says how many, {@code
 * -Dlongshore.seed=S} runs that one alone.
 */
final class Seeds {
  private Seeds() {}

  /** One after the other. */
  static void each(Class<?> test, int count, LongConsumer simulation) {
    seeds(count).forEach(seed -> run(test, seed, simulation));
  }

  /** On all cores, for simulations that share nothing; after a failure no other begins. */
  static void eachInParallel(Class<?> test, int count, LongConsumer simulation) {
    AtomicReference<AssertionError> failed = new AtomicReference<>();
    seeds(count)
        .parallel()
        .filter(seed -> failed.get() == null)
        .forEach(
            seed -> {
              try {
                run(test, seed, simulation);
              } catch (AssertionError e) {
                failed.compareAndSet(null, e);
              }
            });
    if (failed.get() != null) {
      throw failed.get();
    }
  }

  private static LongStream seeds(int count) {
    Long only = Long.getLong("longshore.seed");
    return only == null
        ? LongStream.range(0, Long.getLong("longshore.seeds", count))
        : LongStream.of(only);
  }

  private static void run(Class<?> test, long seed, LongConsumer simulation) {
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
