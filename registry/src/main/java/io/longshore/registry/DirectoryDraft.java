package io.longshore.registry;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import scala.collection.immutable.HashMap;
import scala.collection.immutable.TreeSet;

/** A snapshot in the making: each set goes back into the whole once, not once an agent. */
final class DirectoryDraft {
  private final DirectorySnapshot before;
  private final Map<String, SortedAgents> names = new java.util.HashMap<>();
  private final Map<Term, SortedAgents> terms = new java.util.HashMap<>();
  private HashMap<String, AgentRecord> byId;
  private SortedAgents all;

  DirectoryDraft(DirectorySnapshot before) {
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
    AgentRecord old = DirectorySnapshot.orNull(byId.get(agentId));
    if (old != null) {
      leave(old, named, with);
    }
    named.forEach(name -> names.put(name, now(name).with(agent)));
    with.forEach(term -> terms.put(term, now(term).with(agent)));
    byId = byId.updated(agentId, agent);
    all = all.with(agent);
  }

  void remove(String agentId) {
    AgentRecord old = DirectorySnapshot.orNull(byId.get(agentId));
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
    HashMap<String, DirectorySnapshot.Offered> byName = before.byName;
    for (Map.Entry<String, SortedAgents> entry : names.entrySet()) {
      String name = entry.getKey();
      SortedAgents agents = entry.getValue();
      boolean none = agents.size() == 0;
      capabilities = changed(capabilities, name, none);
      List<String> versions =
          otherVersions.contains(name)
              ? DirectorySnapshot.versions(name, capabilities)
              : before.offered(name).versions();
      byName =
          none
              ? byName.removed(name)
              : byName.updated(name, new DirectorySnapshot.Offered(agents, versions));
    }
    return new DirectorySnapshot(byId, all, byName, byTerm, capabilities);
  }

  private static TreeSet<String> changed(TreeSet<String> texts, String text, boolean gone) {
    return gone ? texts.excl(text) : texts.contains(text) ? texts : texts.incl(text);
  }
}
