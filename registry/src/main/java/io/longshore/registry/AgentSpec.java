package io.longshore.registry;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of itself when it registers.
 *
 * @param agentId who it is
 * @param capabilities what it can do: names, or names with a version, {@code summarize@2.3.1}
 * @param labels free pairs that tasks may ask for
 * @param topics whose messages it wants
 * @param concurrency how many tasks it works on at once, at least 1
 * @param description for people
 * @param version of the agent, for people and for discovery
 * @param region where it runs
 * @param delivery how work reaches it
 */
public record AgentSpec(
    String agentId,
    Set<String> capabilities,
    Map<String, String> labels,
    Set<String> topics,
    int concurrency,
    @Nullable String description,
    @Nullable String version,
    @Nullable String region,
    Delivery delivery) {

  private static final int OVERHEAD = 128;
  private static final int OVERHEAD_EACH = 16;

  public AgentSpec {
    Objects.requireNonNull(agentId, "agentId");
    Objects.requireNonNull(delivery, "delivery");
    capabilities = Shared.texts(capabilities);
    labels = Shared.pairs(labels);
    topics = Shared.texts(topics);
    description = Shared.optional(description);
    version = Shared.optional(version);
    region = Shared.optional(region);
    delivery = Shared.delivery(delivery);
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be at least 1, not " + concurrency);
    }
  }

  /** What is kept of this registration where that one is known already. */
  AgentSpec after(@Nullable AgentSpec known) {
    Delivery kept = delivery.after(known == null ? null : known.delivery);
    return kept.equals(delivery)
        ? this
        : new AgentSpec(
            agentId, capabilities, labels, topics, concurrency, description, version, region, kept);
  }

  /** The names of its capabilities, without versions: what coordinators are known by. */
  public Set<String> capabilityNames() {
    boolean versioned = false;
    for (String capability : capabilities) {
      versioned |= capability.indexOf(Capability.AT) >= 0;
    }
    return versioned
        ? capabilities.stream().map(Capability::nameOf).collect(Collectors.toUnmodifiableSet())
        : capabilities;
  }

  /** A rough size in bytes, the same for equal specs; counts against limits. */
  int weight() {
    int weight = OVERHEAD + agentId.length() + length(description) + length(version);
    weight += length(region) + delivery.weight();
    for (String capability : capabilities) {
      weight += OVERHEAD_EACH + capability.length();
    }
    for (String topic : topics) {
      weight += OVERHEAD_EACH + topic.length();
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      weight += OVERHEAD_EACH + label.getKey().length() + label.getValue().length();
    }
    return weight;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
