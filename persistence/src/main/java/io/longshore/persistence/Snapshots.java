package io.longshore.persistence;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;

/**
 * Saves snapshots of this node's partitions, one after the other, and deletes what each makes
 * superfluous. The journal plugin reads them, but does not write them: it would hold a partition
 * until its snapshot is stored, and tie snapshots to a count of events whatever their size. One per
 * actor system. Thread-safe.
 */
final class Snapshots implements Extension {
  private static final Id ID = new Id();

  private static final class Id extends ExtensionId<Snapshots> {
    @Override
    public Snapshots createExtension(ActorSystem<?> system) {
      return new Snapshots(system);
    }
  }

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "longshore-snapshots");
            made.setDaemon(true);
            return made;
          });
  private final HikariDataSource pool;

  private Snapshots(ActorSystem<?> system) {
    DatabaseSettings database = DatabaseSettings.ofPluginConfig(system.settings().config());
    pool = new HikariDataSource(database.pool("longshore-snapshots", 1));
    system.getWhenTerminated().thenRun(this::close);
  }

  /** Those of an actor system that keeps its journal in a database. */
  static Snapshots of(ActorSystem<?> system) {
    return ID.apply(system);
  }

  /**
   * Saves the state of a partition as of an event that is committed. Keeps the snapshot before it,
   * and the events since that one, so that a damaged snapshot can be deleted by hand.
   *
   * <p>Keeps also the first row of this life of the partition. A node that is cut off and does not
   * know that another has taken its place would write that very row next: were it gone, the write
   * would succeed, be answered, and never be read. (Had two taken its place, one after the other,
   * within the seconds in which it does not know, it would: the second keeps its own row.)
   *
   * @param firstRow that row's sequence number
   */
  CompletionStage<Void> save(
      String persistenceId, long firstRow, long sequenceNumber, long now, byte[] state) {
    return CompletableFuture.runAsync(
        () -> {
          try (Connection connection = pool.getConnection()) {
            insert(connection, persistenceId, sequenceNumber, now, state);
            connection.commit();
            prune(connection, persistenceId, firstRow, sequenceNumber);
            connection.commit();
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        },
        thread);
  }

  private static void insert(
      Connection connection, String persistenceId, long sequenceNumber, long now, byte[] state)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO \"snapshot\" (\"persistence_id\", \"sequence_number\", \"created\","
                + " \"snapshot_ser_id\", \"snapshot_ser_manifest\", \"snapshot_payload\")"
                + " VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, persistenceId);
      insert.setLong(2, sequenceNumber);
      insert.setLong(3, now);
      insert.setInt(4, StoredSerializer.IDENTIFIER);
      insert.setString(5, StoredSerializer.STATE);
      insert.setBytes(6, Packed.pack(state));
      insert.executeUpdate();
    }
  }

  private static void prune(
      Connection connection, String persistenceId, long firstRow, long sequenceNumber)
      throws SQLException {
    long before = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT MAX(\"sequence_number\") FROM \"snapshot\""
                + " WHERE \"persistence_id\" = ? AND \"sequence_number\" < ?")) {
      select.setString(1, persistenceId);
      select.setLong(2, sequenceNumber);
      try (ResultSet rows = select.executeQuery()) {
        before = rows.next() ? rows.getLong(1) : 0;
      }
    }
    delete(connection, "snapshot", persistenceId, before - 1, 0);
    delete(connection, "event_journal", persistenceId, before, firstRow);
  }

  /** Only what stands before a snapshot that stays: recovery would not notice a gap behind it. */
  private static void delete(
      Connection connection,
      String table,
      String persistenceId,
      long upToSequenceNumber,
      long except)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM \""
                + table
                + "\" WHERE \"persistence_id\" = ? AND \"sequence_number\" <= ?"
                + " AND \"sequence_number\" <> ?")) {
      delete.setString(1, persistenceId);
      delete.setLong(2, upToSequenceNumber);
      delete.setLong(3, except);
      delete.executeUpdate();
    }
  }

  private void close() {
    thread.shutdownNow();
    pool.close();
  }
}
