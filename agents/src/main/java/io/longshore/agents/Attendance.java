package io.longshore.agents;

/**
 * Whether an agent's workers come for the work that waits for them. One that has a free hand and
 * neither waits for work nor asks for it within the patience is not coming: what has not started
 * goes to others. One that asks without waiting polls, and is given twice the time between its last
 * two calls. Times are epoch milliseconds.
 */
final class Attendance {
  private final long patience;
  private final long longest;
  private long cameAt = Long.MIN_VALUE;
  private long expectedBy = Long.MIN_VALUE;
  private long allowed;

  /**
   * Nobody has come yet, and nobody is expected.
   *
   * @param longest that a worker who polls is given
   */
  Attendance(long patience, long longest) {
    this.patience = patience;
    this.longest = longest;
    this.allowed = patience;
  }

  /** A worker is there: the first time, it is expected to ask for work. */
  void heard(long now) {
    if (!isBegun()) {
      expect(now);
    }
  }

  /** Whether a worker was ever there; that one is heard changes nothing any more then. */
  boolean isBegun() {
    return expectedBy != Long.MIN_VALUE;
  }

  /** A worker asks for work. */
  void came(boolean waits, long now) {
    boolean first = cameAt == Long.MIN_VALUE;
    long interval = waits || first ? 0 : now - cameAt;
    allowed = Math.max(patience, Math.min(2 * interval, longest));
    cameAt = now;
    expect(now);
  }

  /** A worker was given work or has ended some: it is expected to come again. */
  void expect(long now) {
    expectedBy = now + allowed;
  }

  /** By when a worker should have come. */
  long expectedBy() {
    return expectedBy;
  }
}
