package io.longshore.agents;

import org.jspecify.annotations.Nullable;

/**
 * How an agent's readers come for messages: how long they stay away after they were given some, how
 * many they take, and so when there will be room. Times are epoch milliseconds.
 */
final class ReaderPace {
  private static final double WEIGHT_OF_NEWEST = 0.2;
  private final Rate taken = new Rate();
  private @Nullable Long awaySince;
  private @Nullable Long heardAt;
  private double awayMillis = -1;
  private double batch;

  /** A reader waits. */
  void came(long now) {
    heardAt = now;
    if (awaySince != null) {
      double sample = now - awaySince;
      awayMillis = awayMillis < 0 ? sample : awayMillis + WEIGHT_OF_NEWEST * (sample - awayMillis);
      awaySince = null;
    }
  }

  /** A reader was given messages. */
  void took(int count, long now) {
    taken.count(count, now);
    batch = batch == 0 ? count : batch + WEIGHT_OF_NEWEST * (count - batch);
  }

  /** No reader waits any more. */
  void left(long now) {
    heardAt = now;
    awaySince = now;
  }

  /** When a reader last came or was given something; null if none was here yet. */
  @Nullable Long heardAt() {
    return heardAt;
  }

  /** How many messages readers take per second. */
  double perSecond(long now) {
    return taken.perSecond(now);
  }

  /** How long nobody waits for messages between two visits; 0 if not known yet. */
  double awayMillis() {
    return Math.max(0, awayMillis);
  }

  /**
   * How long until {@code messages} more are taken. A reader who is late is expected after as long
   * again as it has been away: the guess that is at most wrong by a factor of two. Those beyond
   * what a reader takes at once leave at the rate at which messages have left lately.
   *
   * @param unknown what to say if nothing is known
   * @param longest what to say at most
   */
  long untilTaken(long messages, long unknown, long longest, long now) {
    if (heardAt == null || batch == 0) {
      return unknown;
    }
    double wait = 0;
    if (awaySince != null) {
      double away = now - awaySince;
      wait = awayMillis >= away ? awayMillis - away : away;
    }
    double beyond = messages - Math.max(1, batch);
    double rate = perSecond(now);
    if (beyond > 0) {
      wait += rate > 0 ? beyond * 1000 / rate : unknown;
    }
    return Math.max(1, Math.min(longest, (long) Math.ceil(wait)));
  }
}
