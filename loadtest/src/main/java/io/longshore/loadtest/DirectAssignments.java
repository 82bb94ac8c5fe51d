package io.longshore.loadtest;

import com.typesafe.config.Config;
import io.longshore.coordinator.AssignmentLoop;
import java.time.Clock;
import java.time.Duration;

/** Assignments of one coordinator without its actor, on one thread. */
final class DirectAssignments implements Measurement {
  private final Config config;
  private final int agents;

  DirectAssignments(Config config, int agents) {
    this.config = config;
    this.agents = agents;
  }

  @Override
  public String name() {
    return "decisions alone, %,d agents".formatted(agents);
  }

  /** On a coordinator of its own each time: one that was left alone has given all agents up. */
  @Override
  public Slice run(Duration length) throws InterruptedException {
    AssignmentLoop loop = new AssignmentLoop(config, agents, Clock.systemUTC());
    try (BlockingLoop thread = new BlockingLoop(1)) {
      return thread.run(one -> loop.round(), length);
    }
  }
}
