package io.longshore.persistence;

import com.zaxxer.hikari.HikariDataSource;
import io.longshore.persistence.Database.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
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
  private final HikariDataSource pool;
  private final SegmentTable segments;
  private final DeadLetterTable deadLetters;
  private final long maxWaitNanos;
  private final ExecutorService writers;
  private final ExecutorService readers;

  JdbcArchive(DatabaseSettings database, ArchiveSettings settings) {
    segments = new SegmentTable(database.isEmbedded());
    deadLetters = new DeadLetterTable(database.isEmbedded());
    maxWaitNanos = settings.maxWait().toNanos();
    int connections = settings.writers() + settings.readers();
    pool = new HikariDataSource(database.pool("longshore-archive", connections));
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
          segments.insert(connection, all.segments());
          deadLetters.insert(connection, all.deadLetters());
          return Done.getInstance();
        });
  }

  @Override
  public CompletionStage<List<Segment>> around(
      int partition, String from, String id, @Nullable Segment after, int limit) {
    return run(
        readers, connection -> segments.around(connection, partition, from, id, after, limit));
  }

  @Override
  public CompletionStage<List<Segment>> newest(Range range, @Nullable Segment after, int limit) {
    return run(readers, connection -> segments.newest(connection, range, after, limit));
  }

  @Override
  public CompletionStage<Optional<DeadLetter>> deadLetter(String taskId) {
    return run(readers, connection -> deadLetters.find(connection, taskId));
  }

  @Override
  public CompletionStage<List<DeadLetter>> deadLetters(Letters which, int limit) {
    return run(readers, connection -> deadLetters.waiting(connection, which, limit));
  }

  @Override
  public CompletionStage<Done> redriven(String taskId, String newTaskId) {
    return run(
        writers,
        connection -> {
          deadLetters.redriven(connection, taskId, newTaskId);
          return Done.getInstance();
        });
  }

  @Override
  public CompletionStage<Boolean> discard(String taskId) {
    return run(writers, connection -> deadLetters.discard(connection, taskId));
  }

  @Override
  public CompletionStage<Integer> purge(
      int partition, long endedBefore, long failedBefore, int limit) {
    return run(
        writers,
        connection ->
            segments.purge(connection, partition, endedBefore, limit)
                + deadLetters.purge(connection, partition, failedBefore, limit));
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
    long since = System.nanoTime();
    try {
      threads.execute(
          () -> {
            if (System.nanoTime() - since > maxWaitNanos) {
              result.completeExceptionally(
                  new DatabaseException("The archive is too slow for what waits for it", null));
              return;
            }
            try {
              result.complete(commit(job));
            } catch (Throwable e) { // an Error too: somebody waits
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
