package io.longshore.loadtest;

import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What a measurement has shown.
 *
 * @param name of the measurement
 * @param slices one a round
 */
record Measured(String name, List<Slice> slices) {

  Measured {
    slices = List.copyOf(slices);
    if (slices.isEmpty()) {
      throw new IllegalArgumentException(name + " has not been measured");
    }
  }

  /** The rates of its slices, a second. */
  List<Double> rates() {
    return slices.stream().map(Slice::rate).toList();
  }

  /** The rate in the middle: half of the slices were at least as fast. */
  double median() {
    return median(rates());
  }

  /** The slowest slice. */
  double min() {
    return slices.stream().mapToDouble(Slice::rate).min().orElse(0);
  }

  /** The fastest slice. */
  double max() {
    return slices.stream().mapToDouble(Slice::rate).max().orElse(0);
  }

  /** How many times as fast as another it was: the middle of the ratios of each round. */
  double ratio(Measured other) {
    double[] ratios = new double[slices.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = slices.get(i).rate() / other.slices.get(i).rate();
    }
    return median(Arrays.stream(ratios).boxed().toList());
  }

  /** What was tried and not done. */
  long failed() {
    return slices.stream().mapToLong(Slice::failed).sum();
  }

  /** The latencies of all slices, microseconds. */
  Histogram micros() {
    Histogram all = new Histogram(ClosedLoop.MAX_MICROS, 3);
    slices.forEach(slice -> all.add(slice.micros()));
    return all;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
