package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.registry.RegistryEvent.AgentDeregistered;
import io.longshore.registry.RegistryEvent.AgentRegistered;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionFeedTest {
  private final RegistryState state = new RegistryState();
  private final PartitionFeed feed = new PartitionFeed(3, 4, 2);

  @Test
  void when_a_replica_lacks_nothing_then_it_is_told_so() {
    register("a");
    assertEquals(List.of(change(1, 1, 1, List.of(), List.of())), feed.changes(state, 1));
  }

  @Test
  void when_an_agent_changed_twice_then_it_is_told_once_as_it_is_now() {
    register("a");
    register("b");
    register("a");
    assertEquals(
        List.of(change(0, 3, 3, List.of(entry("b", 2), entry("a", 3)), List.of())),
        feed.changes(state, 0));
  }

  @Test
  void when_an_agent_came_and_went_then_only_that_it_is_gone_is_told() {
    register("a");
    register("b");
    deregister("b");
    assertEquals(List.of(change(1, 3, 3, List.of(), List.of("b"))), feed.changes(state, 1));
  }

  @Test
  void when_more_changed_than_one_update_may_hold_then_each_starts_where_the_last_ended() {
    register("a");
    register("b");
    deregister("a");
    register("c");
    assertEquals(
        List.of(
            change(0, 3, 4, List.of(entry("b", 2)), List.of("a")),
            change(3, 4, 4, List.of(entry("c", 4)), List.of())),
        feed.changes(state, 0));
  }

  @Test
  void when_a_replica_missed_more_than_is_remembered_then_the_feed_knows() {
    for (int i = 0; i < 6; i++) {
      register("a" + i);
    }
    assertTrue(feed.remembers(state, 6));
    assertTrue(feed.remembers(state, 2));
    assertFalse(feed.remembers(state, 1));
    assertFalse(feed.remembers(state, 7), "a replica ahead of its partition");
  }

  @Test
  void when_all_is_listed_then_it_comes_by_revision_and_ends_at_the_goal() {
    for (String agentId : List.of("c", "b", "a")) {
      register(agentId);
    }
    deregister("b");
    register("d");
    assertEquals(
        List.of(
            new DirectoryUpdate(
                3, Kind.LISTING, 9, 3, 5, List.of(entry("c", 1), entry("a", 3)), List.of()),
            new DirectoryUpdate(
                3, Kind.LISTING_CONTINUED, 3, 5, 5, List.of(entry("d", 5)), List.of())),
        feed.listing(state, 9));
  }

  @Test
  void when_records_are_big_then_no_update_is_bigger_than_a_message_may_be() {
    PartitionFeed real = new PartitionFeed(0, 1_000);
    RegistryState big = new RegistryState();
    for (int i = 0; i < 100; i++) {
      big.evolve(new AgentRegistered(Specs.agent("a" + i, "x".repeat(5_000)), 0));
    }
    List<DirectoryUpdate> listing = real.listing(big, 0);
    assertEquals(100, listing.stream().mapToInt(update -> update.upserts().size()).sum());
    for (DirectoryUpdate update : listing) {
      int bytes = update.upserts().stream().mapToInt(agent -> agent.spec().weight()).sum();
      assertTrue(bytes <= PartitionFeed.MAX_BYTES, bytes + " bytes");
    }
  }

  private void register(String agentId) {
    evolve(new AgentRegistered(Specs.agent(agentId), 0));
  }

  private void deregister(String agentId) {
    evolve(new AgentDeregistered(agentId, 0));
  }

  private void evolve(RegistryEvent event) {
    state.evolve(event);
    feed.changed(event.agentId());
  }

  private static AgentRecord entry(String agentId, long revision) {
    return Specs.entry(Specs.agent(agentId), revision);
  }

  private static DirectoryUpdate change(
      long from, long to, long goal, List<AgentRecord> upserts, List<String> removals) {
    return new DirectoryUpdate(3, Kind.CHANGE, from, to, goal, upserts, removals);
  }
}
