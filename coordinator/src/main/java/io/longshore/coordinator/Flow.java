package io.longshore.coordinator;

import java.util.HashMap;
import java.util.Map;

/**
 * How many tasks of a route come in a second, and how many wait behind those that are offered.
 *
 * <p>What has come is what was offered for the first time and by how much the rest has grown. The
 * rate is an average that forgets exponentially; while it is younger than its memory it is of all
 * the time there was.
 */
final class Flow {
  private static final double MEMORY_MILLIS = 60_000;
  private static final long NOT_YET = Long.MIN_VALUE;
  private final long forgetMillis;
  private long beganAt = NOT_YET;
  private final Map<Integer, Behind> behind = new HashMap<>();
  private long come;
  private long counted;
  private long countedAt;
  private double average;

  private record Behind(long count, long at) {}

  /**
   * Nothing has come yet.
   *
   * @param forgetMillis a partition that says nothing for so long has nothing behind its offers
   */
  Flow(long forgetMillis) {
    this.forgetMillis = forgetMillis;
  }

  private void begin(long now) {
    if (beganAt == NOT_YET) {
      beganAt = now;
      countedAt = now;
    }
  }

  /** A task is offered that was not known; those submitted before the beginning have not come. */
  void fresh(long createdAt, long now) {
    begin(now);
    come += createdAt >= beganAt ? 1 : 0;
  }

  /** A partition says how many tasks wait there and are not offered. */
  void behind(int partition, long count, long now) {
    begin(now);
    Behind before = behind.put(partition, new Behind(count, now));
    come += before == null ? 0 : count - before.count();
  }

  /** So many have gone back to wait behind the others. */
  void parked(int count) {
    come -= count;
  }

  /** Time has passed. */
  void tick(long now) {
    begin(now);
    behind.values().removeIf(one -> one.at() + forgetMillis <= now);
    long passed = now - countedAt;
    if (passed > 0) {
      double rate = Math.max(0, come - counted) * 1_000.0 / passed;
      average += (1 - Math.exp(-passed / MEMORY_MILLIS)) * (rate - average);
      counted = come;
      countedAt = now;
    }
  }

  /** How many tasks wait and are not offered. */
  long behind() {
    long all = 0;
    for (Behind one : behind.values()) {
      all += one.count();
    }
    return all;
  }

  /** How many tasks come in a second, lately. */
  double perSecond() {
    double weight = 1 - Math.exp(-(countedAt - beganAt) / MEMORY_MILLIS);
    return weight > 0 ? average / weight : 0;
  }
}
