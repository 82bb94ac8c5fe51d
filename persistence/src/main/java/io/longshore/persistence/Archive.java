package io.longshore.persistence;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/**
 * Where what has ended is kept, in the database beside the journal: small things in segments, and
 * dead letters in rows of their own. Ids are text and compared as such.
 *
 * <p>Thread-safe. Every stage completes, exceptionally with a {@link Database.DatabaseException} if
 * the database did not do it, or as much waits as may, or as long; a write may then still have been
 * done.
 */
public interface Archive extends AutoCloseable {

  /**
   * Some things of one partition in the order of their ids. Never changes.
   *
   * @param partition whose
   * @param epoch of the partition's incarnation that wrote it: unique, so that a late write of an
   *     old one collides with nothing
   * @param number unique among all that this incarnation writes
   * @param firstId the smallest id in it
   * @param lastId the largest id in it
   * @param endedAt when the last of it ended, epoch milliseconds: it is purged by this
   * @param filter bits of what is in it, see {@link Range}
   * @param items how many are in it
   * @param payload all of it
   */
  record Segment(
      int partition,
      long epoch,
      long number,
      String firstId,
      String lastId,
      long endedAt,
      long filter,
      int items,
      byte[] payload) {}

  /**
   * A task that was given up and waits for a person.
   *
   * @param route what it was for
   * @param agentId who held it last
   * @param failedAt epoch milliseconds: it is purged by this
   * @param payload all of it; empty once discarded
   * @param redrivenAs the task that was made of it
   * @param discarded whether nobody wants it any more
   */
  record DeadLetter(
      String taskId,
      int partition,
      String route,
      @Nullable String agentId,
      long failedAt,
      byte[] payload,
      @Nullable String redrivenAs,
      boolean discarded) {

    /** Whether it still waits for a person. */
    public boolean waits() {
      return redrivenAs == null && !discarded;
    }
  }

  /** What is written in one transaction. */
  record Write(List<Segment> segments, List<DeadLetter> deadLetters) {}

  /**
   * Which segments to list.
   *
   * @param lastAtMost segments whose last id is at most this
   * @param firstBefore and whose first id is before this
   * @param filter and whose filter has all of these bits
   */
  record Range(String lastAtMost, String firstBefore, long filter) {}

  /**
   * Which dead letters to list; null means any.
   *
   * @param route for this route
   * @param agentId held last by this agent
   * @param beforeTaskId with smaller ids than this
   */
  record Letters(@Nullable String route, @Nullable String agentId, @Nullable String beforeTaskId) {}

  /**
   * Writes all of it or nothing. Dead letters that are there already stay as they are.
   *
   * @param write made on a thread of the archive
   */
  CompletionStage<Done> write(Supplier<Write> write);

  /**
   * Segments of a partition that may contain an id, those with the largest first id first.
   *
   * @param from no first id is smaller than this
   * @param after the last segment of the answer before; null for the first
   * @param limit at most so many
   */
  CompletionStage<List<Segment>> around(
      int partition, String from, String id, @Nullable Segment after, int limit);

  /**
   * Segments of all partitions, those with the largest last id first.
   *
   * @param after the last segment of the answer before; null for the first
   * @param limit at most so many
   */
  CompletionStage<List<Segment>> newest(Range range, @Nullable Segment after, int limit);

  /** One dead letter, also if it waits no more. */
  CompletionStage<Optional<DeadLetter>> deadLetter(String taskId);

  /** Dead letters that wait, those with the largest id first, at most {@code limit}. */
  CompletionStage<List<DeadLetter>> deadLetters(Letters which, int limit);

  /** Remembers what became of a dead letter that waits; the first to say so wins. */
  CompletionStage<Done> redriven(String taskId, String newTaskId);

  /** Empties a dead letter; false if there is none, or it was redriven. */
  CompletionStage<Boolean> discard(String taskId);

  /**
   * Removes what has been kept long enough.
   *
   * @param endedBefore segments that ended before, epoch milliseconds
   * @param failedBefore dead letters that failed before, epoch milliseconds
   * @param limit at most so many rows of each
   * @return how many rows, at most twice the limit
   */
  CompletionStage<Integer> purge(int partition, long endedBefore, long failedBefore, int limit);

  /** Closes the connections; what is under way or waits fails. */
  @Override
  void close();

  /** Opens the archive in a database whose schema {@link Database#open} has brought up to date. */
  static Archive open(DatabaseSettings database, ArchiveSettings settings) {
    return new JdbcArchive(database, settings);
  }
}
