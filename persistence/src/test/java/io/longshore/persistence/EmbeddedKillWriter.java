package io.longshore.persistence;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/**
 * The process that {@link EmbeddedKillTest} kills: several connections write rows to the embedded
 * database for ever, as journal, archive and snapshots do, say which they have committed, and
 * delete what is old.
 */
final class EmbeddedKillWriter {
  static final int CONNECTIONS = 4;
  static final String TABLE = "killed";
  private static final int MOST_ROWS = 16;
  private static final int MOST_BYTES = 20_000;
  private static final int PRUNED_EVERY = 40;
  private static final int KEPT = 1_000;

  private EmbeddedKillWriter() {}

  /** Arguments: the URL. */
  public static void main(String[] args) throws SQLException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.US_ASCII);
    try (Connection connection = DriverManager.getConnection(args[0], "sa", "");
        Statement create = connection.createStatement()) {
      create.execute(
          "CREATE TABLE IF NOT EXISTS %s (writer INT, number BIGINT, bytes VARBINARY(1000000),"
                  .formatted(TABLE)
              + " PRIMARY KEY (writer, number))");
    }
    for (int writer = 0; writer < CONNECTIONS; writer++) {
      int me = writer;
      new Thread(() -> write(args[0], me, out)).start();
    }
  }

  private static void write(String url, int writer, PrintStream out) {
    Random random = new Random(writer);
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + TABLE + " VALUES (?, ?, ?)");
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM " + TABLE + " WHERE writer = ? AND number <= ?")) {
      connection.setAutoCommit(false);
      long number = last(connection, writer);
      while (true) {
        for (int rows = 1 + random.nextInt(MOST_ROWS); rows > 0; rows--) {
          byte[] bytes = new byte[random.nextInt(MOST_BYTES)];
          random.nextBytes(bytes);
          insert.setInt(1, writer);
          insert.setLong(2, ++number);
          insert.setBytes(3, bytes);
          insert.addBatch();
        }
        insert.executeBatch();
        connection.commit();
        out.print(writer + " " + number + ";\n");
        if (random.nextInt(PRUNED_EVERY) == 0) {
          delete.setInt(1, writer);
          delete.setLong(2, number - KEPT);
          delete.executeUpdate();
          connection.commit();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The last number of a writer. */
  static long last(Connection connection, int writer) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT MAX(number) FROM " + TABLE + " WHERE writer = ?")) {
      select.setInt(1, writer);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }
}
