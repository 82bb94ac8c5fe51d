package io.longshore.registry;

import java.util.ArrayList;
import java.util.Collection;
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
          TreeSet$.MODULE$.empty(Ordering.comparatorToOrdering(String::compareTo)));

  private final HashMap<String, AgentRecord> byId;
  private final SortedAgents all;
  private final HashMap<Term, SortedAgents> byTerm;

  /** What is offered: names, and names with their versions. */
  private final TreeSet<String> capabilities;

  private DirectorySnapshot(
      HashMap<String, AgentRecord> byId,
      SortedAgents all,
      HashMap<Term, SortedAgents> byTerm,
      TreeSet<String> capabilities) {
    this.byId = byId;
    this.all = all;
    this.byTerm = byTerm;
    this.capabilities = capabilities;
  }

  /** One thing that agents are found by. */
  private record Term(Kind kind, String name, String value) {
    private enum Kind {
      CAPABILITY,
      LABEL,
      TOPIC,
      REGION,
      DRAINING
    }

    private static final Term DRAINING = new Term(Kind.DRAINING, "", "");

    static Term capability(String text) {
      return new Term(Kind.CAPABILITY, text, "");
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
      Set<Term> terms = new java.util.HashSet<>();
      spec.capabilities().forEach(text -> terms.add(capability(text)));
      spec.capabilityNames().forEach(name -> terms.add(capability(name)));
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
    return with(Term.capability(name));
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
    Iterator<AgentRecord> candidates = candidates(query);
    List<AgentRecord> found = new ArrayList<>();
    String last = null;
    for (int scanned = 0; candidates.hasNext(); scanned++) {
      if (scanned == maxScanned || found.size() == query.limit()) {
        return new AgentPage(found, last);
      }
      AgentRecord agent = candidates.next();
      last = agent.agentId();
      if (query.matches(agent)) {
        found.add(agent);
      }
    }
    return new AgentPage(found, null);
  }

  /** All agents that may meet a query, in order, none of them twice. */
  private Iterator<AgentRecord> candidates(AgentQuery query) {
    SortedAgents smallest = all;
    for (Term term : terms(query)) {
      SortedAgents agents = with(term);
      smallest = agents.size() < smallest.size() ? agents : smallest;
    }
    WantedCapability wanted = query.capability();
    if (wanted != null && wanted.hasRange()) {
      List<String> versions = versions(wanted.name());
      if (versions.size() <= MAX_VERSIONS) {
        List<SortedAgents> met =
            versions.stream()
                .filter(wanted::isMetBy)
                .map(version -> with(Term.capability(version)))
                .toList();
        if (met.stream().mapToInt(SortedAgents::size).sum() < smallest.size()) {
          return new MergedAgents(met, query.afterAgentId());
        }
      }
    }
    return smallest.after(query.afterAgentId());
  }

  private static List<Term> terms(AgentQuery query) {
    List<Term> terms = new ArrayList<>();
    if (query.capability() != null) {
      terms.add(Term.capability(query.capability().name()));
    }
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
    return versions;
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

  /** A snapshot in the making: each term's set goes back into the whole once, not once an agent. */
  private static final class Draft {
    private final DirectorySnapshot before;
    private final Map<Term, SortedAgents> touched = new java.util.HashMap<>();
    private HashMap<String, AgentRecord> byId;
    private SortedAgents all;

    Draft(DirectorySnapshot before) {
      this.before = before;
      byId = before.byId;
      all = before.all;
    }

    void put(AgentRecord agent) {
      String agentId = agent.agentId();
      Set<Term> terms = Term.of(agent);
      AgentRecord old = orNull(byId.get(agentId));
      if (old != null) {
        Term.of(old).stream().filter(term -> !terms.contains(term)).forEach(lost(agentId));
      }
      terms.forEach(term -> touched.put(term, now(term).with(agent)));
      byId = byId.updated(agentId, agent);
      all = all.with(agent);
    }

    void remove(String agentId) {
      AgentRecord old = orNull(byId.get(agentId));
      if (old != null) {
        Term.of(old).forEach(lost(agentId));
        byId = byId.removed(agentId);
        all = all.without(agentId);
      }
    }

    private java.util.function.Consumer<Term> lost(String agentId) {
      return term -> touched.put(term, now(term).without(agentId));
    }

    private SortedAgents now(Term term) {
      SortedAgents changed = touched.get(term);
      return changed != null ? changed : before.with(term);
    }

    DirectorySnapshot snapshot() {
      HashMap<Term, SortedAgents> byTerm = before.byTerm;
      TreeSet<String> capabilities = before.capabilities;
      for (Map.Entry<Term, SortedAgents> entry : touched.entrySet()) {
        Term term = entry.getKey();
        boolean none = entry.getValue().size() == 0;
        byTerm = none ? byTerm.removed(term) : byTerm.updated(term, entry.getValue());
        if (term.kind() == Term.Kind.CAPABILITY) {
          capabilities = none ? capabilities.excl(term.name()) : capabilities.incl(term.name());
        }
      }
      return new DirectorySnapshot(byId, all, byTerm, capabilities);
    }
  }
}
