package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SettlingTest {
  private final Settling settling = new Settling(10_000);
  private final Set<String> two = Set.of("a Up", "b Up");

  @Test
  void when_nothing_changes_for_long_enough_then_it_is_calm() {
    assertFalse(settling.isCalm(two, 1_000));
    assertFalse(settling.isCalm(two, 10_999));
    assertTrue(settling.isCalm(two, 11_000));
    assertTrue(settling.isCalm(two, 60_000));
  }

  @Test
  void when_a_node_comes_goes_or_is_not_reached_then_the_time_begins_anew() {
    settling.isCalm(two, 0);
    assertFalse(settling.isCalm(Set.of("a Up", "b Up", "b unreachable"), 10_000));
    assertFalse(settling.isCalm(two, 12_000));
    assertFalse(settling.isCalm(Set.of("a Up", "b Up", "c Joining"), 22_000));
    assertFalse(settling.isCalm(Set.of("a Up", "b Up", "c Up"), 23_000));
    assertTrue(settling.isCalm(Set.of("a Up", "b Up", "c Up"), 33_000));
  }
}
