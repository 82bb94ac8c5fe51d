package io.longshore.loadtest;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Which answers came to which calls, and how long the longest took. Thread-safe. */
final class Answers {
  private static final String NO_ANSWER = "no answer";
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<String, Histogram> millisOfCall = new ConcurrentHashMap<>();
  private final LongAdder busyWithoutRetryAfter = new LongAdder();
  private final AtomicLong lastTroubleNanos = new AtomicLong(System.nanoTime());

  /** An answer came. */
  void answered(String call, LoadClient.Answer answer, long millis) {
    note(call, Integer.toString(answer.status()), millis);
    if (answer.isBusy()) {
      lastTroubleNanos.set(System.nanoTime());
      if (!answer.hasRetryAfter()) {
        busyWithoutRetryAfter.increment();
      }
    }
  }

  /** No answer came: the connection was refused or broke. */
  void broken(String call, long millis) {
    lastTroubleNanos.set(System.nanoTime());
    note(call, NO_ANSWER, millis);
  }

  private void note(String call, String what, long millis) {
    counts.computeIfAbsent(call + ": " + what, name -> new LongAdder()).increment();
    millisOfCall.computeIfAbsent(call, name -> new ConcurrentHistogram(3)).recordValue(millis);
  }

  /** How often each came, in order of their names such as {@code submit: 202}. */
  Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((name, count) -> all.put(name, count.sum()));
    return all;
  }

  /** The longest time from a call of this name to its answer, or to its failure. */
  long longestMillis(String call) {
    return percentileMillis(call, 100);
  }

  /** The time from a call of this name to its answer, or to its failure. */
  long percentileMillis(String call, double percentile) {
    Histogram millis = millisOfCall.get(call);
    return millis == null ? 0 : millis.getValueAtPercentile(percentile);
  }

  /** How many got no answer at all: the connection was refused or broke. */
  long broken() {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(NO_ANSWER))
        .mapToLong(entry -> entry.getValue().sum())
        .sum();
  }

  /** When a call was last refused or broken, as {@link System#nanoTime} counts. */
  long lastTroubleNanos() {
    return lastTroubleNanos.get();
  }

  /** How many refusals did not say when to come back. */
  long busyWithoutRetryAfter() {
    return busyWithoutRetryAfter.sum();
  }
}
