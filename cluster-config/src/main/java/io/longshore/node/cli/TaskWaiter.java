package io.longshore.node.cli;

import java.time.Duration;
import java.time.Instant;

/** Waits for tasks to end, also over a time in which the node is away: accepted tasks are kept. */
final class TaskWaiter {
  /** No limit that a person would notice. */
  static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

  private final ApiClient client;
  private final Terminal terminal;
  private boolean toldAway;

  TaskWaiter(ApiClient client, Terminal terminal) {
    this.client = client;
    this.terminal = terminal;
  }

  /**
   * Waits for a task.
   *
   * @return the task; it has not ended if the wait was too short or it needs input
   * @throws UnreachableException if the node is away at the end of the wait
   */
  TaskInfo await(String taskId, Duration wait) throws InterruptedException {
    Instant until = terminal.clock().instant().plus(wait);
    String path = "/v1/tasks/" + ApiRequest.segment(taskId);
    for (int failures = 0; ; ) {
      Duration left = atMost(Duration.between(terminal.clock().instant(), until));
      String waiting = ApiRequest.query(path, "waitSeconds", left.toSeconds());
      try {
        TaskInfo task = TaskInfo.of(client.call(ApiRequest.get(waiting).waiting(left)).body());
        if (task.ended() || task.asks() || !terminal.clock().instant().isBefore(until)) {
          return task;
        }
      } catch (UnreachableException e) {
        if (!terminal.clock().instant().isBefore(until)) {
          throw e;
        }
        tellAway(taskId, e);
        terminal.pause().of(ApiClient.backoff(++failures));
      }
    }
  }

  private void tellAway(String taskId, UnreachableException e) {
    if (!toldAway) {
      toldAway = true;
      terminal.err().println(e.getMessage());
      terminal.err().println("Task " + Text.clean(taskId) + " is kept. Still waiting for it.");
    }
  }

  /** Why there is no result, and what to do about it. */
  static String whyNot(TaskInfo task) {
    String what =
        task.state().equals("submitted")
            ? "No agent has begun the task yet; it waits on."
            : "The task is still " + task.state() + "; it goes on.";
    if (task.ended()) {
      what =
          switch (task.state()) {
            case "failed" -> "The task failed: " + task.failure();
            case "rejected" -> "The task was rejected: " + task.failure();
            default -> "The task was " + task.state() + ".";
          };
    }
    if (task.asks()) {
      what =
          "The task needs input: %s\nAnswer: ./longshore tasks %s --resume FILE"
              .formatted(task.prompt(), task.taskId());
    }
    return Text.cleanLines(what + "\nMore: ./longshore tasks " + task.taskId());
  }

  /** What may be asked of a node: whole seconds, from 1 to the limit. */
  private static Duration atMost(Duration wanted) {
    long seconds = wanted.plusMillis(999).toSeconds();
    return Duration.ofSeconds(Math.max(1, Math.min(seconds, ApiClient.LONGEST_WAIT.toSeconds())));
  }
}
