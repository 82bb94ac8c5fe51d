package io.longshore.gateway;

import io.longshore.persistence.Archive;
import io.longshore.persistence.ArchiveSettings;
import io.longshore.persistence.Database;
import io.longshore.persistence.DatabaseSettings;
import java.time.Duration;
import java.util.UUID;

/** An archive in memory, gone with the process. */
final class TestArchive {
  private TestArchive() {}

  static Archive open() {
    DatabaseSettings settings =
        new DatabaseSettings(
            "jdbc:h2:mem:"
                + UUID.randomUUID()
                + ";DATABASE_TO_UPPER=false;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
            "sa",
            "",
            1);
    Database.open(settings).close();
    return Archive.open(settings, new ArchiveSettings(2, 2, 100, Duration.ofSeconds(60)));
  }
}
