package io.longshore.persistence;

import java.util.Set;

/**
 * Whether nothing has changed for a while among the nodes, as far as it is looked at. Pure: time
 * comes in as epoch milliseconds. Not thread-safe.
 */
final class Settling {
  private final long calmMillis;
  private Set<String> seen = Set.of();
  private long since;

  /**
   * Nothing was seen yet.
   *
   * @param calmMillis for so long nothing may change
   */
  Settling(long calmMillis) {
    this.calmMillis = calmMillis;
  }

  /**
   * Looks at the nodes.
   *
   * @param nodes each with its state, as one text
   * @return whether they have been the same since long enough
   */
  boolean isCalm(Set<String> nodes, long now) {
    if (!nodes.equals(seen)) {
      seen = Set.copyOf(nodes);
      since = now;
    }
    return now - since >= calmMillis;
  }
}
