package io.longshore.loadtest;

import io.longshore.persistence.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * What plain JDBC does with the journal's own table: the most that any journal could reach on this
 * database. Writes under persistence ids of its own, and removes after each slice what it wrote, so
 * that whoever comes next does not pay for its rows.
 */
final class RawJournal implements Measurement {
  private static final String INSERT =
      "INSERT INTO \"event_journal\" (\"persistence_id\", \"sequence_number\", \"deleted\","
          + " \"writer\", \"write_timestamp\", \"adapter_manifest\", \"event_payload\","
          + " \"event_ser_id\", \"event_ser_manifest\") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String PREFIX = "bench-raw|";
  private final String name;
  private final DatabaseSettings database;
  private final int rows;
  private final int perRow;
  private final byte[] payload;
  private final List<Writer> writers = new ArrayList<>();
  private final BlockingLoop loop;

  private RawJournal(
      String name, DatabaseSettings database, int connections, int rows, int perRow, int bytes) {
    this.name = name;
    this.database = database;
    this.rows = rows;
    this.perRow = perRow;
    payload = new byte[bytes];
    new Random(1).nextBytes(payload);
    loop = new BlockingLoop(connections);
    try {
      for (int i = 0; i < connections; i++) {
        writers.add(new Writer(connect(database)));
      }
    } catch (SQLException e) {
      close();
      throw new IllegalStateException("Cannot write to " + database.location(), e);
    }
  }

  /** An event a row, 1,000 rows a commit, on as many connections as the journal has. */
  static RawJournal rows(DatabaseSettings database, int bytes) {
    return new RawJournal("raw rows", database, database.connections(), 1000, 1, bytes);
  }

  /** 1,000 events a row, a row a commit, on as many connections as the journal has. */
  static RawJournal blobs(DatabaseSettings database, int bytesEach) {
    return new RawJournal("raw blobs", database, database.connections(), 1, 1000, bytesEach * 1000);
  }

  /** An event a row and a row a commit, on one connection. */
  static RawJournal commits(DatabaseSettings database, int bytes) {
    return new RawJournal("raw commits, one at a time", database, 1, 1, 1, bytes);
  }

  /** A connection like those of the journal. */
  static Connection connect(DatabaseSettings database) throws SQLException {
    String url = database.url();
    if (!database.isEmbedded() && !url.contains("reWriteBatchedInserts")) {
      url += (url.contains("?") ? "&" : "?") + "reWriteBatchedInserts=true";
    }
    return DriverManager.getConnection(url, database.user(), database.password());
  }

  /** The first value of the first row of a query. */
  static String query(DatabaseSettings database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "";
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot read from " + database.location() + ": " + sql, e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    return loop.run(thread -> writers.get(thread).write(), length);
  }

  @Override
  public void tidy() {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "DELETE FROM \"event_journal\" WHERE \"persistence_id\" LIKE '" + PREFIX + "%'");
      if (!database.isEmbedded()) {
        statement.execute("VACUUM \"event_journal\"");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot tidy " + database.location(), e);
    }
  }

  @Override
  public void close() {
    loop.close();
    for (Writer writer : writers) {
      writer.close();
    }
  }

  /** One connection and a persistence id of its own. */
  private final class Writer {
    private final Connection connection;
    private final PreparedStatement insert;
    private final String persistenceId = PREFIX + UUID.randomUUID();
    private long sequenceNumber;

    Writer(Connection connection) throws SQLException {
      this.connection = connection;
      insert = connection.prepareStatement(INSERT);
      connection.setAutoCommit(rows == 1);
    }

    int write() throws SQLException {
      for (int i = 0; i < rows; i++) {
        insert.setString(1, persistenceId);
        insert.setLong(2, ++sequenceNumber);
        insert.setBoolean(3, false);
        insert.setString(4, persistenceId);
        insert.setLong(5, sequenceNumber);
        insert.setString(6, "");
        insert.setBytes(7, payload);
        insert.setInt(8, 1);
        insert.setString(9, "raw");
        if (rows > 1) {
          insert.addBatch();
        }
      }
      if (rows == 1) {
        insert.executeUpdate();
      } else {
        insert.executeBatch();
        connection.commit();
      }
      return rows * perRow;
    }

    void close() {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException("Cannot close the connection", e);
      }
    }
  }
}
