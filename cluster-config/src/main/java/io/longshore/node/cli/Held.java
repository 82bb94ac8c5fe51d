package io.longshore.node.cli;

import io.longshore.node.cli.TaskRunner.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task this agent holds and the work on it. */
final class Held {
  private final LeasedTask task;
  private final TaskRunner.Run run;
  private final Instant since;
  private volatile @Nullable Dropped dropped;

  Held(LeasedTask task, TaskRunner.Run run, Instant since) {
    this.task = task;
    this.run = run;
    this.since = since;
  }

  /**
   * Work whose result nobody wants any more.
   *
   * @param why in words
   * @param release whether the node waits for the lease to be given back
   */
  record Dropped(String why, boolean release) {}

  /** Work that has ended, as the node is to be told. */
  record Ended(Held held, Outcome outcome, Duration took) {}

  LeasedTask task() {
    return task;
  }

  /** Whether the work goes on and its result is wanted. */
  boolean runs() {
    return dropped == null && !run.outcome().isDone();
  }

  /** Ends the work without a result; it then ends as dropped, whatever its outcome. */
  void drop(String why, boolean release) {
    dropped = new Dropped(why, release);
    run.kill().run();
  }

  /** Why the result is not wanted; null if it is. */
  @Nullable Dropped dropped() {
    return dropped;
  }

  /** The work has ended like this. */
  Ended ended(Outcome outcome, Instant now) {
    return new Ended(this, outcome, Duration.between(since, now));
  }
}
