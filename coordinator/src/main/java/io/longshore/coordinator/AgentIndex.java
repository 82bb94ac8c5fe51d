package io.longshore.coordinator;

import io.longshore.registry.AgentSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The agents of one route that take work, those with room first, in one order: all of them, and
 * those of each label and of each region. Whoever wants one thing finds the best in O(log n);
 * whoever wants several walks the fewest until one has all.
 */
final class AgentIndex {

  /**
   * Something that agents have in common.
   *
   * @param label a label's key; null for a region, or for nothing in particular
   * @param value of the label, or the region's name; null for nothing in particular
   */
  record Tag(@Nullable String label, @Nullable String value) {
    /** What all agents have. */
    static final Tag ANY = new Tag(null, null);
  }

  private static final List<Tag> NOTHING = List.of(Tag.ANY);
  private final Map<Tag, TreeSet<Candidate>> byTag = new HashMap<>();
  private final Comparator<Candidate> order;

  /**
   * An empty index.
   *
   * @param order of candidates, by what does not change while they are in the index
   */
  AgentIndex(Comparator<Candidate> order) {
    this.order = order;
  }

  /** What an agent can be found by. */
  static List<Tag> tags(AgentSpec spec) {
    String region = spec.region();
    if (region == null && spec.labels().isEmpty()) {
      return NOTHING;
    }
    List<Tag> tags = new ArrayList<>(spec.labels().size() + 2);
    tags.add(Tag.ANY);
    spec.labels().forEach((label, value) -> tags.add(new Tag(label, value)));
    if (region != null) {
      tags.add(new Tag(null, region));
    }
    return List.copyOf(tags);
  }

  void add(Candidate candidate) {
    for (Tag tag : candidate.tags) {
      byTag.computeIfAbsent(tag, t -> new TreeSet<>(order)).add(candidate);
    }
  }

  void remove(Candidate candidate) {
    for (Tag tag : candidate.tags) {
      TreeSet<Candidate> some = byTag.get(tag);
      if (some != null && some.remove(candidate) && some.isEmpty()) {
        byTag.remove(tag);
      }
    }
  }

  /** All that take work, in order. */
  NavigableSet<Candidate> all() {
    return with(Tag.ANY);
  }

  private NavigableSet<Candidate> with(Tag tag) {
    TreeSet<Candidate> some = byTag.get(tag);
    return some == null ? Collections.emptyNavigableSet() : some;
  }

  /** The first with room that fits; null if there is none. {@code near}: only in its region. */
  @Nullable Candidate first(Demand demand, boolean near) {
    for (Candidate candidate : among(demand, near)) {
      if (candidate.full) {
        return null; // and so are all behind it
      }
      if (demand.fits(candidate.agent) && (!near || demand.near(candidate.agent))) {
        return candidate;
      }
    }
    return null;
  }

  /** Whether there is one that fits, with room or without, now or once nobody is excluded. */
  boolean has(Demand demand, boolean near) {
    for (Candidate candidate : among(demand, near)) {
      if (demand.fitsEver(candidate.agent) && (!near || demand.near(candidate.agent))) {
        return true;
      }
    }
    return false;
  }

  /** As few as can be told quickly, in order, with all among them that fit. */
  NavigableSet<Candidate> among(Demand demand, boolean near) {
    return with(narrowest(demand, near));
  }

  /** What fewest agents have of that which one must have to fit. */
  Tag narrowest(Demand demand, boolean near) {
    Tag narrowest = Tag.ANY;
    int fewest = with(narrowest).size();
    for (Map.Entry<String, String> label : demand.labels().entrySet()) {
      Tag tag = new Tag(label.getKey(), label.getValue());
      int size = with(tag).size();
      if (size <= fewest) {
        narrowest = tag;
        fewest = size;
      }
    }
    if (near && demand.region() != null) {
      Tag tag = new Tag(null, demand.region());
      narrowest = with(tag).size() <= fewest ? tag : narrowest;
    }
    return narrowest;
  }
}
