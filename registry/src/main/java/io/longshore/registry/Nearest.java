package io.longshore.registry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.semver4j.Semver;

/**
 * What comes nearest to what a task wants while nobody may take it: what its submitter could ask
 * for instead, or whom to look after. Costs a bounded number of looks, however many agents there
 * are.
 *
 * @param wanted the capability
 * @param labels that an agent must carry
 * @param alternatives the most useful first, few
 */
public record Nearest(
    WantedCapability wanted, Map<String, String> labels, List<Alternative> alternatives) {
  /** How many agents are looked at for one kind of alternative. */
  static final int MAX_SCAN = 1_000;

  /** How many names are compared with the wanted one. */
  private static final int MAX_NAMES = 2_000;

  private static final int MAX_OF_A_KIND = 3;
  private static final int MAX_SENTENCE = 300;
  private static final int MAX_LABELS_SHOWN = 100;

  public Nearest {
    labels = Map.copyOf(labels);
    alternatives = List.copyOf(alternatives);
  }

  /** Why it is not what was wanted. */
  public enum Kind {
    /** These could take the task, so it is not their record that keeps them from it. */
    ABLE("able, but offline"),
    /** These could take the task, but were told to take no new work. */
    DRAINING("draining"),
    /** Others offer another version, or none. */
    OTHER_VERSION("another version"),
    /** One offers it, but carries other labels. */
    OTHER_LABELS("other labels"),
    /** Others offer something with a name much like it. */
    SIMILAR_NAME("a similar name");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /**
   * Something else that there is.
   *
   * @param kind why it is not what was wanted
   * @param capability what is offered
   * @param agentIds some of those who offer it
   * @param labels what they carry instead of what was wanted; empty unless that is the reason
   */
  public record Alternative(
      Kind kind, String capability, List<String> agentIds, Map<String, String> labels) {
    public Alternative {
      agentIds = List.copyOf(agentIds);
      labels = Map.copyOf(labels);
    }
  }

  static Nearest to(
      WantedCapability wanted, Map<String, String> labels, DirectorySnapshot snapshot) {
    List<Alternative> found = new ArrayList<>();
    AgentQuery able = AgentQuery.of(wanted, labels, MAX_OF_A_KIND);
    agents(Kind.ABLE, wanted.toString(), able.draining(false), snapshot, found);
    agents(Kind.DRAINING, wanted.toString(), able.draining(true), snapshot, found);
    otherVersions(wanted, labels, snapshot, found);
    otherLabels(wanted, labels, snapshot, found);
    if (snapshot.withCapability(wanted.name()).size() == 0) {
      similarNames(wanted.name(), snapshot, found);
    }
    return new Nearest(wanted, labels, found);
  }

  private static void agents(
      Kind kind,
      String capability,
      AgentQuery query,
      DirectorySnapshot snapshot,
      List<Alternative> found) {
    List<String> ids = ids(snapshot.find(query, MAX_SCAN).agents());
    if (!ids.isEmpty()) {
      found.add(new Alternative(kind, capability, ids, Map.of()));
    }
  }

  private static List<String> ids(List<AgentRecord> agents) {
    return agents.stream().map(AgentRecord::agentId).toList();
  }

  private static void otherVersions(
      WantedCapability wanted,
      Map<String, String> labels,
      DirectorySnapshot snapshot,
      List<Alternative> found) {
    if (!wanted.hasRange()) {
      return;
    }
    int before = found.size();
    snapshot.versions(wanted.name()).stream()
        .filter(version -> !wanted.isMetBy(version))
        .map(Capability::of)
        .filter(capability -> capability.version() != null)
        .sorted(Comparator.comparing(Nearest::versionOf).reversed())
        .limit(MAX_OF_A_KIND)
        .map(capability -> capability.name() + Capability.AT + versionOf(capability))
        .forEach(text -> otherVersion(text, labels, snapshot, found));
    if (found.size() == before) {
      otherVersion(wanted.name(), labels, snapshot, found);
    }
  }

  private static void otherVersion(
      String text,
      Map<String, String> labels,
      DirectorySnapshot snapshot,
      List<Alternative> found) {
    AgentQuery query =
        AgentQuery.of(WantedCapability.of(text), labels, MAX_OF_A_KIND).draining(false);
    agents(Kind.OTHER_VERSION, text, query, snapshot, found);
  }

  private static Semver versionOf(Capability capability) {
    Semver version = capability.version();
    return version == null ? Semver.ZERO : version;
  }

  /** Those that carry the most of the wanted labels, and what they carry in place of the others. */
  private static void otherLabels(
      WantedCapability wanted,
      Map<String, String> labels,
      DirectorySnapshot snapshot,
      List<Alternative> found) {
    if (labels.isEmpty()) {
      return;
    }
    AgentQuery query = AgentQuery.of(wanted, Map.of(), MAX_SCAN).draining(false);
    snapshot.find(query, MAX_SCAN).agents().stream()
        .filter(agent -> missing(agent, labels) > 0)
        .sorted(Comparator.comparingLong(agent -> missing(agent, labels)))
        .limit(MAX_OF_A_KIND)
        .forEach(
            agent ->
                found.add(
                    new Alternative(
                        Kind.OTHER_LABELS,
                        wanted.toString(),
                        List.of(agent.agentId()),
                        instead(agent, labels))));
  }

  private static long missing(AgentRecord agent, Map<String, String> labels) {
    Map<String, String> carried = agent.spec().labels();
    return labels.entrySet().stream().filter(label -> !carried.entrySet().contains(label)).count();
  }

  private static Map<String, String> instead(AgentRecord agent, Map<String, String> labels) {
    Map<String, String> instead = new HashMap<>();
    agent
        .spec()
        .labels()
        .forEach(
            (name, value) -> {
              if (labels.containsKey(name) && !value.equals(labels.get(name))) {
                instead.put(name, value);
              }
            });
    return instead;
  }

  /** Names that begin alike are compared first: few mistype the first letter. */
  private static void similarNames(
      String name, DirectorySnapshot snapshot, List<Alternative> found) {
    int limit = name.length() < 5 ? 1 : 2;
    Map<String, Integer> near = new TreeMap<>();
    String letter = name.isEmpty() ? "" : name.substring(0, 1);
    int left = compare(name, limit, letter, snapshot, MAX_NAMES, near);
    compare(name, limit, "", snapshot, left, near);
    near.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .limit(MAX_OF_A_KIND)
        .map(Map.Entry::getKey)
        .forEach(
            similar ->
                agents(
                    Kind.SIMILAR_NAME,
                    similar,
                    AgentQuery.of(WantedCapability.of(similar), Map.of(), MAX_OF_A_KIND),
                    snapshot,
                    found));
  }

  private static int compare(
      String name,
      int limit,
      String from,
      DirectorySnapshot snapshot,
      int atMost,
      Map<String, Integer> near) {
    int left = atMost;
    scala.collection.Iterator<String> texts = snapshot.capabilitiesFrom(from);
    while (left > 0 && texts.hasNext()) {
      String text = texts.next();
      left--;
      if (text.indexOf(Capability.AT) < 0) {
        int distance = EditDistance.between(name, text, limit);
        if (distance <= limit) {
          near.put(text, distance);
        }
      }
    }
    return left;
  }

  /** All of it in a sentence or two for people, at most 300 characters. */
  public String sentence() {
    StringBuilder text = new StringBuilder("No agent offers ").append(wanted);
    if (!labels.isEmpty()) {
      String all = shown(labels);
      boolean many = all.length() > MAX_LABELS_SHOWN;
      text.append(" with ").append(many ? labels.size() + " labels wanted" : all);
    }
    text.append(" at present");
    String before = ". Nearest: ";
    for (Alternative alternative : alternatives) {
      String next = before + shown(alternative);
      if (text.length() + next.length() >= MAX_SENTENCE) {
        break;
      }
      text.append(next);
      before = "; ";
    }
    return text.append('.').substring(0, Math.min(text.length(), MAX_SENTENCE));
  }

  private String shown(Alternative alternative) {
    String who = String.join(", ", alternative.agentIds());
    boolean same = alternative.capability().equals(wanted.toString());
    return who
        + (same ? "" : " offers " + alternative.capability())
        + " ("
        + alternative.kind().words
        + (alternative.labels().isEmpty() ? "" : ": " + shown(alternative.labels()))
        + ")";
  }

  private static String shown(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + ":" + label.getValue())
            .collect(Collectors.joining(", "));
  }
}
