package io.longshore.loadtest;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a flood's client has counted in some time, such as a second. */
final class FloodTally {
  private final Map<FloodCount, Long> counts = new EnumMap<>(FloodCount.class);

  FloodTally() {
    clear();
  }

  /** What {@link #line} told. */
  static FloodTally read(String line) {
    String[] parts = line.split(" ", -1);
    FloodTally tally = new FloodTally();
    int at = 0;
    for (FloodCount count : FloodCount.values()) {
      tally.add(count, Long.parseLong(parts[++at]));
    }
    return tally;
  }

  /** Counts so many more. */
  void add(FloodCount count, long more) {
    counts.merge(count, more, Long::sum);
  }

  /** It was so many at one time. */
  void most(FloodCount count, long value) {
    counts.merge(count, value, Math::max);
  }

  long of(FloodCount count) {
    return counts.getOrDefault(count, 0L);
  }

  void clear() {
    for (FloodCount count : FloodCount.values()) {
      counts.put(count, 0L);
    }
  }

  /** All of it in a line that one process can tell another. */
  String line() {
    return "second "
        + counts.values().stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
