package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Against a map of the JDK. Run one seed again with {@code -Dsimulation.seed=N}. */
class SortedAgentsTest {
  private static final int RUNS = 50;
  private static final int STEPS = 3_000;

  @Test
  void when_agents_come_and_go_then_they_are_what_a_sorted_map_would_have() {
    Long only = Long.getLong("simulation.seed");
    long first = only != null ? only : new Random().nextLong();
    for (long seed = first; seed < first + (only != null ? 1 : RUNS); seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    Random random = new Random(seed);
    int ids = 1 + random.nextInt(2_000);
    TreeMap<String, AgentRecord> expected = new TreeMap<>();
    SortedAgents agents = SortedAgents.none();
    for (int step = 0; step < STEPS; step++) {
      boolean shrinking = step / 1_000 % 2 == 1;
      String id = "a" + random.nextInt(ids);
      SortedAgents before = agents;
      int sizeBefore = before.size();
      if (random.nextInt(10) < (shrinking ? 2 : 7)) {
        AgentRecord agent = Specs.entry(Specs.agent(id), step);
        agents = agents.with(agent);
        expected.put(id, agent);
      } else {
        agents = agents.without(id);
        expected.remove(id);
      }
      assertEquals(expected.size(), agents.size(), () -> "seed " + seed);
      assertEquals(sizeBefore, before.size(), () -> "seed " + seed);
    }
    String after = "a" + random.nextInt(ids);
    assertEquals(List.copyOf(expected.values()), all(agents.iterator()), () -> "seed " + seed);
    assertEquals(
        List.copyOf(expected.tailMap(after, false).values()),
        all(agents.after(after)),
        () -> "seed " + seed);
    SortedAgents emptied = agents;
    for (String id : expected.keySet()) {
      emptied = emptied.without(id);
    }
    assertEquals(List.of(), all(emptied.iterator()), () -> "seed " + seed);
    assertEquals(List.copyOf(expected.values()), all(agents.iterator()), () -> "seed " + seed);
  }

  @Test
  void when_nobody_is_removed_then_nothing_is_copied() {
    SortedAgents agents = SortedAgents.none().with(Specs.entry(Specs.agent("a"), 1));
    assertSame(agents, agents.without("b"));
  }

  @Test
  void when_sets_are_merged_then_each_agent_comes_once_in_order() {
    Random random = new Random(7);
    Map<String, AgentRecord> expected = new TreeMap<>();
    List<SortedAgents> sets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      SortedAgents set = SortedAgents.none();
      for (int j = 0; j < 100; j++) {
        AgentRecord agent = Specs.entry(Specs.agent("a" + random.nextInt(200)), 1);
        set = set.with(agent);
        expected.put(agent.agentId(), agent);
      }
      sets.add(set);
    }
    assertEquals(List.copyOf(expected.values()), all(new MergedAgents(sets, null)));
    expected.keySet().removeIf(id -> id.compareTo("a17") <= 0);
    assertEquals(List.copyOf(expected.values()), all(new MergedAgents(sets, "a17")));
    assertTrue(all(new MergedAgents(List.of(), null)).isEmpty());
  }

  private static List<AgentRecord> all(Iterator<AgentRecord> agents) {
    List<AgentRecord> all = new ArrayList<>();
    agents.forEachRemaining(all::add);
    return all;
  }
}
