package io.longshore.coordinator;

import io.longshore.persistence.Answer;
import io.longshore.persistence.Partitions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lists what partitions have in memory and what has left for the archive as one. */
final class TaskListing {
  private final Partitions ledger;
  private final History history;

  TaskListing(Partitions ledger, History history) {
    this.ledger = ledger;
    this.history = history;
  }

  /** Lists tasks of all partitions and of the archive, newest first. */
  CompletionStage<Answer<Page<TaskView>>> list(TaskQuery query) {
    TaskQuery oneMore = query.limit(query.limit() + 1);
    return listInMemory(oneMore)
        .thenCompose(
            answer -> {
              if (!(answer instanceof Answer.Replied<List<TaskView>> replied)) {
                return CompletableFuture.completedStage(
                    answer.map(tasks -> new Page<>(tasks, null)));
              }
              // In this order: what leaves the memory meanwhile is in the archive before.
              return History.answer(
                  older(oneMore, replied.reply())
                      .thenApply(
                          older ->
                              new Answer.Replied<>(merge(query.limit(), replied.reply(), older))));
            });
  }

  private CompletionStage<History.Older> older(TaskQuery oneMore, List<TaskView> inMemory) {
    if (oneMore.state() != null && !oneMore.state().terminal()) {
      return CompletableFuture.completedStage(new History.Older(List.of(), ""));
    }
    boolean enough = inMemory.size() == oneMore.limit();
    return history.list(oneMore, enough ? inMemory.get(inMemory.size() - 1).taskId() : "");
  }

  /** The newest of both, as far as they are known. */
  static Page<TaskView> merge(int limit, List<TaskView> inMemory, History.Older older) {
    TreeMap<String, TaskView> all = new TreeMap<>(Comparator.<String>reverseOrder());
    older.tasks().forEach(task -> all.put(task.taskId(), task));
    inMemory.forEach(task -> all.put(task.taskId(), task));
    List<TaskView> page =
        all.values().stream()
            .filter(task -> task.taskId().compareTo(older.downTo()) >= 0)
            .limit(limit + 1L)
            .toList();
    if (page.size() > limit) {
      return new Page<>(page.subList(0, limit), page.get(limit - 1).taskId());
    }
    return new Page<>(page, older.downTo().isEmpty() ? null : older.downTo());
  }

  private CompletionStage<Answer<List<TaskView>>> listInMemory(TaskQuery query) {
    List<CompletableFuture<Answer<TaskProtocol.ListReply>>> asked = new ArrayList<>();
    for (int partition = 0; partition < ledger.count(); partition++) {
      TaskProtocol.ListTasks list = new TaskProtocol.ListTasks(TaskIds.last(partition), query);
      asked.add(ledger.ask(partition, list).toCompletableFuture());
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              List<TaskView> tasks = new ArrayList<>();
              for (CompletableFuture<Answer<TaskProtocol.ListReply>> one : asked) {
                Answer<TaskProtocol.ListReply> answer = one.join();
                if (!(answer instanceof Answer.Replied<TaskProtocol.ListReply> replied)) {
                  return answer.map(TaskProtocol.ListReply::tasks);
                }
                tasks.addAll(replied.reply().tasks());
              }
              tasks.sort(Comparator.comparing(TaskView::taskId).reversed());
              return new Answer.Replied<>(
                  List.copyOf(tasks.subList(0, Math.min(query.limit(), tasks.size()))));
            });
  }
}
