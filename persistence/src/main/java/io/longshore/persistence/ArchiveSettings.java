package io.longshore.persistence;

import com.typesafe.config.Config;

/**
 * How much of the database the archive may use; see {@code reference.conf}.
 *
 * @param writers threads and connections that write and purge
 * @param readers threads and connections that read
 * @param queue most writes, and most reads, that wait; beyond, they fail at once
 */
public record ArchiveSettings(int writers, int readers, int queue) {

  public ArchiveSettings {
    if (writers < 1 || readers < 1 || queue < 1) {
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
        archive.getInt("writers"), archive.getInt("readers"), archive.getInt("queue"));
  }
}
