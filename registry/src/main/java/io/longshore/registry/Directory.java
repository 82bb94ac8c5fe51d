package io.longshore.registry;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This node's copy of all agents' records. Reads take no lock and never wait: each sees one
 * immutable snapshot. They are behind the authority by the time a message takes, or by a few
 * seconds where messages were lost. Thread-safe to read; written by one actor alone.
 */
public final class Directory {
  private final int maxScan;
  private volatile DirectorySnapshot snapshot = DirectorySnapshot.EMPTY;

  /**
   * A directory of nobody.
   *
   * @param maxScan how many agents one search looks at, at most
   */
  Directory(int maxScan) {
    this.maxScan = maxScan;
  }

  /** The record of an agent, if this node has heard of it. */
  public Optional<AgentRecord> find(String agentId) {
    return Optional.ofNullable(snapshot.find(agentId));
  }

  /**
   * The agents with a capability, in whatever version, ordered by id; empty if there are none. A
   * read-only view of this moment: take a new one for each decision.
   *
   * @param name of the capability, without a version
   */
  public Collection<AgentRecord> withCapability(String name) {
    SortedAgents agents = snapshot.withCapability(name);
    return new AbstractCollection<>() {
      @Override
      public Iterator<AgentRecord> iterator() {
        return agents.iterator();
      }

      @Override
      public int size() {
        return agents.size();
      }

      @Override
      public void clear() {
        throw new UnsupportedOperationException();
      }
    };
  }

  /**
   * Looks for agents. A search looks at {@code longshore.registry.max-scan} agents at most, so a
   * page may be short, or even empty, and still not the last.
   */
  public AgentPage find(AgentQuery query) {
    return snapshot.find(query, maxScan);
  }

  /** How many agents this node knows. */
  public int size() {
    return snapshot.size();
  }

  /**
   * What comes nearest to what a task wants, if nobody that may take it is registered, as far as
   * this node knows; empty if there is somebody, or perhaps is.
   *
   * @param labels that the task's agent must carry
   */
  public Optional<Nearest> unlessAnybodyCan(WantedCapability wanted, Map<String, String> labels) {
    DirectorySnapshot now = snapshot;
    AgentPage able = now.find(AgentQuery.of(wanted, labels, 1).draining(false), Nearest.MAX_SCAN);
    return able.agents().isEmpty() && able.next() == null
        ? Optional.of(Nearest.to(wanted, labels, now))
        : Optional.empty();
  }

  /**
   * What comes nearest to what a task wants, for whoever knows that nobody that may take it is
   * online: agents that could take it are then told of as offline.
   *
   * @param labels that the task's agent must carry
   */
  public Nearest nearest(WantedCapability wanted, Map<String, String> labels) {
    return Nearest.to(wanted, labels, snapshot);
  }

  /** Takes over what has changed, all of it at once for readers. */
  void change(Collection<AgentRecord> changed, Collection<String> gone) {
    snapshot = snapshot.after(changed, gone);
  }

  void put(AgentRecord agent) {
    change(List.of(agent), List.of());
  }

  void remove(String agentId) {
    change(Collections.emptyList(), List.of(agentId));
  }
}
