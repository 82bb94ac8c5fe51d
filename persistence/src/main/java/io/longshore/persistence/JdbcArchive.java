package io.longshore.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.longshore.persistence.Database.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** The archive over connections and threads of its own: it may be slow without slowing others. */
final class JdbcArchive implements Archive {
  private static final long CONNECTION_TIMEOUT_MILLIS = 5_000;
  private static final int ROWS_A_STATEMENT = 256;
  private final HikariDataSource pool;
  private final ArchiveSql sql;
  private final ExecutorService writers;
  private final ExecutorService readers;

  JdbcArchive(DatabaseSettings database, ArchiveSettings settings) {
    sql = new ArchiveSql(database.isEmbedded());
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.pluginUrl());
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setMaximumPoolSize(settings.writers() + settings.readers());
    config.setMinimumIdle(0);
    config.setAutoCommit(false);
    config.setPoolName("longshore-archive");
    config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
    config.setInitializationFailTimeout(-1);
    pool = new HikariDataSource(config);
    writers = threads("longshore-archive-writer", settings.writers(), settings.queue());
    readers = threads("longshore-archive-reader", settings.readers(), settings.queue());
  }

  private static ExecutorService threads(String name, int count, int queue) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            job -> {
              Thread thread = new Thread(job, name);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  @Override
  public CompletionStage<Done> write(Supplier<Write> write) {
    return run(
        writers,
        connection -> {
          Write all = write.get();
          writeSegments(connection, all.segments());
          writeDeadLetters(connection, all.deadLetters());
          return Done.getInstance();
        });
  }

  private void writeSegments(Connection connection, List<Segment> segments) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql.insertSegment)) {
      int waiting = 0;
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
        waiting = added(insert, waiting);
      }
      rest(insert, waiting);
    }
  }

  private void writeDeadLetters(Connection connection, List<DeadLetter> letters)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql.insertDeadLetter)) {
      int waiting = 0;
      for (DeadLetter letter : letters) {
        insert.setString(1, letter.taskId());
        insert.setInt(2, letter.partition());
        insert.setString(3, letter.route());
        insert.setString(4, letter.agentId());
        insert.setLong(5, letter.failedAt());
        insert.setBytes(6, letter.payload());
        if (sql.insertChecksKey) {
          insert.setString(7, letter.taskId());
        }
        waiting = added(insert, waiting);
      }
      rest(insert, waiting);
    }
  }

  private static int added(PreparedStatement insert, int waiting) throws SQLException {
    insert.addBatch();
    if (waiting + 1 < ROWS_A_STATEMENT) {
      return waiting + 1;
    }
    insert.executeBatch();
    return 0;
  }

  private static void rest(PreparedStatement insert, int waiting) throws SQLException {
    if (waiting > 0) {
      insert.executeBatch();
    }
  }

  @Override
  public CompletionStage<List<Segment>> around(
      int partition, String from, String id, @Nullable Segment after, int limit) {
    return run(
        readers,
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(sql.around(after != null))) {
            select.setInt(1, partition);
            select.setString(2, from);
            select.setString(3, id);
            select.setString(4, id);
            int next = 5;
            if (after != null) {
              next = setAfter(select, next, after.firstId(), after);
            }
            select.setInt(next, limit);
            return segments(select);
          }
        });
  }

  @Override
  public CompletionStage<List<Segment>> newest(Range range, @Nullable Segment after, int limit) {
    return run(
        readers,
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(sql.newest(after != null))) {
            select.setString(1, range.lastAtMost());
            select.setString(2, range.firstBefore());
            select.setLong(3, range.filter());
            select.setLong(4, range.filter());
            int next = 5;
            if (after != null) {
              next = setAfter(select, next, after.lastId(), after);
            }
            select.setInt(next, limit);
            return segments(select);
          }
        });
  }

  private static int setAfter(PreparedStatement select, int next, String id, Segment after)
      throws SQLException {
    select.setString(next, id);
    select.setLong(next + 1, after.epoch());
    select.setLong(next + 2, after.number());
    return next + 3;
  }

  private static List<Segment> segments(PreparedStatement select) throws SQLException {
    List<Segment> found = new ArrayList<>();
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

  @Override
  public CompletionStage<Optional<DeadLetter>> deadLetter(String taskId) {
    return run(
        readers,
        connection ->
            deadLetters(connection, sql.deadLetter, List.of(taskId), 1).stream().findFirst());
  }

  @Override
  public CompletionStage<List<DeadLetter>> deadLetters(Letters which, int limit) {
    List<String> values = new ArrayList<>();
    for (String value :
        new @Nullable String[] {which.beforeTaskId(), which.route(), which.agentId()}) {
      if (value != null) {
        values.add(value);
      }
    }
    return run(
        readers, connection -> deadLetters(connection, sql.deadLetters(which), values, limit));
  }

  private static List<DeadLetter> deadLetters(
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

  @Override
  public CompletionStage<Done> redriven(String taskId, String newTaskId) {
    return run(
        writers,
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(sql.redriven)) {
            update.setString(1, newTaskId);
            update.setString(2, taskId);
            update.executeUpdate();
            return Done.getInstance();
          }
        });
  }

  @Override
  public CompletionStage<Boolean> discard(String taskId) {
    return run(
        writers,
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(sql.discard)) {
            update.setBytes(1, new byte[0]);
            update.setString(2, taskId);
            return update.executeUpdate() > 0;
          }
        });
  }

  @Override
  public CompletionStage<Integer> purge(
      int partition, long endedBefore, long failedBefore, int limit) {
    return run(
        writers,
        connection ->
            purge(connection, sql.purgeSegments, partition, endedBefore, limit)
                + purge(connection, sql.purgeDeadLetters, partition, failedBefore, limit));
  }

  private static int purge(
      Connection connection, String statement, int partition, long before, int limit)
      throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(statement)) {
      delete.setInt(1, partition);
      delete.setLong(2, before);
      delete.setInt(3, limit);
      return delete.executeUpdate();
    }
  }

  @Override
  public void close() {
    // What waits runs into the closed pool and fails, so that nobody is left waiting for it.
    pool.close();
    writers.shutdown();
    readers.shutdown();
  }

  private interface Job<T> {
    T run(Connection connection) throws SQLException;
  }

  private <T> CompletionStage<T> run(ExecutorService threads, Job<T> job) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      threads.execute(
          () -> {
            try {
              result.complete(commit(job));
            } catch (SQLException | RuntimeException e) {
              result.completeExceptionally(
                  new DatabaseException("The archive cannot be read or written", e));
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new DatabaseException("The archive is closed, or as much waits for it as may", e));
    }
    return result;
  }

  private <T> T commit(Job<T> job) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      T value = job.run(connection);
      connection.commit();
      return value;
    }
  }
}
