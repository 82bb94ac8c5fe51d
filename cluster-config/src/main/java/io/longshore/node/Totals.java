package io.longshore.node;

import java.util.HashMap;
import java.util.Map;

/**
 * What running totals have gained since the last look. Metrics are moved by that, so that those of
 * several nodes in one process add up. Used by one thread after the other.
 */
final class Totals {
  private final Map<String, Long> told = new HashMap<>();

  /** How much this one has gained; all of it at the first look. */
  long gained(String name, long total) {
    Long last = told.put(name, total);
    return total - (last == null ? 0 : last);
  }
}
