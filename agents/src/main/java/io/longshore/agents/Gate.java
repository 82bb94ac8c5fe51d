package io.longshore.agents;

import io.longshore.registry.AgentRecord;
import org.jspecify.annotations.Nullable;

/** What inside the node stands between work and an agent whose work is done from there. */
@FunctionalInterface
interface Gate {

  /** Why the agent cannot work now, for people; null if it can. */
  @Nullable String obstacle(AgentRecord agent, long now);

  /** How many of {@code concurrency} tasks may run at once now. */
  default int limit(AgentRecord agent, int concurrency, long now) {
    return concurrency;
  }

  /** When an answer given now may change by itself, epoch milliseconds. */
  default long nextChange(long now) {
    return Long.MAX_VALUE;
  }
}
