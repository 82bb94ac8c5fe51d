package io.longshore.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database beside the journal plugin: brings the schema up to date, pins what must never
 * change, and tells whether it answers and what time it is there. Thread-safe.
 */
public final class Database implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Database.class);
  private static final int VALIDATION_SECONDS = 2;
  private static final String INTEGRITY_VIOLATED = "23";
  private final HikariDataSource pool;
  private final DatabaseSettings settings;

  private Database(DatabaseSettings settings) {
    this.settings = settings;
    HikariConfig config = settings.pool("longshore-admin", 2);
    // A migration may take as long as it takes, and holds a transaction open beside it.
    config.setJdbcUrl(settings.url());
    config.setConnectionInitSql(settings.beginLong());
    config.setAutoCommit(true);
    config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(VALIDATION_SECONDS));
    try {
      pool = new HikariDataSource(config);
    } catch (RuntimeException e) {
      // Without the cause: it repeats the whole URL, which may hold a password.
      throw new DatabaseException(
          "The database driver does not understand the URL "
              + settings.location()
              + ". It should be like jdbc:postgresql://localhost:5432/longshore.",
          null);
    }
  }

  /**
   * Opens the database and brings its schema up to date; several nodes may do so at once.
   *
   * @throws DatabaseException if it cannot be reached or its schema is newer than this version
   */
  public static Database open(DatabaseSettings settings) {
    Database database = new Database(settings);
    try {
      database.migrate();
      return database;
    } catch (FlywayException e) {
      database.close();
      throw new DatabaseException(
          "The database at "
              + settings.location()
              + " cannot be used: "
              + reason(e)
              + (settings.isEmbedded()
                  ? ". Check that its directory can be written, that no other node runs on it,"
                  : ". Check that it runs, that user and password are right,")
              + " and that no newer version has upgraded it.",
          e);
    }
  }

  private void migrate() {
    Flyway flyway =
        Flyway.configure()
            .dataSource(pool)
            .locations("classpath:io/longshore/db/" + settings.kind())
            .table("longshore_schema_history")
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .ignoreMigrationPatterns(new String[0])
            .load();
    try {
      flyway.migrate();
    } catch (FlywayException e) {
      if (e.getCause() != null) {
        throw e;
      }
      // On a new database it may take the tables that another node makes just now for somebody
      // else's. By now they are known.
      flyway.migrate();
    }
  }

  /**
   * Remembers a value that must never change once there is data, such as a partition count.
   *
   * @throws DatabaseException if the database was made with another value
   */
  public void pin(String name, String value) {
    try (Connection connection = pool.getConnection()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO longshore_pinned (name, pinned_value) SELECT ?, ? WHERE NOT EXISTS"
                  + " (SELECT 1 FROM longshore_pinned WHERE name = ?)")) {
        insert.setString(1, name);
        insert.setString(2, value);
        insert.setString(3, name);
        insert.executeUpdate();
      } catch (SQLException e) {
        if (!String.valueOf(e.getSQLState()).startsWith(INTEGRITY_VIOLATED)) {
          throw e;
        }
        log.debug("Another node pinned {} at the same time", name, e);
      }
      try (PreparedStatement select =
          connection.prepareStatement("SELECT pinned_value FROM longshore_pinned WHERE name = ?")) {
        select.setString(1, name);
        try (ResultSet rows = select.executeQuery()) {
          String pinned = rows.next() ? rows.getString(1) : "";
          if (!value.equals(pinned)) {
            throw new DatabaseException(
                "This database was made with "
                    + name
                    + " = "
                    + pinned
                    + ", and that never changes; the configuration says "
                    + value
                    + ". Set it back, or use another database.",
                null);
          }
        }
      }
    } catch (SQLException e) {
      throw new DatabaseException("Cannot read or write the pinned value of " + name, e);
    }
  }

  /**
   * By how many milliseconds a clock is at least ahead of the database's, which all nodes share;
   * negative if it is behind, 0 if they differ by no more than the question took, and empty if the
   * database does not answer within two seconds. Blocks for as long.
   */
  public OptionalLong ahead(InstantSource clock) {
    try (Connection connection = pool.getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT CURRENT_TIMESTAMP")) {
      // The pool sets it back.
      connection.setNetworkTimeout(
          Runnable::run, (int) TimeUnit.SECONDS.toMillis(VALIDATION_SECONDS));
      long asked = clock.millis();
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        long told = rows.getObject(1, OffsetDateTime.class).toInstant().toEpochMilli();
        return OptionalLong.of(ahead(asked, told, clock.millis()));
      }
    } catch (SQLException e) {
      log.debug("The database does not answer", e);
      return OptionalLong.empty();
    }
  }

  /** As far as it is certain: the time was read somewhen between question and answer. */
  static long ahead(long asked, long told, long answered) {
    return asked > told ? asked - told : Math.min(0, answered - told);
  }

  /** What was opened. */
  public DatabaseSettings settings() {
    return settings;
  }

  /** Closes the connections; an embedded database is closed with the last of them. */
  @Override
  public void close() {
    pool.close();
  }

  /** What the driver says, in one line: whoever wraps it says that something failed, not what. */
  private static String reason(FlywayException failure) {
    Throwable telling = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException) {
        telling = cause;
      }
    }
    return sentence(
        String.valueOf(telling.getMessage()).strip().replaceAll("\\.?\\s*\\R\\s*", "; "));
  }

  /** A driver's words as a part of ours: without its end, and without what H2 advises its users. */
  static String sentence(String message) {
    return message.replaceAll(" Possible solutions: .*", "").replaceAll("\\.$", "");
  }

  /** The database cannot be used; the message says what to do. */
  public static final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** No connection; still starting or stopping; too many connections. */
    private static final Set<String> PASSING = Set.of("57P01", "57P02", "57P03", "53300");

    DatabaseException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    /** Whether it may be there soon: it could not be reached, was starting, or had no room. */
    public boolean mayPass() {
      for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof SQLException told) {
          String state = String.valueOf(told.getSQLState());
          if (state.startsWith("08") || PASSING.contains(state)) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
