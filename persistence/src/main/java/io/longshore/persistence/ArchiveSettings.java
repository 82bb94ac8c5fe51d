package io.longshore.persistence;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How much of the database the archive may use; see {@code reference.conf}.
 *
 * @param writers threads and connections that write and purge
 * @param readers threads and connections that read
 * @param queue most writes, and most reads, that wait; beyond, they fail at once
 * @param maxWait how long one may wait for its turn before it fails
 */
public record ArchiveSettings(int writers, int readers, int queue, Duration maxWait) {

  public ArchiveSettings {
    if (writers < 1 || readers < 1 || queue < 1 || maxWait.isZero() || maxWait.isNegative()) {
      throw new IllegalArgumentException("longshore.persistence.archive: limits must be positive");
    }
  }

  /**
   * Reads the section {@code longshore.persistence.archive}.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public static ArchiveSettings from(Config config) {
    Config archive = config.getConfig("longshore.persistence.archive");
    return new ArchiveSettings(
        archive.getInt("writers"),
        archive.getInt("readers"),
        archive.getInt("queue"),
        archive.getDuration("max-wait"));
  }
}
