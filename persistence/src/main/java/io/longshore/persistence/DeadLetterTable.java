package io.longshore.persistence;

import io.longshore.persistence.Archive.DeadLetter;
import io.longshore.persistence.Archive.Letters;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The table of dead letters, in the words of one database. */
final class DeadLetterTable {
  private static final String COLUMNS =
      "task_id, partition_id, route, agent_id, failed_at, payload, redriven_as, discarded";
  private static final String INSERT =
      "INSERT INTO longshore_dead_letter"
          + " (task_id, partition_id, route, agent_id, failed_at, payload)";
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM longshore_dead_letter WHERE task_id = ? LIMIT ?";
  private static final String REDRIVEN =
      "UPDATE longshore_dead_letter SET redriven_as = ?"
          + " WHERE task_id = ? AND redriven_as IS NULL AND NOT discarded";
  private static final String DISCARD =
      "UPDATE longshore_dead_letter SET discarded = TRUE, payload = ?"
          + " WHERE task_id = ? AND redriven_as IS NULL";
  private static final String PURGE =
      "DELETE FROM longshore_dead_letter WHERE task_id IN"
          + " (SELECT task_id FROM longshore_dead_letter"
          + " WHERE partition_id = ? AND failed_at < ? LIMIT ?)";
  private final boolean h2;
  private final String insertNew;

  DeadLetterTable(boolean h2) {
    this.h2 = h2;
    insertNew =
        h2
            ? INSERT
                + " SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS"
                + " (SELECT 1 FROM longshore_dead_letter WHERE task_id = ?)"
            : INSERT + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
  }

  /** Those that are there already stay as they are. */
  void insert(Connection connection, List<DeadLetter> letters) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(insertNew)) {
      Batch batch = new Batch(insert);
      for (DeadLetter letter : letters) {
        insert.setString(1, letter.taskId());
        insert.setInt(2, letter.partition());
        insert.setString(3, letter.route());
        insert.setString(4, letter.agentId());
        insert.setLong(5, letter.failedAt());
        insert.setBytes(6, letter.payload());
        if (h2) {
          insert.setString(7, letter.taskId());
        }
        batch.add();
      }
      batch.send();
    }
  }

  Optional<DeadLetter> find(Connection connection, String taskId) throws SQLException {
    return read(connection, FIND, List.of(taskId), 1).stream().findFirst();
  }

  List<DeadLetter> waiting(Connection connection, Letters which, int limit) throws SQLException {
    String query =
        "SELECT "
            + COLUMNS
            + " FROM longshore_dead_letter WHERE redriven_as IS NULL AND NOT discarded"
            + (which.beforeTaskId() == null ? "" : " AND task_id < ?")
            + (which.route() == null ? "" : " AND route = ?")
            + (which.agentId() == null ? "" : " AND agent_id = ?")
            + " ORDER BY task_id DESC LIMIT ?";
    List<String> values =
        Stream.of(which.beforeTaskId(), which.route(), which.agentId())
            .filter(Objects::nonNull)
            .toList();
    return read(connection, query, values, limit);
  }

  private static List<DeadLetter> read(
      Connection connection, String query, List<String> values, int limit) throws SQLException {
    List<DeadLetter> found = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(query)) {
      int next = 1;
      for (String value : values) {
        select.setString(next++, value);
      }
      select.setInt(next, limit);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(
              new DeadLetter(
                  rows.getString(1),
                  rows.getInt(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getLong(5),
                  rows.getBytes(6),
                  rows.getString(7),
                  rows.getBoolean(8)));
        }
      }
    }
    return found;
  }

  void redriven(Connection connection, String taskId, String newTaskId) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(REDRIVEN)) {
      update.setString(1, newTaskId);
      update.setString(2, taskId);
      update.executeUpdate();
    }
  }

  boolean discard(Connection connection, String taskId) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(DISCARD)) {
      update.setBytes(1, new byte[0]);
      update.setString(2, taskId);
      return update.executeUpdate() > 0;
    }
  }

  int purge(Connection connection, int partition, long failedBefore, int limit)
      throws SQLException {
    return Batch.delete(connection, PURGE, partition, failedBefore, limit);
  }
}
