package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionReplicaTest {
  private final Directory directory = new Directory(10_000);
  private final PartitionReplica replica = new PartitionReplica(directory);

  @Test
  void when_the_partition_has_nothing_then_having_nothing_is_complete() {
    assertFalse(replica.complete());
    assertTrue(replica.apply(update(Kind.CHANGE, 0, 0, 0, List.of())));
    assertTrue(replica.complete());
  }

  @Test
  void when_a_long_change_has_begun_then_it_is_not_complete_yet() {
    assertTrue(replica.apply(update(Kind.CHANGE, 0, 1, 2, List.of("a"))));
    assertFalse(replica.complete());
    assertTrue(replica.apply(update(Kind.CHANGE, 1, 2, 2, List.of("b"))));
    assertTrue(replica.complete());
    assertAgents("a", "b");
  }

  @Test
  void when_a_change_is_missing_then_it_says_so_and_keeps_what_it_has() {
    replica.apply(update(Kind.CHANGE, 0, 1, 1, List.of("a")));
    assertFalse(replica.apply(update(Kind.CHANGE, 2, 3, 3, List.of("c"))));
    assertEquals(1, replica.revision());
    assertAgents("a");
  }

  @Test
  void when_a_change_comes_twice_or_overlaps_then_it_is_applied_once() {
    replica.apply(update(Kind.CHANGE, 0, 2, 2, List.of("a", "b")));
    replica.apply(update(Kind.CHANGE, 2, 3, 3, List.of(), "a"));
    assertTrue(replica.apply(update(Kind.CHANGE, 0, 2, 2, List.of("a", "b"))));
    assertAgents("b");
    assertTrue(replica.apply(update(Kind.CHANGE, 1, 4, 4, List.of("b", "d"), "a")));
    assertAgents("b", "d");
    assertEquals(4, replica.revision());
  }

  @Test
  void when_a_listing_comes_then_readers_see_all_of_it_or_nothing() {
    replica.apply(update(Kind.CHANGE, 0, 1, 1, List.of("old")));
    assertTrue(replica.apply(update(Kind.LISTING, 1, 5, 9, List.of("a"))));
    assertAgents("old");
    assertEquals(1, replica.revision());
    assertTrue(replica.apply(update(Kind.LISTING_CONTINUED, 5, 9, 9, List.of("b"))));
    assertAgents("a", "b");
    assertEquals(9, replica.revision());
    assertTrue(replica.complete());
  }

  @Test
  void when_part_of_a_listing_is_lost_then_it_says_so_and_nothing_of_it_is_seen() {
    replica.apply(update(Kind.LISTING, 0, 5, 9, List.of("a")));
    assertFalse(replica.apply(update(Kind.LISTING_CONTINUED, 7, 9, 9, List.of("c"))));
    assertEquals(0, replica.revision());
    assertFalse(replica.complete());
    assertAgents();
  }

  @Test
  void when_parts_of_two_listings_mix_then_they_are_not_joined() {
    replica.apply(update(Kind.LISTING, 0, 5, 9, List.of("a")));
    assertTrue(replica.apply(update(Kind.LISTING_CONTINUED, 5, 9, 12, List.of("c"))));
    assertEquals(0, replica.revision());
    assertAgents();
  }

  @Test
  void when_a_listing_answers_what_was_asked_before_a_change_then_it_is_dropped() {
    replica.apply(update(Kind.CHANGE, 0, 3, 3, List.of("a")));
    assertTrue(replica.apply(update(Kind.LISTING, 0, 2, 2, List.of("stale"))));
    assertAgents("a");
    assertEquals(3, replica.revision());
  }

  @Test
  void when_changes_overtake_a_listing_then_it_does_not_lead_back() {
    replica.apply(update(Kind.LISTING, 0, 5, 9, List.of("a")));
    replica.apply(update(Kind.CHANGE, 0, 10, 10, List.of("a", "b")));
    assertTrue(replica.apply(update(Kind.LISTING_CONTINUED, 5, 9, 9, List.of("c"))));
    assertAgents("a", "b");
    assertEquals(10, replica.revision());
  }

  @Test
  void when_changes_come_during_a_listing_then_it_still_takes_effect() {
    replica.apply(update(Kind.LISTING, 0, 5, 9, List.of("a")));
    replica.apply(update(Kind.CHANGE, 0, 7, 7, List.of("a", "b")));
    assertTrue(replica.apply(update(Kind.LISTING_CONTINUED, 5, 9, 9, List.of("c"))));
    assertAgents("a", "c");
    assertEquals(9, replica.revision());
  }

  @Test
  void when_the_partition_was_set_back_then_the_replica_follows() {
    replica.apply(update(Kind.CHANGE, 0, 57, 57, List.of("a", "b")));
    assertTrue(replica.apply(update(Kind.LISTING, 57, 3, 3, List.of("a"))));
    assertAgents("a");
    assertEquals(3, replica.revision());
  }

  private static DirectoryUpdate update(
      Kind kind, long from, long to, long goal, List<String> upserts, String... removals) {
    List<AgentRecord> records =
        upserts.stream().map(id -> Specs.entry(Specs.agent(id), to)).toList();
    return new DirectoryUpdate(0, kind, from, to, goal, records, List.of(removals));
  }

  private void assertAgents(String... expected) {
    assertEquals(
        List.of(expected),
        directory.find(AgentQuery.of(null, Map.of(), 100)).agents().stream()
            .map(AgentRecord::agentId)
            .toList());
  }
}
