package io.longshore.loadtest;

import io.longshore.persistence.DatabaseSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Something that is the matter with a database for a while. */
interface DatabaseTrouble {
  /** It begins. */
  void begin() throws IOException;

  /** All is well again. */
  void end() throws IOException;

  /** The server is stopped and started again. */
  static DatabaseTrouble stopped(PostgresServer server) {
    return new DatabaseTrouble() {
      @Override
      public void begin() throws IOException {
        server.stop();
      }

      @Override
      public void end() {
        server.startAgain();
      }
    };
  }

  /** Every question and every answer takes so much longer. */
  static DatabaseTrouble slow(TcpProxy way, Duration delay) {
    return new DatabaseTrouble() {
      @Override
      public void begin() {
        way.slowDown(delay);
      }

      @Override
      public void end() {
        way.slowDown(Duration.ZERO);
      }
    };
  }

  /** Nothing can be written any more, and it says so as it does when its disk is full. */
  static DatabaseTrouble full(DatabaseSettings database) {
    return new DatabaseTrouble() {
      @Override
      public void begin() throws IOException {
        execute(
            database,
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
                + " 'could not extend file: No space left on device' USING ERRCODE = '53100';"
                + " END $$",
            "CREATE TRIGGER no_room BEFORE INSERT ON event_journal"
                + " FOR EACH STATEMENT EXECUTE FUNCTION no_room()");
      }

      @Override
      public void end() throws IOException {
        execute(database, "DROP TRIGGER no_room ON event_journal", "DROP FUNCTION no_room");
      }
    };
  }

  private static void execute(DatabaseSettings database, String... statements) throws IOException {
    try (Connection connection =
            DriverManager.getConnection(database.url(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IOException("The database cannot be changed", e);
    }
  }

  /** A way to a database on this machine that can be slowed down. */
  static TcpProxy way(DatabaseSettings database) throws IOException {
    int port = Integer.parseInt(database.url().replaceFirst(".*:(\\d+)/.*", "$1"));
    InetAddress here = InetAddress.getLoopbackAddress();
    return new TcpProxy(
        new InetSocketAddress(here, 0), new InetSocketAddress("localhost", port), any -> false);
  }

  /** The same database by another way. */
  static DatabaseSettings through(DatabaseSettings database, TcpProxy way) {
    return new DatabaseSettings(
        database.url().replaceFirst("//.*/", "//localhost:" + way.port() + "/"),
        database.user(),
        database.password(),
        database.connections());
  }
}
