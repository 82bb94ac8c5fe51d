package io.longshore.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Rows that travel together, though not too many at a time. */
final class Batch {
  private static final int MAX_ROWS = 256;
  private final PreparedStatement insert;
  private int rows;

  Batch(PreparedStatement insert) {
    this.insert = insert;
  }

  /** Adds the row that the statement has been given. */
  void add() throws SQLException {
    insert.addBatch();
    rows++;
    if (rows == MAX_ROWS) {
      send();
    }
  }

  /** Sends what has been added. */
  void send() throws SQLException {
    if (rows > 0) {
      insert.executeBatch();
      rows = 0;
    }
  }

  /** Deletes rows of a partition that are older than this, so many at most; tells how many. */
  static int delete(Connection connection, String statement, int partition, long before, int limit)
      throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(statement)) {
      delete.setInt(1, partition);
      delete.setLong(2, before);
      delete.setInt(3, limit);
      return delete.executeUpdate();
    }
  }
}
