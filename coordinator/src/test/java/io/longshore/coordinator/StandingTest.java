package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.coordinator.CoordinatorProtocol.Mark;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final long HALF_LIFE = 30_000;
  private final Standing standing = new Standing(Given.assignment(), Given.NOW);

  @Test
  void when_marked_then_each_weighs_as_it_is_configured() {
    assertEquals(0.0, standing.penalty(Given.NOW));
    standing.add(Mark.REFUSAL, Given.NOW);
    assertEquals(0.5, standing.penalty(Given.NOW));
    standing.add(Mark.LOST_LEASE, Given.NOW);
    assertEquals(2.5, standing.penalty(Given.NOW));
    standing.add(Mark.FAILURE, Given.NOW);
    assertEquals(3.0, standing.penalty(Given.NOW));
  }

  @Test
  void when_time_passes_then_it_is_forgotten_by_half_lives() {
    standing.add(Mark.REFUSAL, Given.NOW);
    standing.add(Mark.REFUSAL, Given.NOW);
    assertEquals(0.5, standing.penalty(Given.NOW + HALF_LIFE), 0.001);
    assertEquals(0.5, standing.lately(Mark.REFUSAL, Given.NOW + 2 * HALF_LIFE), 0.001);
    assertTrue(standing.penalty(Given.NOW) < 0.251, "a clock that goes back");
  }

  @Test
  void when_marked_very_often_then_it_is_nearly_good_again_after_a_bounded_time() {
    for (int i = 0; i < 10_000; i++) {
      standing.add(Mark.LOST_LEASE, Given.NOW);
    }
    assertEquals(20.0, standing.penalty(Given.NOW));
    assertTrue(standing.penalty(Given.NOW + 7 * HALF_LIFE) < 1);
  }
}
