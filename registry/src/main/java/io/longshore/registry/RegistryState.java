package io.longshore.registry;

import io.longshore.registry.RegistryEvent.AgentDeregistered;
import io.longshore.registry.RegistryEvent.AgentDrainingSet;
import io.longshore.registry.RegistryEvent.AgentRegistered;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition and its revision: the number of events so far. Mutable, confined to
 * the partition; changes by {@link #evolve} alone.
 */
final class RegistryState {
  private final Map<String, AgentRecord> agents = new HashMap<>();
  private long revision;
  private long bytes;

  /** The state before the first event. */
  RegistryState() {}

  /** A state as it was kept. */
  RegistryState(long revision, Collection<AgentRecord> agents) {
    this.revision = revision;
    agents.forEach(this::put);
  }

  /** How many events there were; rises by one with each. */
  long revision() {
    return revision;
  }

  /** How many agents are registered. */
  int size() {
    return agents.size();
  }

  /** Roughly how many bytes the records take. */
  long bytes() {
    return bytes;
  }

  /** All records, in no order. */
  Collection<AgentRecord> agents() {
    return Collections.unmodifiableCollection(agents.values());
  }

  /** An agent's record, if it has one. */
  @Nullable AgentRecord find(String agentId) {
    return agents.get(agentId);
  }

  /**
   * The record as {@code event} would leave it: what the next event makes, so that a reply can tell
   * it before the event is applied. Null if there would be none.
   */
  @Nullable AgentRecord after(RegistryEvent event) {
    AgentRecord old = agents.get(event.agentId());
    long next = revision + 1;
    if (event instanceof AgentRegistered registered) {
      boolean draining = old != null && old.draining();
      long registeredAt = old != null ? old.registeredAt() : event.at();
      return new AgentRecord(registered.spec(), next, draining, registeredAt, event.at());
    }
    if (event instanceof AgentDrainingSet set && old != null) {
      return new AgentRecord(old.spec(), next, set.draining(), old.registeredAt(), event.at());
    }
    return null;
  }

  /** Applies one event. */
  void evolve(RegistryEvent event) {
    AgentRecord record = after(event);
    revision++;
    if (record != null) {
      put(record);
    } else if (event instanceof AgentDeregistered) {
      count(agents.remove(event.agentId()), -1);
    }
  }

  private void put(AgentRecord record) {
    count(agents.put(record.agentId(), record), -1);
    count(record, 1);
  }

  private void count(@Nullable AgentRecord record, int sign) {
    if (record != null) {
      bytes += sign * (long) record.spec().weight();
    }
  }
}
