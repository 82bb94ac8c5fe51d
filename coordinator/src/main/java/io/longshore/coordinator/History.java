package io.longshore.coordinator;

import io.longshore.persistence.Answer;
import io.longshore.persistence.Archive;
import io.longshore.persistence.Archive.Range;
import io.longshore.persistence.Archive.Segment;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads tasks that have left their partition's memory. Stages of other than answers complete
 * exceptionally where the archive does not answer. Thread-safe.
 */
final class History {
  private static final int LOOKED_INTO_AT_ONCE = 4;
  private static final int LISTED_AT_ONCE = 16;
  private static final int MAX_LISTED = 256;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(History.class);
  private final Archive archive;
  private final TaskIds ids;

  History(Archive archive, TaskIds ids) {
    this.archive = archive;
    this.ids = ids;
  }

  /**
   * What a list found.
   *
   * @param tasks newest first, without payloads and decisions
   * @param downTo no task of this id or a larger one is missing; empty if none at all is
   */
  record Older(List<TaskView> tasks, String downTo) {}

  /** The answer, unless the partition does not have the task: then what the archive says. */
  <R> CompletionStage<Answer<R>> orArchived(
      String taskId, Answer<R> answer, R unknown, Function<Task, R> found) {
    return answer instanceof Answer.Replied<R> replied
            && replied.reply() instanceof TaskProtocol.NoSuchTask
        ? archived(taskId, unknown, found)
        : CompletableFuture.completedStage(answer);
  }

  /** What the archive says of a task. */
  <R> CompletionStage<Answer<R>> archived(String taskId, R unknown, Function<Task, R> found) {
    int partition = ids.partitionOf(taskId);
    return partition < 0
        ? CompletableFuture.completedStage(new Answer.Replied<>(unknown))
        : answer(
            find(partition, taskId)
                .thenApply(task -> new Answer.Replied<>(task.map(found).orElse(unknown))));
  }

  /** An answer of the archive; where it does not give one, nothing is known. */
  static <R> CompletionStage<Answer<R>> answer(CompletionStage<? extends Answer<R>> archive) {
    return archive.handle(
        (answer, failure) -> {
          if (failure == null) {
            return answer;
          }
          log.debug("No answer from the archive", failure);
          return new Answer.Indeterminate<>(RETRY);
        });
  }

  /** A task that is in the archive, or waits as a dead letter. */
  CompletionStage<Optional<Task>> find(int partition, String taskId) {
    return find(partition, taskId, null);
  }

  private CompletionStage<Optional<Task>> find(
      int partition, String taskId, @Nullable Segment after) {
    return archive
        .around(partition, Segments.slice(taskId), taskId, after, LOOKED_INTO_AT_ONCE)
        .thenCompose(
            segments -> {
              for (Segment segment : segments) {
                Task task = Segments.find(segment, taskId);
                if (task != null) {
                  return CompletableFuture.completedStage(Optional.of(task));
                }
              }
              return segments.size() < LOOKED_INTO_AT_ONCE
                  ? deadLetter(taskId)
                  : find(partition, taskId, segments.get(segments.size() - 1));
            });
  }

  private CompletionStage<Optional<Task>> deadLetter(String taskId) {
    return archive
        .deadLetter(taskId)
        .thenApply(found -> found.filter(letter -> !letter.discarded()).map(History::task));
  }

  private static Task task(Archive.DeadLetter letter) {
    return Segments.task(letter.payload());
  }

  /**
   * The newest tasks of a query, unless they take more segments than one call may read.
   *
   * @param enough tasks of smaller ids than this are not needed; empty if all are
   */
  CompletionStage<Older> list(TaskQuery query, String enough) {
    return new Scan(query, enough).next(null);
  }

  private final class Scan {
    private final TaskQuery query;
    private final String enough;
    private final Range range;
    private final NavigableMap<String, TaskView> found =
        new TreeMap<>(Comparator.<String>reverseOrder());
    private int read;

    Scan(TaskQuery query, String enough) {
      this.query = query;
      this.enough = enough;
      range = Segments.range(query);
    }

    CompletionStage<Older> next(@Nullable Segment after) {
      return archive
          .newest(range, after, LISTED_AT_ONCE)
          .thenCompose(
              segments -> {
                segments.forEach(this::look);
                if (segments.size() < LISTED_AT_ONCE) {
                  return done("");
                }
                Segment last = segments.get(segments.size() - 1);
                return over(last.lastId()) ? done(last.lastId()) : next(last);
              });
    }

    private void look(Segment segment) {
      read++;
      for (Task task : Segments.tasks(segment)) {
        if (LedgerQueries.matches(task, query)) {
          found.put(task.taskId, task.view(false));
          if (found.size() > query.limit()) {
            found.pollLastEntry();
          }
        }
      }
    }

    /** No more segments are needed, or may be read; but a page always gets on. */
    private boolean over(String downTo) {
      String before = query.beforeTaskId();
      return downTo.compareTo(enough) <= 0
          || (found.size() == query.limit() && found.lastKey().compareTo(downTo) >= 0)
          || (read >= MAX_LISTED && (before == null || downTo.compareTo(before) < 0));
    }

    private CompletionStage<Older> done(String downTo) {
      return CompletableFuture.completedStage(new Older(List.copyOf(found.values()), downTo));
    }
  }
}
