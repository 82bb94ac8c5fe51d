package io.longshore.registry;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * This node's copy of all agents' records. Reads take no lock and never wait; they are behind the
 * authority by the time a message takes, or by a few seconds where messages were lost. Thread-safe
 * to read; written by one actor alone.
 */
public final class Directory {
  private final NavigableMap<String, AgentRecord> agents = new ConcurrentSkipListMap<>();
  private final Map<String, NavigableMap<String, AgentRecord>> byCapability =
      new ConcurrentHashMap<>();

  /** A directory of nobody. */
  Directory() {}

  /** The record of an agent, if this node has heard of it. */
  public Optional<AgentRecord> find(String agentId) {
    return Optional.ofNullable(agents.get(agentId));
  }

  /**
   * The agents with a capability, ordered by id; empty if there are none. A read-only view for
   * iterating now: take a new one for each decision. Its {@code size} walks all of them.
   */
  public Collection<AgentRecord> withCapability(String capability) {
    return Collections.unmodifiableCollection(capable(capability).values());
  }

  /**
   * Agents ordered by id, a page at a time.
   *
   * @param capability only agents that have it; null for any
   * @param labels only agents that have all these pairs
   * @param afterAgentId only agents with ids behind this one; null for the first page
   * @param limit how many at most
   */
  public List<AgentRecord> list(
      @Nullable String capability,
      Map<String, String> labels,
      @Nullable String afterAgentId,
      int limit) {
    NavigableMap<String, AgentRecord> all = capability == null ? agents : capable(capability);
    return (afterAgentId == null ? all : all.tailMap(afterAgentId, false))
        .values().stream()
            .filter(agent -> agent.spec().labels().entrySet().containsAll(labels.entrySet()))
            .limit(limit)
            .toList();
  }

  /** How many agents this node knows; walks all of them. */
  public int size() {
    return agents.size();
  }

  void put(AgentRecord agent) {
    Set<String> capabilities = agent.spec().capabilities();
    for (String capability : capabilities) {
      byCapability
          .computeIfAbsent(capability, name -> new ConcurrentSkipListMap<>())
          .put(agent.agentId(), agent);
    }
    AgentRecord old = agents.put(agent.agentId(), agent);
    if (old != null) {
      old.spec().capabilities().stream()
          .filter(capability -> !capabilities.contains(capability))
          .forEach(capability -> forget(capability, old.agentId()));
    }
  }

  void remove(String agentId) {
    AgentRecord old = agents.remove(agentId);
    if (old != null) {
      old.spec().capabilities().forEach(capability -> forget(capability, agentId));
    }
  }

  private void forget(String capability, String agentId) {
    Map<String, AgentRecord> capable = capable(capability);
    capable.remove(agentId);
    if (capable.isEmpty()) {
      byCapability.remove(capability);
    }
  }

  private NavigableMap<String, AgentRecord> capable(String capability) {
    NavigableMap<String, AgentRecord> capable = byCapability.get(capability);
    return capable == null ? Collections.emptyNavigableMap() : capable;
  }
}
