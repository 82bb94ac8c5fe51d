package io.longshore.loadtest;

import io.longshore.registry.WantedCapability;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Lookups asked of one actor, one under way for each asker.
 *
 * @param limit how many agents each wants
 */
record Asked(String name, SingleRegistry registry, int askers, int limit) implements Measurement {
  private static final List<WantedCapability> WANTED = BenchAgents.capabilities();

  @Override
  public Slice run(Duration length) throws InterruptedException {
    int[] numbers = new int[askers];
    Arrays.setAll(numbers, i -> i);
    return ClosedLoop.run(
        askers,
        slot ->
            registry
                .ask(WANTED.get(numbers[slot]++ % WANTED.size()).name(), limit)
                .thenApply(found -> 1),
        length);
  }
}
