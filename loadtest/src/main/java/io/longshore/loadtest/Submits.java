package io.longshore.loadtest;

import io.longshore.coordinator.TaskProtocol.SubmitReply;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tasks submitted inside the node's process, each counted once it is committed. The ledger holds a
 * bounded number of tasks that have not ended, so a slice ends before it is full, and between
 * slices all are canceled, which is not measured.
 */
final class Submits implements Measurement {
  private static final int CANCELING = 1024;
  private final Tasks tasks;
  private final BenchTasks bench;
  private final int inFlight;
  private final long room;
  private final List<List<String>> accepted = new ArrayList<>();
  private final AtomicLong submitted = new AtomicLong();

  /**
   * Submits of so many in flight.
   *
   * @param room how many tasks the ledger can take in one slice
   */
  Submits(Tasks tasks, BenchTasks bench, int inFlight, long room) {
    this.tasks = tasks;
    this.bench = bench;
    this.inFlight = inFlight;
    this.room = room;
    for (int slot = 0; slot < inFlight; slot++) {
      accepted.add(new ArrayList<>());
    }
  }

  @Override
  public String name() {
    return inFlight == 1 ? "submits, one at a time" : "submits, %,d in flight".formatted(inFlight);
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    submitted.set(0);
    return ClosedLoop.run(
        inFlight,
        slot -> {
          if (submitted.incrementAndGet() > room) {
            return null;
          }
          return tasks.submit(bench.task()).thenApply(answer -> note(slot, answer));
        },
        length);
  }

  /** A slot has one operation under way, so its list is written by one thread after the other. */
  private int note(int slot, Answer<SubmitReply> answer) {
    String taskId = BenchTasks.acceptedId(answer);
    if (taskId == null) {
      return 0;
    }
    accepted.get(slot).add(taskId);
    return 1;
  }

  @Override
  public void tidy() throws InterruptedException {
    List<String> all = new ArrayList<>();
    for (List<String> some : accepted) {
      all.addAll(some);
      some.clear();
    }
    cancel(tasks, all);
  }

  /** Cancels all of these; returns when that is done. */
  static void cancel(Tasks tasks, List<String> taskIds) throws InterruptedException {
    Queue<String> left = new ConcurrentLinkedQueue<>(taskIds);
    ClosedLoop.finish(
        CANCELING,
        slot -> {
          String taskId = left.poll();
          return taskId == null ? null : cancel(tasks, taskId, left);
        });
  }

  private static CompletionStage<Integer> cancel(Tasks tasks, String taskId, Queue<String> left) {
    return tasks
        .cancel(taskId)
        .thenApply(
            answer -> {
              if (answer instanceof Answer.Replied) {
                return 1;
              }
              left.add(taskId);
              return 0;
            });
  }
}
