package io.longshore.coordinator;

import io.longshore.registry.AgentRecord;
import io.longshore.registry.WantedCapability;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task demands of its agent. Tasks of one demand are alike to every agent, so that they are
 * looked at together.
 *
 * @param wanted versions of the capability; null for any
 * @param labels that the agent must carry
 * @param region where the agent should be rather than elsewhere; null for anywhere
 * @param excluded ids of agents that are not asked for now
 */
record Demand(
    @Nullable WantedCapability wanted,
    Map<String, String> labels,
    @Nullable String region,
    Set<String> excluded) {

  /** Anybody will do. */
  static final Demand NONE = new Demand(null, Map.of(), null, Set.of());

  /** Whether the agent may be given the task. */
  boolean fits(AgentRecord agent) {
    return !excluded.contains(agent.agentId()) && fitsEver(agent);
  }

  /** Whether it may, once nobody is excluded any more. */
  boolean fitsEver(AgentRecord agent) {
    return (wanted == null || wanted.isOfferedBy(agent.spec()))
        && (labels.isEmpty() || agent.spec().labels().entrySet().containsAll(labels.entrySet()));
  }

  /** The same but for who is excluded. */
  Demand excluding(Set<String> agentIds) {
    return new Demand(wanted, labels, region, agentIds);
  }

  /** Whether the agent is where it should be. */
  boolean near(AgentRecord agent) {
    return region == null || region.equals(agent.spec().region());
  }
}
