package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private final Standing standing = new Standing();

  private long failMillis() {
    return standing.failed(0).toMillis();
  }

  @Test
  void when_it_fails_in_a_row_then_it_is_asked_ever_less_often() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      pauses.add(failMillis());
      standing.ask();
      assertTrue(standing.awake());
    }
    assertEquals(List.of(0L, 500L, 1_000L, 2_000L, 4_000L, 5_000L, 5_000L, 5_000L), pauses);
    for (int i = 0; i < 100; i++) {
      assertEquals(5_000, failMillis());
    }
  }

  @Test
  void when_it_fails_once_then_commands_wait_as_long_as_they_may() {
    assertEquals(0, failMillis());
    assertTrue(standing.isHeld());
    assertFalse(standing.refuses());
    assertFalse(standing.refusesFrom(PATIENCE.toNanos() - 1, PATIENCE));
    assertTrue(standing.refusesFrom(PATIENCE.toNanos(), PATIENCE));
    assertTrue(standing.refuses());
    assertFalse(standing.refusesFrom(PATIENCE.toNanos(), PATIENCE), "only once");
  }

  @Test
  void when_it_has_committed_then_the_next_failure_is_the_first() {
    failMillis();
    assertFalse(standing.committed());
    failMillis();
    assertEquals(500, failMillis());
    assertTrue(standing.refuses());
    assertTrue(standing.committed());
    assertEquals(0, failMillis());
  }

  @Test
  void when_it_was_not_asked_then_it_does_not_count_that_it_is_awake() {
    assertFalse(standing.awake());
    standing.silent(0);
    assertTrue(standing.refuses());
    assertFalse(standing.awake());
    standing.ask();
    assertTrue(standing.awake());
    assertFalse(standing.isHeld() || standing.refuses());
    standing.silent(0);
    assertFalse(standing.awake(), "it was asked in an earlier life");
  }
}
