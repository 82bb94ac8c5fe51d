package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.registry.Nearest.Alternative;
import io.longshore.registry.Nearest.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private final Directory directory = new Directory(10_000);

  private void put(String agentId, String capability, Map<String, String> labels, boolean drains) {
    AgentSpec spec =
        new AgentSpec(
            agentId, Set.of(capability), labels, Set.of(), 1, null, null, null, Delivery.PULL);
    directory.put(new AgentRecord(spec, 1, drains, 0, 0));
  }

  private void put(String agentId, String capability) {
    put(agentId, capability, Map.of(), false);
  }

  private List<Alternative> alternatives(String wanted, Map<String, String> labels) {
    return directory
        .unlessAnybodyCan(WantedCapability.of(wanted), labels)
        .map(Nearest::alternatives)
        .orElseThrow();
  }

  private static Alternative other(Kind kind, String capability, String... agentIds) {
    return new Alternative(kind, capability, List.of(agentIds), Map.of());
  }

  @Test
  void when_somebody_can_then_there_is_nothing_to_say() {
    put("alice", "sum@2.1.0", Map.of("tier", "gold"), false);
    put("bob", "sum@2.1.0", Map.of("tier", "gold"), true);
    assertEquals(
        Optional.empty(),
        directory.unlessAnybodyCan(WantedCapability.of("sum@^2"), Map.of("tier", "gold")));
  }

  @Test
  void when_nothing_is_near_then_the_list_is_empty_and_the_sentence_says_what_is_wanted() {
    put("alice", "translate");
    Nearest nearest =
        directory
            .unlessAnybodyCan(WantedCapability.of("sum@^2"), Map.of("tier", "gold"))
            .orElseThrow();
    assertEquals(List.of(), nearest.alternatives());
    assertEquals("No agent offers sum@^2 with tier:gold at present.", nearest.sentence());
  }

  @Test
  void when_only_other_versions_are_there_then_the_newest_come_first() {
    for (String version : List.of("1.0.0", "1.2.0", "1.10.0", "3.0.0")) {
      put("a-" + version, "sum@" + version);
    }
    assertEquals(
        List.of(
            other(Kind.OTHER_VERSION, "sum@3.0.0", "a-3.0.0"),
            other(Kind.OTHER_VERSION, "sum@1.10.0", "a-1.10.0"),
            other(Kind.OTHER_VERSION, "sum@1.2.0", "a-1.2.0")),
        alternatives("sum@^2", Map.of()));
  }

  @Test
  void when_only_one_without_a_version_is_there_then_it_is_told() {
    put("alice", "sum");
    assertEquals(
        List.of(other(Kind.OTHER_VERSION, "sum", "alice")), alternatives("sum@^2", Map.of()));
  }

  @Test
  void when_labels_are_in_the_way_then_those_that_lack_the_least_come_first() {
    put("alice", "sum", Map.of("tier", "silver", "zone", "b"), false);
    put("bob", "sum", Map.of("tier", "silver", "zone", "a"), false);
    assertEquals(
        List.of(
            new Alternative(Kind.OTHER_LABELS, "sum", List.of("bob"), Map.of("tier", "silver")),
            new Alternative(
                Kind.OTHER_LABELS, "sum", List.of("alice"), Map.of("tier", "silver", "zone", "b"))),
        alternatives("sum", Map.of("tier", "gold", "zone", "a")));
  }

  @Test
  void when_those_that_could_are_draining_or_offline_then_they_are_told() {
    put("alice", "sum", Map.of(), true);
    assertEquals(List.of(other(Kind.DRAINING, "sum", "alice")), alternatives("sum", Map.of()));
    put("bob", "sum");
    Nearest nearest = directory.nearest(WantedCapability.of("sum"), Map.of());
    assertEquals(
        List.of(other(Kind.ABLE, "sum", "bob"), other(Kind.DRAINING, "sum", "alice")),
        nearest.alternatives());
    assertEquals(
        "No agent offers sum at present. Nearest: bob (able, but offline); alice (draining).",
        nearest.sentence());
  }

  @Test
  void when_the_name_is_mistyped_then_the_nearest_names_come_first() {
    put("alice", "summarize@1.0.0");
    put("bob", "summarise");
    put("carol", "translate");
    assertEquals(
        List.of(
            other(Kind.SIMILAR_NAME, "summarize", "alice"),
            other(Kind.SIMILAR_NAME, "summarise", "bob")),
        alternatives("sumarize", Map.of()));
    assertEquals(
        List.of(other(Kind.SIMILAR_NAME, "translate", "carol")),
        alternatives("ranslate@^1", Map.of()));
  }

  @Test
  void when_there_is_very_much_to_say_then_the_sentence_stays_short() {
    for (int i = 0; i < 9; i++) {
      put("a-long-name-of-an-agent-".repeat(4) + i, "sum@1." + i + ".0");
    }
    Map<String, String> labels = Map.of("l".repeat(100), "v".repeat(200));
    Nearest nearest = directory.nearest(WantedCapability.of("sum@^2"), labels);
    assertTrue(nearest.sentence().length() <= 300, nearest.sentence());
    assertTrue(nearest.sentence().contains("with 1 labels wanted"), nearest.sentence());
  }

  @ParameterizedTest
  @CsvSource({
    "abc, abc, 0",
    "abc, abd, 1",
    "abc, ab, 1",
    "abc, xabc, 1",
    "abc, bac, 2",
    "abc, xyz, 3",
    "abcdef, ab, 3",
    "kitten, sitting, 3",
    "flaw, lawn, 2",
    "a, '', 1",
  })
  void when_compared_then_the_distance_is_told_up_to_the_limit(String a, String b, int distance) {
    assertEquals(distance, EditDistance.between(a, b, 2));
    assertEquals(distance, EditDistance.between(b, a, 2));
  }
}
