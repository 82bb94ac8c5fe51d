package io.longshore.persistence;

import io.longshore.persistence.Archive.Range;
import io.longshore.persistence.Archive.Segment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of segments, in the words of one database. */
final class SegmentTable {
  private static final String COLUMNS =
      "partition_id, epoch, number, first_id, last_id, ended_at, filter, items, payload";
  private static final String INSERT =
      "INSERT INTO longshore_archive (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String PURGE =
      "DELETE FROM longshore_archive WHERE (partition_id, epoch, number) IN"
          + " (SELECT partition_id, epoch, number FROM longshore_archive"
          + " WHERE partition_id = ? AND ended_at < ? LIMIT ?)";
  private static final int MOST_SECONDS = 5;

  private final String hasBits;

  SegmentTable(boolean h2) {
    hasBits = h2 ? "BITAND(filter, CAST(? AS BIGINT)) = CAST(? AS BIGINT)" : "(filter & ?) = ?";
  }

  void insert(Connection connection, List<Segment> segments) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      Batch batch = new Batch(insert);
      for (Segment segment : segments) {
        insert.setInt(1, segment.partition());
        insert.setLong(2, segment.epoch());
        insert.setLong(3, segment.number());
        insert.setString(4, segment.firstId());
        insert.setString(5, segment.lastId());
        insert.setLong(6, segment.endedAt());
        insert.setLong(7, segment.filter());
        insert.setInt(8, segment.items());
        insert.setBytes(9, segment.payload());
        batch.add();
      }
      batch.send();
    }
  }

  List<Segment> around(
      Connection connection,
      int partition,
      String from,
      String id,
      @Nullable Segment after,
      int limit)
      throws SQLException {
    String query =
        "SELECT "
            + COLUMNS
            + " FROM longshore_archive"
            + " WHERE partition_id = ? AND first_id >= ? AND first_id <= ? AND last_id >= ?"
            + (after == null ? "" : " AND (first_id, epoch, number) < (?, ?, ?)")
            + " ORDER BY first_id DESC, epoch DESC, number DESC LIMIT ?";
    try (PreparedStatement select = connection.prepareStatement(query)) {
      select.setInt(1, partition);
      select.setString(2, from);
      select.setString(3, id);
      select.setString(4, id);
      int next = 5;
      if (after != null) {
        next = setAfter(select, next, after.firstId(), after);
      }
      select.setInt(next, limit);
      return read(select);
    }
  }

  List<Segment> newest(Connection connection, Range range, @Nullable Segment after, int limit)
      throws SQLException {
    String query =
        "SELECT "
            + COLUMNS
            + " FROM longshore_archive WHERE last_id <= ? AND first_id < ? AND "
            + hasBits
            + (after == null ? "" : " AND (last_id, epoch, number) < (?, ?, ?)")
            + " ORDER BY last_id DESC, epoch DESC, number DESC LIMIT ?";
    try (PreparedStatement select = connection.prepareStatement(query)) {
      select.setString(1, range.lastAtMost());
      select.setString(2, range.firstBefore());
      select.setLong(3, range.filter());
      select.setLong(4, range.filter());
      int next = 5;
      if (after != null) {
        next = setAfter(select, next, after.lastId(), after);
      }
      select.setInt(next, limit);
      return read(select);
    }
  }

  private static int setAfter(PreparedStatement select, int next, String id, Segment after)
      throws SQLException {
    select.setString(next, id);
    select.setLong(next + 1, after.epoch());
    select.setLong(next + 2, after.number());
    return next + 3;
  }

  private static List<Segment> read(PreparedStatement select) throws SQLException {
    List<Segment> found = new ArrayList<>();
    // A search that finds little may have to look at all there is: it must not keep others from
    // reading.
    select.setQueryTimeout(MOST_SECONDS);
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(
            new Segment(
                rows.getInt(1),
                rows.getLong(2),
                rows.getLong(3),
                rows.getString(4),
                rows.getString(5),
                rows.getLong(6),
                rows.getLong(7),
                rows.getInt(8),
                rows.getBytes(9)));
      }
    }
    return found;
  }

  int purge(Connection connection, int partition, long endedBefore, int limit) throws SQLException {
    return Batch.delete(connection, PURGE, partition, endedBefore, limit);
  }
}
