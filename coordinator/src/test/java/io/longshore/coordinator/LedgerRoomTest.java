package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A full partition says when it will have room, as fast as tasks have ended. */
class LedgerRoomTest {
  private final LedgerLogic logic = new LedgerLogic(Given.ledger(2, 10_000_000, 1_000));
  private final LedgerState state = logic.empty();
  private long now = Given.NOW;
  private int tasks;

  private TaskProtocol.SubmitReply submit() {
    return (TaskProtocol.SubmitReply) decide(new TaskProtocol.Submit("t" + ++tasks, Given.task()));
  }

  private Object decide(TaskProtocol.Command<?> command) {
    var verdict = logic.decide(state, command, now);
    verdict.events().forEach(event -> logic.evolve(state, event));
    return verdict.reply();
  }

  @Test
  void when_tasks_end_at_a_rate_then_a_full_partition_tells_when_one_more_has_room() {
    submit();
    submit();
    for (int i = 1; i <= 10; i++) {
      now += 8_000;
      decide(new TaskProtocol.Cancel("t" + i));
      assertInstanceOf(TaskProtocol.Accepted.class, submit());
    }
    var full = assertInstanceOf(TaskProtocol.LedgerFull.class, submit());
    assertEquals("tasks", full.lacking());
    assertEquals(8_000, (double) full.retryAfterMillis(), 1_000);
    now += 30_000;
    full = assertInstanceOf(TaskProtocol.LedgerFull.class, submit());
    assertTrue(full.retryAfterMillis() >= 15_000, "it is slower now");
  }

  @Test
  void when_bytes_are_full_then_that_is_told() {
    LedgerLogic small = new LedgerLogic(Given.ledger(2, 1, 1_000));
    var verdict = small.decide(small.empty(), new TaskProtocol.Submit("t", Given.task()), now);
    var full = assertInstanceOf(TaskProtocol.LedgerFull.class, verdict.reply());
    assertEquals("bytes", full.lacking());
  }
}
