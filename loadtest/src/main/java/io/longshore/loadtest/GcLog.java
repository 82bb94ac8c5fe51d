package io.longshore.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process says of its garbage collections as they happen. Thread-safe. */
final class GcLog {
  /** Has a process say them among its output. */
  static final String OPTION = "-Xlog:gc:stdout:uptime";

  private static final Pattern PAUSE =
      Pattern.compile(
          "GC\\(\\d+\\) (Pause (?:Young|Full) .*?) (\\d+)M->(\\d+)M\\((\\d+)M\\) (\\d+\\.\\d+)ms");
  private final List<Collection> collections = new ArrayList<>();

  /**
   * One collection that stopped the process.
   *
   * @param nanos when it was heard of, as {@link System#nanoTime} counts
   * @param full whether it was one of the whole heap
   * @param afterMib what was left of the heap in use
   * @param millis that it took
   */
  record Collection(long nanos, boolean full, long afterMib, double millis) {}

  /** The process has said this; what is not of a collection is passed over. */
  synchronized void line(String line) {
    Matcher pause = PAUSE.matcher(line);
    if (pause.find()) {
      collections.add(
          new Collection(
              System.nanoTime(),
              pause.group(1).contains("Full"),
              Long.parseLong(pause.group(3)),
              Double.parseDouble(pause.group(5))));
    }
  }

  /** Those of some time, in order. */
  synchronized List<Collection> between(long fromNanos, long toNanos) {
    return collections.stream()
        .filter(one -> one.nanos() >= fromNanos && one.nanos() < toNanos)
        .toList();
  }

  /** The least that any of these left of the heap, MiB; -1 if there was none. */
  static long floor(List<Collection> collections) {
    return collections.stream().mapToLong(Collection::afterMib).min().orElse(-1);
  }
}
