package io.longshore.persistence;

import java.time.Duration;

/**
 * Whether a partition takes what is sent to it, as far as a lane knows. After a failure nothing is
 * sent to it until it says that it is awake; what gathers waits meanwhile, or is refused.
 */
final class Standing {
  /** How often a partition that says nothing is asked whether it is awake. */
  static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(500);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private boolean held;
  private long heldAt;
  private boolean asked;
  private boolean refuses;
  private int failures;

  /** Whether nothing is sent until it says that it is awake. */
  boolean isHeld() {
    return held;
  }

  /** Whether commands are refused meanwhile. */
  boolean refuses() {
    return refuses;
  }

  /** How many batches in a row it did not commit. */
  int failures() {
    return failures;
  }

  /** A batch had no answer in time. */
  void silent(long now) {
    hold(now);
    refuses = true;
  }

  /**
   * It stopped before it had committed. At the first time it has most often only moved, and
   * commands wait for it. When that happens in a row they are refused, and it is asked ever less
   * often: each time it recovers to no purpose.
   *
   * @return after how long it is to be asked
   */
  Duration failed(long now) {
    hold(now);
    failures++;
    refuses = failures > 1;
    return refuses ? pause(failures - 2) : Duration.ZERO;
  }

  /** It moves to another node, and what was sent has not reached it: commands wait for it. */
  void moves(long now) {
    hold(now);
  }

  private static Duration pause(int doublings) {
    Duration pause = BETWEEN_QUESTIONS.multipliedBy(1L << Math.min(doublings, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private void hold(long now) {
    held = true;
    heldAt = now;
    asked = false;
  }

  /** It is asked now. What it says without that is about an earlier life. */
  void ask() {
    asked = true;
  }

  /** Whether commands have waited for it for longer than this; from then on they are refused. */
  boolean refusesFrom(long now, Duration patience) {
    if (refuses || now - heldAt < patience.toNanos()) {
      return false;
    }
    refuses = true;
    return true;
  }

  /** It is awake. Whether that is news: it was asked, and is sent to again. */
  boolean awake() {
    if (!held || !asked) {
      return false;
    }
    held = false;
    refuses = false;
    return true;
  }

  /** It has committed. Whether that had failed again and again. */
  boolean committed() {
    boolean again = failures > 1;
    failures = 0;
    return again;
  }
}
