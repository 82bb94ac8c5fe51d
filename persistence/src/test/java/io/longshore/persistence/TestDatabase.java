package io.longshore.persistence;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The databases that must behave alike.
 *
 * <p>PostgreSQL is brought along, unless {@code LONGSHORE_TEST_DB_URL} names a server: a JDBC URL
 * with user and password as its parameters, of a user that may create databases.
 */
enum TestDatabase {
  H2 {
    @Override
    DatabaseSettings fresh(Path directory) {
      return DatabaseSettings.embedded(directory.resolve(newName()).toString());
    }
  },
  POSTGRESQL {
    @Override
    DatabaseSettings fresh(Path directory) {
      String name = newName();
      update(settings(serverUrl()), "CREATE DATABASE " + name);
      return settings(serverUrl().replaceFirst("(//[^/]*/)[^?]*", "$1" + name));
    }
  };

  private static @Nullable String serverUrl;

  /** A new and empty database. */
  abstract DatabaseSettings fresh(Path directory);

  private static String newName() {
    return "test_" + UUID.randomUUID().toString().replace("-", "");
  }

  private static DatabaseSettings settings(String url) {
    return new DatabaseSettings(url, "postgres", "", 4);
  }

  private static synchronized String serverUrl() {
    if (serverUrl == null) {
      String override = System.getenv("LONGSHORE_TEST_DB_URL");
      try {
        serverUrl =
            override != null
                ? override
                : EmbeddedPostgres.start().getJdbcUrl("postgres", "postgres");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return serverUrl;
  }

  /** The first number of the first row of a query. */
  static long number(DatabaseSettings settings, String query) {
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  /** Runs one statement. */
  static void update(DatabaseSettings settings, String sql) {
    try (Connection connection = connect(settings);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  static Connection connect(DatabaseSettings settings) throws SQLException {
    return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
  }
}
