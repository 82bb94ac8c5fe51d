package io.longshore.node.demo;

import io.longshore.node.cli.AgentInfo;
import io.longshore.node.cli.TaskInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The demo at one moment.
 *
 * @param items the texts and their tasks, in the order they were submitted
 * @param agents in the order they were registered
 * @param now this moment
 */
record DemoProgress(List<Item> items, List<AgentInfo> agents, Instant now) {

  /**
   * A text and the task about it.
   *
   * @param title of the text
   * @param task with its decisions
   */
  record Item(String title, TaskInfo task) {
    /** What tells tasks of one moment apart: ids begin with the time. */
    String shortId() {
      String id = task.taskId();
      return id.substring(Math.max(0, id.length() - 8));
    }
  }

  long completed() {
    return items.stream().filter(item -> item.task().completed()).count();
  }

  boolean allEnded() {
    return items.stream().allMatch(item -> item.task().ended());
  }

  boolean allCompleted() {
    return completed() == items.size();
  }

  /** When the first task was accepted. */
  Instant startedAt() {
    return items.stream().map(i -> i.task().createdAt()).min(Instant::compareTo).orElse(now);
  }

  /** From the submission to the last end, or to now if not all have ended. */
  Duration elapsed() {
    Instant end =
        allEnded()
            ? items.stream().map(i -> i.task().updatedAt()).max(Instant::compareTo).orElse(now)
            : now;
    return Duration.between(startedAt(), end);
  }
}
