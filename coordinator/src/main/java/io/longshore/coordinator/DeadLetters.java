package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.coordinator.TaskProtocol.SubmitReply;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import io.longshore.persistence.Archive;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that were given up and wait for a person to look. Thread-safe; no stage completes
 * exceptionally.
 */
public final class DeadLetters {
  private static final int LISTED_AT_ONCE = 16;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final long PATIENCE_MILLIS = 5_000;

  /** No submitter's key has a space. */
  private static final String KEY = "redrive of ";

  private final Archive archive;
  private final Tasks tasks;
  private final ActorSystem<?> system;
  private final Clock clock;

  DeadLetters(Archive archive, Tasks tasks, ActorSystem<?> system, Clock clock) {
    this.archive = archive;
    this.tasks = tasks;
    this.system = system;
    this.clock = clock;
  }

  /**
   * Lists those that wait, newest first by task id.
   *
   * @param route for this route; null for any
   * @param agentId held last by this agent; null for any
   * @param beforeTaskId the next of the page before; null for the first page
   * @param limit at most so many, at least 1
   */
  public CompletionStage<Answer<Page<DeadLetter>>> list(
      @Nullable Route route, @Nullable String agentId, @Nullable String beforeTaskId, int limit) {
    String key = route == null ? null : route.key();
    return History.answer(
        gather(key, agentId, beforeTaskId, limit, new ArrayList<>()).thenApply(Replied::new));
  }

  private CompletionStage<Page<DeadLetter>> gather(
      @Nullable String route,
      @Nullable String agentId,
      @Nullable String before,
      int limit,
      List<DeadLetter> found) {
    return archive
        .deadLetters(new Archive.Letters(route, agentId, before), LISTED_AT_ONCE)
        .thenCompose(
            some -> {
              for (Archive.DeadLetter letter : some) {
                if (found.size() == limit) {
                  return page(found, found.get(limit - 1).task().taskId());
                }
                TaskView task = Segments.task(letter.payload()).view(false);
                found.add(new DeadLetter(task, letter.failedAt()));
              }
              return some.size() < LISTED_AT_ONCE
                  ? page(found, null)
                  : gather(route, agentId, some.get(some.size() - 1).taskId(), limit, found);
            });
  }

  private static CompletionStage<Page<DeadLetter>> page(
      List<DeadLetter> found, @Nullable String next) {
    return CompletableFuture.completedStage(new Page<>(List.copyOf(found), next));
  }

  /**
   * Submits the same work as a new task, in the same partition, and lists the dead letter no more.
   * Doing so again gives the same new task; if this one was answered that it is not available, then
   * only for as long as an idempotency key is remembered, since the dead letter may not have been
   * marked. A deadline that is over does not hold for it.
   *
   * @return the new task or why there is none; empty if no such dead letter waits
   */
  public CompletionStage<Answer<Optional<SubmitReply>>> redrive(String taskId) {
    return History.answer(find(taskId).thenCompose(found -> redrive(taskId, found)));
  }

  private CompletionStage<Answer<Optional<SubmitReply>>> redrive(
      String taskId, Optional<Archive.DeadLetter> found) {
    if (found.isEmpty() || found.get().discarded()) {
      return done(Optional.empty());
    }
    String redrivenAs = found.get().redrivenAs();
    if (redrivenAs != null) {
      return tasks.get(redrivenAs).thenApply(answer -> answer.map(DeadLetters::again));
    }
    NewTask again =
        Segments.task(found.get().payload()).spec.again(taskId, KEY + taskId, clock.millis());
    return tasks
        .submit(tasks.siblingOf(taskId), again)
        .thenCompose(
            answer ->
                answer instanceof Replied<SubmitReply> replied
                        && replied.reply() instanceof TaskProtocol.Accepted accepted
                    ? archive
                        .redriven(taskId, accepted.task().taskId())
                        .thenApply(marked -> answer.map(Optional::of))
                    : CompletableFuture.completedStage(answer.map(Optional::of)));
  }

  private static Optional<SubmitReply> again(TaskProtocol.GetReply reply) {
    return reply instanceof TaskProtocol.Found found
        ? Optional.of(new TaskProtocol.Accepted(found.task(), true))
        : Optional.empty();
  }

  /**
   * Lists a dead letter no more and forgets its payload. Doing so again changes nothing.
   *
   * @return false if there is none, or it was redriven
   */
  public CompletionStage<Answer<Boolean>> discard(String taskId) {
    return History.answer(
        find(taskId)
            .thenCompose(
                found ->
                    found.isEmpty()
                        ? CompletableFuture.completedStage(false)
                        : archive.discard(taskId))
            .thenApply(Replied::new));
  }

  /** The dead letter. One whose task has failed just now is on its way there and waited for. */
  private CompletionStage<Optional<Archive.DeadLetter>> find(String taskId) {
    return find(taskId, clock.millis() + PATIENCE_MILLIS);
  }

  private CompletionStage<Optional<Archive.DeadLetter>> find(String taskId, long until) {
    return archive
        .deadLetter(taskId)
        .thenCompose(
            found ->
                found.isPresent()
                    ? CompletableFuture.completedStage(found)
                    : tasks
                        .inMemory(taskId)
                        .thenCompose(
                            answer ->
                                isOnItsWay(answer)
                                    ? findLater(taskId, until)
                                    : CompletableFuture.completedStage(found)));
  }

  /** The partition has it, and so writes it soon; a partition that does not answer may have it. */
  private static boolean isOnItsWay(Answer<TaskProtocol.GetReply> answer) {
    if (!(answer instanceof Replied<TaskProtocol.GetReply> replied)) {
      return true;
    }
    return replied.reply() instanceof TaskProtocol.Found found
        && found.task().failure() != null
        && found.task().failure().deadLettered();
  }

  private CompletionStage<Optional<Archive.DeadLetter>> findLater(String taskId, long until) {
    if (clock.millis() >= until) {
      return CompletableFuture.failedStage(new TimeoutException("The dead letter is not written"));
    }
    CompletableFuture<Optional<Archive.DeadLetter>> later = new CompletableFuture<>();
    system
        .scheduler()
        .scheduleOnce(
            LOOK_AGAIN,
            () ->
                find(taskId, until)
                    .whenComplete(
                        (found, failure) -> {
                          if (failure != null) {
                            later.completeExceptionally(failure);
                          } else {
                            later.complete(found);
                          }
                        }),
            system.executionContext());
    return later;
  }

  private static <R> CompletionStage<Answer<R>> done(R reply) {
    return CompletableFuture.completedStage(new Replied<>(reply));
  }
}
