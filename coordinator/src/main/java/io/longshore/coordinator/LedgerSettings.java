package io.longshore.coordinator;

import com.typesafe.config.Config;
import io.longshore.persistence.HeapShare;
import java.time.Duration;

/**
 * How a ledger partition keeps and offers tasks; see {@code reference.conf}.
 *
 * @param maxLive most tasks of a partition that have not ended
 * @param maxBytes most bytes of a partition's tasks and keys
 * @param linger how long an ended task stays in memory before it is archived
 * @param maxLingering most ended tasks in memory unless the archive is behind
 * @param retention how long an ended task is kept in the archive
 * @param deadLetterRetention how long a dead letter is kept
 * @param keyRetention how long an idempotency key is remembered
 * @param cancelGrace how long a running task may go on after it was canceled
 * @param backoff between attempts
 * @param offerWindow most tasks of one coordinator and partition offered and not started
 * @param reofferAfter when an offered task that has not started is offered again
 * @param maxWaiters most long polls waiting on one partition
 * @param maxExchanges most questions to the submitter that a task may have answered
 * @param maxExchangeBytes most bytes of all questions and answers of a task
 */
record LedgerSettings(
    int maxLive,
    long maxBytes,
    Duration linger,
    int maxLingering,
    Duration retention,
    Duration deadLetterRetention,
    Duration keyRetention,
    Duration cancelGrace,
    Backoff backoff,
    int offerWindow,
    Duration reofferAfter,
    int maxWaiters,
    int maxExchanges,
    long maxExchangeBytes) {

  /** What a partition takes of a large heap. */
  private static final long MOST_BYTES_AUTO = 256L << 20;

  /** A partition is saved whole, and with results half as large again: one value of a database. */
  private static final long MOST_BYTES = 512L << 20;

  LedgerSettings {
    if (maxLive < 1 || maxBytes < 1 || maxLingering < 0 || offerWindow < 1 || maxWaiters < 0) {
      throw new IllegalArgumentException("longshore.ledger: limits must be positive");
    }
    if (maxBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "longshore.ledger.max-bytes must be at most 512 MiB, not %d bytes: a partition is saved as one value"
                  .formatted(maxBytes)
              + " of the database. More partitions hold more");
    }
    if (linger.isNegative() || retention.isNegative() || deadLetterRetention.isNegative()) {
      throw new IllegalArgumentException("longshore.ledger: nothing is kept for less than no time");
    }
    if (maxExchanges < 0 || maxExchangeBytes < 0) {
      throw new IllegalArgumentException(
          "longshore.ledger: max-exchanges and max-exchange-bytes must not be negative");
    }
    if (reofferAfter.isNegative() || reofferAfter.isZero()) {
      throw new IllegalArgumentException("longshore.ledger.reoffer-after must be positive");
    }
  }

  static LedgerSettings from(Config config) {
    return new LedgerSettings(
        config.getInt("max-live"),
        // A node that holds all partitions must have room for them, and for what is under way.
        HeapShare.bytes(
            config, "max-bytes", 2 * config.getInt("partitions.count"), MOST_BYTES_AUTO),
        config.getDuration("linger"),
        config.getInt("max-lingering"),
        config.getDuration("retention"),
        config.getDuration("dead-letter-retention"),
        config.getDuration("key-retention"),
        config.getDuration("cancel-grace"),
        new Backoff(config.getDuration("backoff.first"), config.getDuration("backoff.longest")),
        config.getInt("offer-window"),
        config.getDuration("reoffer-after"),
        config.getInt("max-waiters"),
        config.getInt("max-exchanges"),
        config.getBytes("max-exchange-bytes"));
  }
}
