package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdsTest {
  private static TaskIds ids(int partitions, long millis) {
    return new TaskIds(partitions, Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC));
  }

  private final TaskIds ids = ids(16, 1_700_000_000_000L);

  @Test
  void when_created_then_it_carries_its_partition() {
    for (int partition = 0; partition < 16; partition++) {
      assertEquals(partition, ids.partitionOf(ids.create(partition)));
    }
    TaskIds most = ids(4_096, 1_700_000_000_000L);
    assertEquals(4_095, most.partitionOf(most.create(4_095)));
    assertThrows(IllegalArgumentException.class, () -> ids(4_097, 0));
  }

  @Test
  void when_created_then_it_is_a_uuid_of_version_7_with_its_time() {
    UUID id = UUID.fromString(ids.create(3));
    assertEquals(7, id.version());
    assertEquals(2, id.variant());
    assertEquals(1_700_000_000_000L, id.getMostSignificantBits() >>> 16);
  }

  @Test
  void when_created_later_then_it_sorts_behind_whatever_its_partition() {
    String earlier = ids(16, 1_700_000_000_000L).create(15);
    String later = ids(16, 1_700_000_000_001L).create(0);
    assertTrue(earlier.compareTo(later) < 0);
    assertTrue(later.compareTo(TaskIds.last(0)) < 0);
  }

  @Test
  void when_many_are_created_then_they_differ_and_use_all_partitions() {
    Set<String> all = new HashSet<>();
    Set<Integer> partitions = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      String id = ids.createIn(ids.all());
      assertTrue(all.add(id));
      partitions.add(ids.partitionOf(id));
    }
    assertEquals(16, partitions.size());
  }

  @Test
  void when_made_for_a_key_then_another_id_but_always_the_same_partition() {
    String one = ids.createFor("order-1");
    String two = ids(16, 1_800_000_000_000L).createFor("order-1");
    assertNotEquals(one, two);
    assertEquals(ids.partitionOf(one), ids.partitionOf(two));
  }

  @Test
  void when_a_key_is_hashed_then_always_to_the_same_partition() {
    assertEquals(5, ids.partitionOf(ids.createFor("")));
    assertEquals(13, ids.partitionOf(ids.createFor("order-1")));
    assertEquals(13, ids.partitionOf(ids.createFor("clé-é")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "task-1",
        "018bcfe5-6800-4003-8000-000000000000",
        "018BCFE5-6800-7003-8000-00000000000A",
        "018bcfe5-6800-7010-8000-000000000000",
        "018bcfe5-6800-7003-8000-00000000000g",
        "018bcfe5-6800-7003-8000-0000000000000",
        "018bcfe56-800-7003-8000-000000000000",
        "1-1-1-1-17----------------------1234"
      })
  void when_the_id_is_not_one_of_ours_then_it_has_no_partition(String foreign) {
    assertEquals(-1, ids.partitionOf(foreign));
  }
}
