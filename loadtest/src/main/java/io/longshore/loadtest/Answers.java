package io.longshore.loadtest;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Which answers came to which calls, and how long the longest took. Thread-safe. */
final class Answers {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> longestMillis = new ConcurrentHashMap<>();
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
    note(call, "no answer", millis);
  }

  private void note(String call, String what, long millis) {
    counts.computeIfAbsent(call + ": " + what, name -> new LongAdder()).increment();
    longestMillis
        .computeIfAbsent(call, name -> new AtomicLong())
        .accumulateAndGet(millis, Math::max);
  }

  /** How often each came, in order of their names such as {@code submit: 202}. */
  Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    counts.forEach((name, count) -> all.put(name, count.sum()));
    return all;
  }

  /** The longest time from a call of this name to its answer, or to its failure. */
  long longestMillis(String call) {
    AtomicLong longest = longestMillis.get(call);
    return longest == null ? 0 : longest.get();
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
