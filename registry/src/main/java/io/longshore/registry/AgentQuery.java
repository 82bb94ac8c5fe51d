package io.longshore.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which agents are looked for: those that meet all that is given here, ordered by id, a page at a
 * time.
 *
 * @param capability offers this; null for anything
 * @param labels carries all these pairs
 * @param topic wants this topic's messages; null for any
 * @param region runs there; null for anywhere
 * @param draining whether it was told to take no new work; null for either
 * @param afterAgentId has an id behind this one; null for the first page
 * @param limit how many at most, at least 1
 */
public record AgentQuery(
    @Nullable WantedCapability capability,
    Map<String, String> labels,
    @Nullable String topic,
    @Nullable String region,
    @Nullable Boolean draining,
    @Nullable String afterAgentId,
    int limit) {

  public AgentQuery {
    labels = Map.copyOf(labels);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, not " + limit);
    }
  }

  /** The first agents that offer something and carry all these labels. */
  public static AgentQuery of(
      @Nullable WantedCapability capability, Map<String, String> labels, int limit) {
    return new AgentQuery(capability, labels, null, null, null, null, limit);
  }

  /** The same for agents that are draining, or that are not. */
  public AgentQuery draining(boolean whether) {
    return new AgentQuery(capability, labels, topic, region, whether, afterAgentId, limit);
  }

  /** Whether an agent meets all of it, wherever its id stands. */
  boolean matches(AgentRecord agent) {
    return matchesBesideCapability(agent)
        && (capability == null || capability.isOfferedBy(agent.spec()));
  }

  /** Whether all agents that offer the capability meet it, wherever their ids stand. */
  boolean asksForCapabilityAlone() {
    return labels.isEmpty() && topic == null && region == null && draining == null;
  }

  /** Whether an agent meets all but the capability. */
  boolean matchesBesideCapability(AgentRecord agent) {
    AgentSpec spec = agent.spec();
    if ((draining != null && draining != agent.draining())
        || (region != null && !region.equals(spec.region()))
        || (topic != null && !spec.topics().contains(topic))) {
      return false;
    }
    if (!labels.isEmpty()) {
      Map<String, String> carried = spec.labels();
      for (Map.Entry<String, String> label : labels.entrySet()) {
        if (!label.getValue().equals(carried.get(label.getKey()))) {
          return false;
        }
      }
    }
    return true;
  }
}
