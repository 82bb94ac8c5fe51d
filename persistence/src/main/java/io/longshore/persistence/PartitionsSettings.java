package io.longshore.persistence;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How the partitions of one kind run and how a node talks to them; see {@code reference.conf}.
 *
 * @param count how many there are; never changes once there is data
 * @param role which nodes hold them
 * @param tick how often a partition looks for what is due
 * @param wakeInterval how often a node wakes its own, and those nobody speaks for
 * @param snapshot when a partition is saved whole
 * @param maxBatch most commands in one batch
 * @param maxBatchBytes most bytes in one batch
 * @param maxInFlight most commands of one node unanswered
 * @param maxInFlightBytes most bytes of one node unanswered
 * @param replyTimeout how long a batch may stay unanswered
 */
public record PartitionsSettings(
    int count,
    String role,
    Duration tick,
    Duration wakeInterval,
    Snapshot snapshot,
    int maxBatch,
    int maxBatchBytes,
    int maxInFlight,
    long maxInFlightBytes,
    Duration replyTimeout) {

  /**
   * When a partition is saved whole: when as much was journaled since as {@code journalPerState}
   * times its size, but no less than {@code minJournal} bytes.
   */
  public record Snapshot(long minJournal, double journalPerState) {
    public Snapshot {
      require(minJournal >= 1, "snapshot.min-journal must be at least 1 byte");
      require(journalPerState >= 0, "snapshot.journal-per-state must not be negative");
    }
  }

  public PartitionsSettings {
    require(count >= 1 && count <= 4096, "partitions must be 1 to 4096, not " + count);
    require(!role.isBlank(), "role must not be blank");
    require(tick.compareTo(Duration.ofMillis(10)) >= 0, "tick must be at least 10 ms");
    require(
        wakeInterval.compareTo(Duration.ofMillis(100)) >= 0,
        "wake-interval must be at least 100 ms");
    require(maxBatch >= 1, "max-batch must be at least 1");
    require(maxBatchBytes >= 1024, "max-batch-bytes must be at least 1 KiB");
    require(maxInFlight >= maxBatch, "max-in-flight must be at least max-batch");
    require(
        maxInFlightBytes >= maxBatchBytes, "max-in-flight-bytes must be at least max-batch-bytes");
    require(
        replyTimeout.compareTo(Duration.ofMillis(100)) >= 0,
        "reply-timeout must be at least 100 ms");
  }

  /**
   * Reads a floor's {@code partitions} section.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public static PartitionsSettings from(Config config) {
    long maxBatchBytes = config.getBytes("max-batch-bytes");
    require(maxBatchBytes <= Integer.MAX_VALUE, "max-batch-bytes must be less than 2 GiB");
    return new PartitionsSettings(
        config.getInt("count"),
        config.getString("role"),
        config.getDuration("tick"),
        config.getDuration("wake-interval"),
        new Snapshot(
            config.getBytes("snapshot.min-journal"),
            config.getDouble("snapshot.journal-per-state")),
        config.getInt("max-batch"),
        (int) maxBatchBytes,
        config.getInt("max-in-flight"),
        config.getBytes("max-in-flight-bytes"),
        config.getDuration("reply-timeout"));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException("partitions." + message);
    }
  }
}
