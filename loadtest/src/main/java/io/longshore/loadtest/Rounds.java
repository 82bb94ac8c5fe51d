package io.longshore.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs measurements in turns, a slice of four seconds each, so that whatever disturbs the machine
 * disturbs all of them, and a ratio compares slices of the same round. Each round begins with
 * another one, so that none always follows the same.
 */
final class Rounds {
  private static final Duration SLICE = Duration.ofSeconds(4);
  private final int warmUp;
  private final int counted;
  private final Settling settling;

  /** Waits until what a measurement has left to do in the background is done. */
  interface Settling {
    void await() throws InterruptedException;
  }

  /**
   * Rounds in which each has a slice.
   *
   * @param warmUpSeconds of each, that do not count
   * @param seconds of each, that do
   * @param settling between two slices
   */
  Rounds(int warmUpSeconds, int seconds, Settling settling) {
    this.warmUp = slices((long) warmUpSeconds);
    this.counted = Math.max(1, slices((long) seconds));
    this.settling = settling;
  }

  private static int slices(long seconds) {
    return (int) ((seconds + SLICE.toSeconds() - 1) / SLICE.toSeconds());
  }

  /** How many slices running so many measurements takes. */
  int slices(int measurements) {
    return measurements * (warmUp + counted);
  }

  /**
   * Runs all of them.
   *
   * @param next told the name of each slice as it begins
   */
  List<Measured> run(List<? extends Measurement> measurements, Consumer<String> next)
      throws InterruptedException {
    int count = measurements.size();
    List<List<Slice>> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slices.add(new ArrayList<>());
    }
    for (int round = 0; round < warmUp + counted; round++) {
      for (int i = 0; i < count; i++) {
        int turn = (i + round) % count;
        Measurement measurement = measurements.get(turn);
        next.accept(measurement.name());
        Slice slice = measurement.run(SLICE);
        measurement.tidy();
        settling.await();
        if (round >= warmUp) {
          slices.get(turn).add(slice);
        }
      }
    }
    List<Measured> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(new Measured(measurements.get(i).name(), slices.get(i)));
    }
    return all;
  }
}
