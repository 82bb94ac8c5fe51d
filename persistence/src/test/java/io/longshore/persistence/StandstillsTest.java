package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StandstillsTest {
  private final ManualClock machine = new ManualClock();
  private final Standstills standstills = new Standstills(machine);

  @Test
  void when_looked_at_again_and_again_then_nothing_stood_still_however_long_it_takes() {
    for (int look = 0; look < 100; look++) {
      machine.advance(Duration.ofMillis(4_999));
      assertEquals(0, standstills.count());
    }
  }

  @Test
  void when_nobody_looked_for_five_seconds_then_it_stood_still_once() {
    machine.advance(Duration.ofSeconds(5));
    assertEquals(1, standstills.count());
    assertEquals(1, standstills.count());
    machine.advance(Duration.ofMinutes(5));
    assertEquals(2, standstills.count());
  }

  @Test
  void when_the_clock_is_set_back_then_nothing_stood_still() {
    machine.advance(Duration.ofHours(-1));
    assertEquals(0, standstills.count());
    machine.advance(Duration.ofSeconds(1));
    assertEquals(0, standstills.count());
  }
}
