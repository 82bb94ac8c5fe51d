package io.longshore.persistence;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * One place where a node says no: how many it has refused and why, how full it is and how much it
 * takes. Thread-safe; to count costs a few nanoseconds.
 */
public final class Door {
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final List<Gauge> gauges = new CopyOnWriteArrayList<>();

  private record Gauge(LongSupplier depth, LongSupplier limit) {}

  Door() {}

  /**
   * Counts one that was refused.
   *
   * @param reason one of a few fixed words: it names a metric's series
   */
  public void refused(String reason) {
    refused(reason, 1);
  }

  /** Counts many that were refused together. */
  public void refused(String reason, long count) {
    refused.computeIfAbsent(reason, any -> new LongAdder()).add(count);
  }

  /**
   * Says where to read how full it is and how much it takes, in units of its own. Where a node has
   * it more than once they add up.
   */
  public void measures(LongSupplier depth, LongSupplier limit) {
    gauges.add(new Gauge(depth, limit));
  }

  /** How many were refused for each reason since the node started. */
  public Map<String, Long> refusals() {
    Map<String, Long> counts = new TreeMap<>();
    refused.forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }

  /** How many were refused for one reason since the node started. */
  public long refusals(String reason) {
    LongAdder count = refused.get(reason);
    return count == null ? 0 : count.sum();
  }

  /** How full it is now. */
  public long depth() {
    return gauges.stream().mapToLong(gauge -> gauge.depth.getAsLong()).sum();
  }

  /** How much it takes now; 0 if it has no limit of its own. */
  public long limit() {
    return gauges.stream().mapToLong(gauge -> gauge.limit.getAsLong()).sum();
  }
}
