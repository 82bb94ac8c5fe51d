package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Searches against what looking at every record would find. Run one seed again with {@code
 * -Dsimulation.seed=N}.
 */
class DirectoryQueryTest {
  private static final int RUNS = 100;
  private static final int AGENTS = 80;
  private static final int STEPS = 400;

  @Test
  void when_searched_in_pages_then_all_that_match_come_once_in_order() {
    Long only = Long.getLong("simulation.seed");
    long first = only != null ? only : new Random().nextLong();
    for (long seed = first; seed < first + (only != null ? 1 : RUNS); seed++) {
      new Run(seed).run();
    }
  }

  private static final class Run {
    private final long seed;
    private final Random random;
    private final Directory directory;
    private final TreeMap<String, AgentRecord> expected = new TreeMap<>();

    Run(long seed) {
      this.seed = seed;
      random = new Random(seed);
      directory = new Directory(1 + random.nextInt(30));
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        String id = "a" + random.nextInt(AGENTS);
        if (random.nextInt(4) == 0) {
          directory.remove(id);
          expected.remove(id);
        } else {
          AgentRecord agent = new AgentRecord(spec(id), step, random.nextBoolean(), 0, 0);
          directory.put(agent);
          expected.put(id, agent);
        }
        if (step % 10 == 0) {
          search();
        }
      }
    }

    private void search() {
      AgentQuery query =
          new AgentQuery(
              wanted(),
              random.nextInt(3) == 0 ? Map.of("l" + random.nextInt(2), "v0") : Map.of(),
              random.nextInt(4) == 0 ? "t" + random.nextInt(3) : null,
              random.nextInt(4) == 0 ? "r" + random.nextInt(3) : null,
              random.nextInt(3) == 0 ? random.nextBoolean() : null,
              null,
              1 + random.nextInt(5));
      List<AgentRecord> found = new ArrayList<>();
      AgentPage page = directory.find(query);
      found.addAll(page.agents());
      for (String next = page.next(); next != null; next = page.next()) {
        page = directory.find(behind(query, next));
        assertTrue(page.agents().size() <= query.limit());
        found.addAll(page.agents());
      }
      assertEquals(
          expected.values().stream().filter(query::matches).toList(),
          found,
          () -> query + "; run again with -Dsimulation.seed=" + seed);
    }

    private @Nullable WantedCapability wanted() {
      String range = List.of("", "@^1", "@>=1.2", "@2.0.0", "@*").get(random.nextInt(5));
      return random.nextInt(4) == 0 ? null : WantedCapability.of("c" + random.nextInt(4) + range);
    }

    private static AgentQuery behind(AgentQuery query, String afterId) {
      return new AgentQuery(
          query.capability(),
          query.labels(),
          query.topic(),
          query.region(),
          query.draining(),
          afterId,
          query.limit());
    }

    private AgentSpec spec(String id) {
      Set<String> capabilities = new HashSet<>();
      Set<String> topics = new HashSet<>();
      Map<String, String> labels = new HashMap<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        String version = List.of("", "@1.0.0", "@1.2.0", "@2.0.0").get(random.nextInt(4));
        capabilities.add("c" + random.nextInt(4) + version);
        topics.add("t" + random.nextInt(3));
        labels.put("l" + random.nextInt(2), "v" + random.nextInt(2));
      }
      String region = random.nextInt(3) == 0 ? null : "r" + random.nextInt(3);
      return new AgentSpec(id, capabilities, labels, topics, 1, null, null, region, Delivery.PULL);
    }
  }

  @Test
  void when_a_capability_has_very_many_versions_then_a_range_still_finds_its_own() {
    Directory directory = new Directory(1_000);
    for (int i = 0; i < 3 * DirectorySnapshot.MAX_VERSIONS; i++) {
      directory.put(Specs.entry(Specs.agent("a" + (1_000 + i), "sum@1." + i + ".0"), 1));
    }
    AgentPage page = directory.find(AgentQuery.of(WantedCapability.of("sum@~1.7"), Map.of(), 10));
    assertEquals(List.of("a1007"), page.agents().stream().map(AgentRecord::agentId).toList());
    assertNull(page.next());
  }

  @Test
  void when_nothing_is_found_within_the_scan_then_the_next_page_goes_on_behind_it() {
    Directory directory = new Directory(100);
    for (int i = 0; i < 250; i++) {
      Map<String, String> labels = i == 249 ? Map.of("x", "1") : Map.of("x", "" + (i % 2 + 2));
      directory.put(
          Specs.entry(
              new AgentSpec(
                  "a" + (100 + i),
                  Set.of("sum"),
                  labels,
                  Set.of(),
                  1,
                  null,
                  null,
                  i % 2 == 0 ? "eu" : "us",
                  Delivery.PULL),
              1));
    }
    AgentQuery none = new AgentQuery(null, Map.of("x", "2"), null, "us", null, null, 10);
    AgentPage page = directory.find(none);
    assertEquals(List.of(), page.agents());
    assertEquals("a298", page.next());
  }
}
