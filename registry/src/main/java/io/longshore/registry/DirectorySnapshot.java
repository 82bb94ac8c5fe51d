package io.longshore.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.immutable.HashMap;
import scala.collection.immutable.HashMap$;
import scala.collection.immutable.TreeSet;
import scala.collection.immutable.TreeSet$;
import scala.math.Ordering;

/**
 * All that a directory knows at one moment. Never changes; the next one shares with it what is the
 * same, so that a change of one agent costs the same among a million as among a thousand.
 */
final class DirectorySnapshot {
  /** A capability with more versions than this is looked through, not put together of them. */
  static final int MAX_VERSIONS = 64;

  static final DirectorySnapshot EMPTY =
      new DirectorySnapshot(
          HashMap$.MODULE$.empty(),
          SortedAgents.none(),
          HashMap$.MODULE$.empty(),
          HashMap$.MODULE$.empty(),
          TreeSet$.MODULE$.empty(Ordering.comparatorToOrdering(String::compareTo)));

  private static final Offered NOT_OFFERED = new Offered(SortedAgents.none(), List.of());
  private static final AgentPage NOBODY = new AgentPage(List.of(), null);

  final HashMap<String, AgentRecord> byId;
  final SortedAgents all;
  final HashMap<String, Offered> byName;
  final HashMap<Term, SortedAgents> byTerm;

  /** What is offered: names, and names with their versions. */
  final TreeSet<String> capabilities;

  DirectorySnapshot(
      HashMap<String, AgentRecord> byId,
      SortedAgents all,
      HashMap<String, Offered> byName,
      HashMap<Term, SortedAgents> byTerm,
      TreeSet<String> capabilities) {
    this.byId = byId;
    this.all = all;
    this.byName = byName;
    this.byTerm = byTerm;
    this.capabilities = capabilities;
  }

  /**
   * Who offers a capability.
   *
   * @param agents in whatever version
   * @param versions as agents say them; one too many at most
   */
  record Offered(SortedAgents agents, List<String> versions) {}

  @Nullable AgentRecord find(String agentId) {
    return orNull(byId.get(agentId));
  }

  int size() {
    return all.size();
  }

  /** Those that offer a capability in whatever version; by its name. */
  SortedAgents withCapability(String name) {
    return offered(name).agents();
  }

  Offered offered(String name) {
    Offered offered = orNull(byName.get(name));
    return offered == null ? NOT_OFFERED : offered;
  }

  SortedAgents with(Term term) {
    SortedAgents agents = orNull(byTerm.get(term));
    return agents == null ? SortedAgents.none() : agents;
  }

  static <T> @Nullable T orNull(Option<T> option) {
    return option.isEmpty() ? null : option.get();
  }

  /**
   * The agents a query asks for. Looks through the smallest set that has all of them, and so costs
   * the same however many agents there are beside.
   *
   * @param maxScanned how many agents to look at, at most
   */
  AgentPage find(AgentQuery query, int maxScanned) {
    Candidates candidates = candidates(query);
    if (candidates == null) {
      return NOBODY;
    }
    Iterator<AgentRecord> agents = candidates.agents();
    WantedCapability untested = candidates.offering() ? null : query.capability();
    if (candidates.offering()
        && query.asksForCapabilityAlone()
        && agents instanceof AgentWalk walk) {
      return walk.page(Math.min(query.limit(), maxScanned));
    }
    List<AgentRecord> found = new ArrayList<>(Math.min(query.limit(), 16));
    String last = null;
    for (int scanned = 0; agents.hasNext(); scanned++) {
      if (scanned == maxScanned || found.size() == query.limit()) {
        return new AgentPage(found, last);
      }
      AgentRecord agent = agents.next();
      last = agent.agentId();
      if (query.matchesBesideCapability(agent)
          && (untested == null || untested.isOfferedBy(agent.spec()))) {
        found.add(agent);
      }
    }
    return new AgentPage(found, null);
  }

  /**
   * All agents that may meet a query, in order, none of them twice.
   *
   * @param offering whether each is known to offer the capability
   */
  private record Candidates(Iterator<AgentRecord> agents, boolean offering) {}

  private @Nullable Candidates candidates(AgentQuery query) {
    WantedCapability wanted = query.capability();
    Offered offered = wanted == null ? null : offered(wanted.name());
    SortedAgents smallest = offered == null ? all : offered.agents();
    boolean offering = wanted == null || !wanted.hasRange();
    for (Term term : terms(query)) {
      SortedAgents agents = with(term);
      if (agents.size() < smallest.size()) {
        smallest = agents;
        offering = wanted == null;
      }
    }
    if (smallest.size() == 0) {
      return null;
    }
    if (wanted != null && offered != null && wanted.hasRange()) {
      List<SortedAgents> met = met(wanted, offered);
      if (met != null && size(met) < smallest.size()) {
        Iterator<AgentRecord> agents =
            met.size() == 1
                ? met.get(0).after(query.afterAgentId())
                : new MergedAgents(met, query.afterAgentId());
        return new Candidates(agents, true);
      }
    }
    return new Candidates(smallest.after(query.afterAgentId()), offering);
  }

  /** Those who offer each version that will do; null if there are too many versions to tell. */
  private @Nullable List<SortedAgents> met(WantedCapability wanted, Offered offered) {
    if (offered.versions().size() > MAX_VERSIONS) {
      return null;
    }
    List<SortedAgents> met = new ArrayList<>();
    for (String version : offered.versions()) {
      if (wanted.isMetBy(version)) {
        met.add(with(Term.version(version)));
      }
    }
    return met;
  }

  private static int size(List<SortedAgents> sets) {
    int size = 0;
    for (SortedAgents set : sets) {
      size += set.size();
    }
    return size;
  }

  private static List<Term> terms(AgentQuery query) {
    if (query.asksForCapabilityAlone()) {
      return List.of();
    }
    List<Term> terms = new ArrayList<>(4);
    query.labels().entrySet().forEach(label -> terms.add(Term.label(label)));
    if (query.topic() != null) {
      terms.add(Term.topic(query.topic()));
    }
    if (query.region() != null) {
      terms.add(Term.region(query.region()));
    }
    if (Boolean.TRUE.equals(query.draining())) {
      terms.add(Term.DRAINING);
    }
    return terms;
  }

  /** What is offered under a name with a version, as agents say it; one too many at most. */
  List<String> versions(String name) {
    return offered(name).versions();
  }

  /** What {@code capabilities} has under a name with a version, at most one too many. */
  static List<String> versions(String name, TreeSet<String> capabilities) {
    String prefix = name + Capability.AT;
    List<String> versions = new ArrayList<>();
    scala.collection.Iterator<String> from = capabilities.iteratorFrom(prefix);
    while (from.hasNext() && versions.size() <= MAX_VERSIONS) {
      String text = from.next();
      if (!text.startsWith(prefix)) {
        break;
      }
      versions.add(text);
    }
    return List.copyOf(versions);
  }

  /** What is offered, in order from a text on: names, and names with their versions. */
  scala.collection.Iterator<String> capabilitiesFrom(String text) {
    return capabilities.iteratorFrom(text);
  }

  /** What is known after some agents have changed and some have gone. */
  DirectorySnapshot after(Collection<AgentRecord> changed, Collection<String> gone) {
    DirectoryDraft draft = new DirectoryDraft(this);
    changed.forEach(draft::put);
    gone.forEach(draft::remove);
    return draft.snapshot();
  }
}
