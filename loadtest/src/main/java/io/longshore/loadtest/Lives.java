package io.longshore.loadtest;

import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Whole lives of tasks inside the node's process: submitted, started, completed, each committed.
 */
final class Lives implements Measurement {
  private static final String AGENT = "bench-agent";
  private static final CompletionStage<Integer> NONE = CompletableFuture.completedFuture(0);
  private final Tasks tasks;
  private final WorkSource work;
  private final BenchTasks bench;
  private final int inFlight;
  private final String condition;

  Lives(Tasks tasks, BenchTasks bench, int inFlight, String condition) {
    this.tasks = tasks;
    this.work = tasks.workSource();
    this.bench = bench;
    this.inFlight = inFlight;
    this.condition = condition;
  }

  @Override
  public String name() {
    return "lives, %,d in flight%s".formatted(inFlight, condition);
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    return ClosedLoop.run(inFlight, slot -> live(), length);
  }

  private CompletionStage<Integer> live() {
    return tasks
        .submit(bench.task())
        .thenCompose(
            answer -> {
              String taskId = BenchTasks.acceptedId(answer);
              return taskId == null ? NONE : start(taskId);
            });
  }

  private CompletionStage<Integer> start(String taskId) {
    TaskRef ref = new TaskRef(taskId, BenchTasks.ROUTE, Priority.NORMAL, 0, 0, List.of());
    return work.start(ref, AGENT, 0)
        .thenCompose(
            answer ->
                answer instanceof Answer.Replied<StartReply> replied
                        && replied.reply() instanceof StartReply.Started started
                    ? complete(taskId, started.lease().leaseToken())
                    : NONE);
  }

  private CompletionStage<Integer> complete(String taskId, String token) {
    return work.complete(taskId, token, bench.payload())
        .thenApply(
            answer -> answer instanceof Answer.Replied<Boolean> done && done.reply() ? 1 : 0);
  }
}
