package io.longshore.coordinator;

import io.longshore.agents.Route;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list. Null means any.
 *
 * @param state in this state
 * @param route for this capability or agent; a capability without a range of versions also for any
 *     range of it
 * @param agentId held, now or last, by this agent
 * @param labels carrying all of these
 * @param beforeTaskId older than this task: the last of the page before
 * @param limit at most so many, at least 1
 */
public record TaskQuery(
    @Nullable TaskState state,
    @Nullable Route route,
    @Nullable String agentId,
    Map<String, String> labels,
    @Nullable String beforeTaskId,
    int limit) {

  /** The same, but at most so many. */
  TaskQuery limit(int most) {
    return new TaskQuery(state, route, agentId, labels, beforeTaskId, most);
  }
}
