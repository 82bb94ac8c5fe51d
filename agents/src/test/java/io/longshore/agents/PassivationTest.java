package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PassivationTest {
  private static final long PATIENCE = 1_000;
  private static final long ASKED = 50_000;

  private final Passivation passivation = new Passivation(PATIENCE);

  @BeforeEach
  void asks() {
    passivation.begin(ASKED);
  }

  @Test
  void when_the_shard_has_time_to_stop_it_then_it_is_not_asked_again() {
    assertFalse(passivation.isOver(ASKED + PATIENCE - 1));
    assertFalse(passivation.mayBegin(ASKED + PATIENCE - 1));
    assertEquals(ASKED + PATIENCE, passivation.nextDue(true, ASKED + 1));
  }

  @Test
  void when_it_was_ignored_then_however_often_one_looks_it_is_asked_again_only_later() {
    long ignored = ASKED + PATIENCE + 7;
    assertTrue(passivation.isOver(ignored));
    assertFalse(passivation.isOver(ignored));

    assertFalse(passivation.mayBegin(ignored));
    assertFalse(passivation.mayBegin(ignored + PATIENCE - 1));
    assertEquals(ignored + PATIENCE, passivation.nextDue(true, ignored + 1));

    assertTrue(passivation.mayBegin(ignored + PATIENCE));
  }

  @Test
  void when_the_mailbox_is_in_use_again_then_there_is_nothing_to_look_for() {
    assertTrue(passivation.isOver(ASKED + PATIENCE));

    assertEquals(Long.MAX_VALUE, passivation.nextDue(false, ASKED + PATIENCE));
  }
}
