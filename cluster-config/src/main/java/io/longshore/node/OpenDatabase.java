package io.longshore.node;

import io.longshore.node.cli.Pause;
import io.longshore.persistence.Database;
import io.longshore.persistence.Database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the database, waiting for one that does not answer yet. */
final class OpenDatabase {
  private static final Logger log = LoggerFactory.getLogger(OpenDatabase.class);
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private OpenDatabase() {}

  /**
   * Opens it, trying again for as long as the settings say while it cannot be reached. What will
   * not pass by waiting, such as a wrong password, is told at once.
   *
   * @throws DatabaseException if it cannot be used; the message says what to do
   */
  static Database open(NodeSettings settings, Clock clock, Pause pause) {
    long until = clock.millis() + settings.databaseWait().toMillis();
    for (boolean said = false; ; said = true) {
      try {
        Database database = Database.open(settings.database());
        if (said) {
          log.info("The database at {} answers", settings.database().location());
        }
        return database;
      } catch (DatabaseException e) {
        if (!e.mayPass() || clock.millis() >= until) {
          throw e;
        }
        if (!said) {
          log.warn(
              "{} Waiting for it for up to {} s (longshore.node.database.wait).",
              e.getMessage(),
              settings.databaseWait().toSeconds());
        }
        rest(pause);
      }
    }
  }

  private static void rest(Pause pause) {
    try {
      pause.of(BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the database", e);
    }
  }
}
