package io.longshore.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
          SortedAgents.NONE,
          HashMap$.MODULE$.empty(),
          HashMap$.MODULE$.empty(),
          TreeSet$.MODULE$.empty(Ordering.comparatorToOrdering(String::compareTo)));

  private static final Offered NOT_OFFERED = new Offered(SortedAgents.NONE, List.of());
  private static final AgentPage NOBODY = new AgentPage(List.of(), null);

  private final HashMap<String, AgentRecord> byId;
  private final SortedAgents all;
  private final HashMap<String, Offered> byName;
  private final HashMap<Term, SortedAgents> byTerm;

  /** What is offered: names, and names with their versions. */
  private final TreeSet<String> capabilities;

  private DirectorySnapshot(
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
  private record Offered(SortedAgents agents, List<String> versions) {}

  /** One thing, beside the names of capabilities, that agents are found by. */
  private record Term(Kind kind, String name, String value) {
    private enum Kind {
      VERSION,
      LABEL,
      TOPIC,
      REGION,
      DRAINING
    }

    private static final Term DRAINING = new Term(Kind.DRAINING, "", "");

    static Term version(String text) {
      return new Term(Kind.VERSION, text, "");
    }

    static Term label(Map.Entry<String, String> label) {
      return new Term(Kind.LABEL, label.getKey(), label.getValue());
    }

    static Term topic(String topic) {
      return new Term(Kind.TOPIC, topic, "");
    }

    static Term region(String region) {
      return new Term(Kind.REGION, region, "");
    }

    static Set<Term> of(AgentRecord agent) {
      AgentSpec spec = agent.spec();
      Set<Term> terms = new HashSet<>();
      for (String text : spec.capabilities()) {
        if (text.indexOf(Capability.AT) >= 0) {
          terms.add(version(text));
        }
      }
      spec.labels().entrySet().forEach(label -> terms.add(label(label)));
      spec.topics().forEach(topic -> terms.add(topic(topic)));
      if (spec.region() != null) {
        terms.add(region(spec.region()));
      }
      if (agent.draining()) {
        terms.add(DRAINING);
      }
      return terms;
    }
  }

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

  private Offered offered(String name) {
    Offered offered = orNull(byName.get(name));
    return offered == null ? NOT_OFFERED : offered;
  }

  private SortedAgents with(Term term) {
    SortedAgents agents = orNull(byTerm.get(term));
    return agents == null ? SortedAgents.NONE : agents;
  }

  private static <T> @Nullable T orNull(Option<T> option) {
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

  private static List<String> versions(String name, TreeSet<String> capabilities) {
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
    Draft draft = new Draft(this);
    changed.forEach(draft::put);
    gone.forEach(draft::remove);
    return draft.snapshot();
  }

  /** A snapshot in the making: each set goes back into the whole once, not once an agent. */
  private static final class Draft {
    private final DirectorySnapshot before;
    private final Map<String, SortedAgents> names = new java.util.HashMap<>();
    private final Map<Term, SortedAgents> terms = new java.util.HashMap<>();
    private HashMap<String, AgentRecord> byId;
    private SortedAgents all;

    Draft(DirectorySnapshot before) {
      this.before = before;
      byId = before.byId;
      all = before.all;
    }

    private SortedAgents now(String name) {
      SortedAgents changed = names.get(name);
      return changed != null ? changed : before.offered(name).agents();
    }

    private SortedAgents now(Term term) {
      SortedAgents changed = terms.get(term);
      return changed != null ? changed : before.with(term);
    }

    void put(AgentRecord agent) {
      String agentId = agent.agentId();
      Set<String> named = agent.spec().capabilityNames();
      Set<Term> with = Term.of(agent);
      AgentRecord old = orNull(byId.get(agentId));
      if (old != null) {
        leave(old, named, with);
      }
      named.forEach(name -> names.put(name, now(name).with(agent)));
      with.forEach(term -> terms.put(term, now(term).with(agent)));
      byId = byId.updated(agentId, agent);
      all = all.with(agent);
    }

    void remove(String agentId) {
      AgentRecord old = orNull(byId.get(agentId));
      if (old != null) {
        leave(old, Set.of(), Set.of());
        byId = byId.removed(agentId);
        all = all.without(agentId);
      }
    }

    private void leave(AgentRecord old, Set<String> namesKept, Set<Term> termsKept) {
      for (String name : old.spec().capabilityNames()) {
        if (!namesKept.contains(name)) {
          names.put(name, now(name).without(old.agentId()));
        }
      }
      for (Term term : Term.of(old)) {
        if (!termsKept.contains(term)) {
          terms.put(term, now(term).without(old.agentId()));
        }
      }
    }

    DirectorySnapshot snapshot() {
      TreeSet<String> capabilities = before.capabilities;
      HashMap<Term, SortedAgents> byTerm = before.byTerm;
      Set<String> otherVersions = new HashSet<>();
      for (Map.Entry<Term, SortedAgents> entry : terms.entrySet()) {
        Term term = entry.getKey();
        SortedAgents agents = entry.getValue();
        boolean none = agents.size() == 0;
        boolean appears = none != (before.with(term).size() == 0);
        byTerm = none ? byTerm.removed(term) : byTerm.updated(term, agents);
        if (appears && term.kind() == Term.Kind.VERSION) {
          capabilities = changed(capabilities, term.name(), none);
          otherVersions.add(Capability.nameOf(term.name()));
        }
      }
      HashMap<String, Offered> byName = before.byName;
      for (Map.Entry<String, SortedAgents> entry : names.entrySet()) {
        String name = entry.getKey();
        SortedAgents agents = entry.getValue();
        boolean none = agents.size() == 0;
        capabilities = changed(capabilities, name, none);
        List<String> versions =
            otherVersions.contains(name)
                ? versions(name, capabilities)
                : before.offered(name).versions();
        byName =
            none ? byName.removed(name) : byName.updated(name, new Offered(agents, versions));
      }
      return new DirectorySnapshot(byId, all, byName, byTerm, capabilities);
    }

    private static TreeSet<String> changed(TreeSet<String> texts, String text, boolean gone) {
      return gone ? texts.excl(text) : texts.contains(text) ? texts : texts.incl(text);
    }
  }
}
