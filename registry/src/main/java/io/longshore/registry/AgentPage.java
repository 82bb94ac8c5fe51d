package io.longshore.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the agents that were looked for.
 *
 * @param agents ordered by id; may be fewer than asked for, even none, and still not the last
 * @param next where the next page goes on: behind this id; null if this is the last
 */
public record AgentPage(List<AgentRecord> agents, @Nullable String next) {
  public AgentPage {
    agents = List.copyOf(agents);
  }
}
