package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.coordinator.TaskProtocol.LeaseDone;
import io.longshore.coordinator.TaskProtocol.LeaseLost;
import io.longshore.coordinator.TaskProtocol.LedgerFull;
import io.longshore.persistence.Answer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LedgerWorkTest {

  @Test
  void when_the_ledger_has_no_room_for_a_result_then_a_worker_of_the_node_is_to_tell_it_again() {
    assertEquals(
        new Answer.Overloaded<>(Duration.ofSeconds(3)),
        LedgerWork.done(new Answer.Replied<>(new LedgerFull("9 bytes", 3_000))));
    assertEquals(
        new Answer.Replied<>(true), LedgerWork.done(new Answer.Replied<>(new LeaseDone("t", 0))));
    assertEquals(
        new Answer.Replied<>(false),
        LedgerWork.done(new Answer.Replied<>(new LeaseLost("t", "stale"))));
  }
}
