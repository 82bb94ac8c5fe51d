package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DirectoryTest {
  private final Directory directory = new Directory(10_000);

  @Test
  void when_an_agent_is_put_then_it_is_found_by_id_and_capability() {
    AgentRecord alice = put(Specs.agent("alice", "summarize", "translate"));
    assertEquals(Optional.of(alice), directory.find("alice"));
    assertEquals(List.of("alice"), ids(directory.withCapability("summarize")));
    assertEquals(List.of("alice"), ids(directory.withCapability("translate")));
    assertEquals(1, directory.size());
  }

  @Test
  void when_nobody_can_then_there_is_nobody() {
    put(Specs.agent("alice", "summarize"));
    assertTrue(directory.withCapability("translate").isEmpty());
    assertTrue(list("translate", Map.of(), "a", 10).isEmpty());
    assertTrue(directory.find("bob").isEmpty());
  }

  @Test
  void when_an_agent_loses_a_capability_then_it_is_not_found_by_it() {
    put(Specs.agent("alice", "summarize", "translate"));
    put(Specs.agent("alice", "translate", "draw"));
    assertTrue(directory.withCapability("summarize").isEmpty());
    assertEquals(List.of("alice"), ids(directory.withCapability("translate")));
    assertEquals(List.of("alice"), ids(directory.withCapability("draw")));
  }

  @Test
  void when_an_agent_changes_then_each_way_to_it_gives_the_new_record() {
    put(Specs.agent("alice", "summarize"));
    AgentRecord draining = new AgentRecord(Specs.agent("alice", "summarize"), 2, true, 0, 1);
    directory.put(draining);
    assertEquals(Optional.of(draining), directory.find("alice"));
    assertEquals(List.of(draining), List.copyOf(directory.withCapability("summarize")));
    assertEquals(List.of(draining), list(null, Map.of(), null, 10));
  }

  @Test
  void when_an_agent_is_removed_then_no_way_leads_to_it() {
    put(Specs.agent("alice", "summarize"));
    put(Specs.agent("bob", "summarize"));
    directory.remove("alice");
    directory.remove("nobody");
    assertTrue(directory.find("alice").isEmpty());
    assertEquals(List.of("bob"), ids(directory.withCapability("summarize")));
    assertEquals(List.of("bob"), ids(list(null, Map.of(), null, 10)));
    assertEquals(1, directory.size());
  }

  @Test
  void when_listed_in_pages_then_each_agent_comes_once_in_order() {
    List.of("dora", "alice", "carol", "bob", "erin").forEach(id -> put(Specs.agent(id, "x")));
    assertEquals(List.of("alice", "bob"), ids(list("x", Map.of(), null, 2)));
    assertEquals(List.of("carol", "dora"), ids(list("x", Map.of(), "bob", 2)));
    assertEquals(List.of("erin"), ids(list("x", Map.of(), "dora", 2)));
    assertEquals(List.of("erin"), ids(list(null, Map.of(), "dorb", 2)));
  }

  @Test
  void when_listed_by_labels_then_only_agents_with_all_of_them_come() {
    put(labelled("alice", Map.of("team", "docs", "tier", "gold")));
    put(labelled("bob", Map.of("team", "docs")));
    put(labelled("carol", Map.of("team", "art", "tier", "gold")));
    Map<String, String> wanted = Map.of("team", "docs", "tier", "gold");
    assertEquals(List.of("alice"), ids(list(null, wanted, null, 10)));
    assertEquals(List.of("alice", "bob"), ids(list("x", Map.of("team", "docs"), null, 10)));
  }

  @Test
  void when_a_reader_tries_to_write_then_it_is_refused() {
    put(Specs.agent("alice", "summarize"));
    Collection<AgentRecord> view = directory.withCapability("summarize");
    assertThrows(UnsupportedOperationException.class, view::clear);
  }

  private List<AgentRecord> list(
      @Nullable String capability,
      Map<String, String> labels,
      @Nullable String afterId,
      int limit) {
    WantedCapability wanted = capability == null ? null : WantedCapability.of(capability);
    return directory
        .find(new AgentQuery(wanted, labels, null, null, null, afterId, limit))
        .agents();
  }

  private AgentRecord put(AgentSpec spec) {
    AgentRecord agent = Specs.entry(spec, 1);
    directory.put(agent);
    return agent;
  }

  private static AgentSpec labelled(String agentId, Map<String, String> labels) {
    return new AgentSpec(
        agentId, Set.of("x"), labels, Set.of(), 1, null, null, null, Delivery.PULL);
  }

  private static List<String> ids(Collection<AgentRecord> agents) {
    return agents.stream().map(AgentRecord::agentId).toList();
  }
}
