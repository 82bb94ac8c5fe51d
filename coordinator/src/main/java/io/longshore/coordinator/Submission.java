package io.longshore.coordinator;

import io.longshore.coordinator.TaskProtocol.Submit;
import io.longshore.coordinator.TaskProtocol.SubmitReply;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Partitions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The way of new tasks into the ledger. Thread-safe; no stage completes exceptionally. */
final class Submission {
  /** Tasks submitted at once that share a partition, and a commit unless they are large. */
  private static final int TOGETHER = 1_000;

  private static final long MAX_COMMIT_BYTES = 1 << 20;

  /** For so long after a partition was full, those of other nodes are used too. */
  private static final long ELSEWHERE_MILLIS = 1_000;

  private final TaskIds ids;
  private final Partitions ledger;
  private final History history;
  private final Clock clock;
  private volatile long fullUntil;

  Submission(TaskIds ids, Partitions ledger, History history, Clock clock) {
    this.clock = clock;
    this.ids = ids;
    this.ledger = ledger;
    this.history = history;
  }

  /** See {@link Tasks#submit(NewTask)}. */
  CompletionStage<Answer<SubmitReply>> submit(NewTask task) {
    return submit(idFor(task), task);
  }

  /** See {@link Tasks#submit(String, NewTask)}. */
  CompletionStage<Answer<SubmitReply>> submit(String taskId, NewTask task) {
    Submit command = new Submit(taskId, task, true);
    return ledger
        .ask(ids.partitionOf(taskId), command)
        .thenCompose(answer -> existing(whole(command, answer)));
  }

  /**
   * Where tasks without a key may go: to this node's own partitions, which saves a way there and
   * back, unless one of them has been full just now and others may not be.
   */
  private List<Integer> free() {
    List<Integer> near = ledger.near();
    return near.isEmpty() || clock.millis() < fullUntil ? ids.all() : near;
  }

  private String idFor(NewTask task) {
    String key = task.idempotencyKey();
    return key == null ? ids.createIn(free()) : ids.createFor(key);
  }

  /** See {@link Tasks#submitAll}. */
  CompletionStage<List<Answer<SubmitReply>>> submitAll(
      List<@Nullable NewTask> places, @Nullable String batchKey) {
    List<CompletableFuture<List<Answer<SubmitReply>>>> parts = new ArrayList<>();
    for (int from = 0; from < places.size(); from += TOGETHER) {
      // By the place and not by the task that is there, which may be refused the next time.
      int partition =
          batchKey == null
              ? TaskIds.anyOf(free())
              : ids.partitionOf(ids.createFor(NewTask.keyAt(batchKey, from)));
      int to = Math.min(from + TOGETHER, places.size());
      submitTogether(partition, places.subList(from, to), parts);
    }
    return inOrder(parts)
        .thenCompose(answers -> existing(answers.stream().flatMap(List::stream).toList()));
  }

  private void submitTogether(
      int partition,
      List<@Nullable NewTask> places,
      List<CompletableFuture<List<Answer<SubmitReply>>>> parts) {
    List<Submit> commands = new ArrayList<>();
    long bytes = 0;
    for (NewTask task : places) {
      if (task == null) {
        continue;
      }
      if (bytes > MAX_COMMIT_BYTES) {
        parts.add(askAll(partition, commands));
        commands = new ArrayList<>();
        bytes = 0;
      }
      commands.add(new Submit(ids.create(partition), task, true));
      bytes += task.weight();
    }
    if (!commands.isEmpty()) {
      parts.add(askAll(partition, commands));
    }
  }

  private CompletableFuture<List<Answer<SubmitReply>>> askAll(
      int partition, List<Submit> commands) {
    return ledger
        .askAll(partition, commands)
        .thenApply(
            answers -> {
              List<Answer<SubmitReply>> all = new ArrayList<>(answers.size());
              for (int i = 0; i < answers.size(); i++) {
                all.add(whole(commands.get(i), answers.get(i)));
              }
              return all;
            })
        .toCompletableFuture();
  }

  /** The same answer, with the task that this node need not be told. */
  private Answer<SubmitReply> whole(Submit command, Answer<SubmitReply> answer) {
    return answer.map(
        reply -> {
          if (reply instanceof TaskProtocol.LedgerFull) {
            fullUntil = clock.millis() + ELSEWHERE_MILLIS;
          }
          return reply instanceof TaskProtocol.Taken taken
              ? new TaskProtocol.Accepted(
                  TaskView.submitted(command.taskId(), command.task(), taken.createdAt()), false)
              : reply;
        });
  }

  private CompletionStage<List<Answer<SubmitReply>>> existing(List<Answer<SubmitReply>> answers) {
    return answers.stream().noneMatch(Submission::isArchived)
        ? CompletableFuture.completedStage(answers)
        : inOrder(answers.stream().map(one -> existing(one).toCompletableFuture()).toList());
  }

  /** The same answer, with the task if it existed and has left for the archive. */
  private CompletionStage<Answer<SubmitReply>> existing(Answer<SubmitReply> answer) {
    return answer instanceof Answer.Replied<SubmitReply> replied
            && replied.reply() instanceof TaskProtocol.Existed existed
        ? history.archived(
            existed.taskId(),
            new TaskProtocol.KeyReused(existed.taskId()),
            found -> new TaskProtocol.Accepted(found.view(true), true))
        : CompletableFuture.completedStage(answer);
  }

  private static boolean isArchived(Answer<SubmitReply> answer) {
    return answer instanceof Answer.Replied<SubmitReply> replied
        && replied.reply() instanceof TaskProtocol.Existed;
  }

  private static <T> CompletableFuture<List<T>> inOrder(List<CompletableFuture<T>> stages) {
    return CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
        .thenApply(all -> stages.stream().map(CompletableFuture::join).toList());
  }
}
