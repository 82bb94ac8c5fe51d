package io.longshore.persistence;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Predicate;

/** Reads what partitions have written, without changing anything and without a running node. */
public final class Journal {
  private static final int AT_ONCE = 100;
  private static final String H2_READ_ONLY = ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE";
  private static final int H2_NO_DATABASE = 90146;

  private Journal() {}

  /**
   * Which rows.
   *
   * @param type of the partitions, such as {@code ledger}; empty for all
   * @param partition which of them; -1 for all
   * @param fromSequence the first sequence number of each partition
   */
  public record Selection(String type, int partition, long fromSequence) {

    private String pattern() {
      return (type.isEmpty() ? "%" : type) + "|" + (partition < 0 ? "%" : partition);
    }
  }

  /**
   * One row: the events of one commit, or the state of a partition.
   *
   * @param type of the partition
   * @param partition which
   * @param sequence its number within the partition
   * @param writtenAt epoch milliseconds
   * @param payload what {@link EventBatch} or {@link StateSnapshot} reads
   */
  public record Row(String type, String partition, long sequence, long writtenAt, byte[] payload) {}

  /**
   * Reads the journal in the order of its commits.
   *
   * @param consumer says whether to go on
   * @throws Database.DatabaseException if it cannot be read; the message says what to do
   */
  public static void events(
      DatabaseSettings database, Selection selection, Predicate<Row> consumer) {
    read(
        database,
        "SELECT \"persistence_id\", \"sequence_number\", \"write_timestamp\", \"event_payload\""
            + " FROM \"event_journal\" WHERE \"persistence_id\" LIKE ? AND \"sequence_number\" >= ?"
            + " AND \"event_ser_id\" = ? ORDER BY \"ordering\"",
        selection,
        consumer);
  }

  /**
   * Reads the snapshots, partition by partition.
   *
   * @param consumer says whether to go on
   * @throws Database.DatabaseException if they cannot be read; the message says what to do
   */
  public static void snapshots(
      DatabaseSettings database, Selection selection, Predicate<Row> consumer) {
    read(
        database,
        "SELECT \"persistence_id\", \"sequence_number\", \"created\", \"snapshot_payload\""
            + " FROM \"snapshot\" WHERE \"persistence_id\" LIKE ? AND \"sequence_number\" >= ?"
            + " AND \"snapshot_ser_id\" = ? ORDER BY \"persistence_id\", \"sequence_number\"",
        selection,
        consumer);
  }

  private static void read(
      DatabaseSettings database, String sql, Selection selection, Predicate<Row> consumer) {
    String url = database.isEmbedded() ? database.url() + H2_READ_ONLY : database.url();
    try (Connection connection =
            DriverManager.getConnection(url, database.user(), database.password());
        PreparedStatement select = connection.prepareStatement(sql)) {
      connection.setReadOnly(true);
      // Without a transaction PostgreSQL's driver would read all rows into memory first.
      connection.setAutoCommit(false);
      select.setFetchSize(AT_ONCE);
      select.setString(1, selection.pattern());
      select.setLong(2, selection.fromSequence());
      select.setInt(3, StoredSerializer.IDENTIFIER);
      try (ResultSet rows = select.executeQuery()) {
        boolean more = true;
        while (more && rows.next()) {
          more = consumer.test(row(rows));
        }
      }
      connection.rollback();
    } catch (SQLException e) {
      throw new Database.DatabaseException(unreadable(database, e), e);
    }
  }

  private static String unreadable(DatabaseSettings database, SQLException e) {
    if (e.getErrorCode() == H2_NO_DATABASE) {
      return "There is no database at " + database.location() + ". Is this the right directory?";
    }
    return "The journal at "
        + database.location()
        + " cannot be read: "
        + Database.sentence(String.valueOf(e.getMessage()).replaceAll("\\s*\\R.*", ""))
        + (database.isEmbedded()
            ? ". An embedded database has one user at a time: stop the node that runs on it first."
            : ". Check that it runs and that user and password are right.");
  }

  private static Row row(ResultSet rows) throws SQLException {
    String id = rows.getString(1);
    int bar = id.lastIndexOf('|');
    return new Row(
        id.substring(0, bar),
        id.substring(bar + 1),
        rows.getLong(2),
        rows.getLong(3),
        rows.getBytes(4));
  }
}
