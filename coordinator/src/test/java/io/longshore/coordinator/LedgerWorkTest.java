package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
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

  @Test
  void when_a_task_is_worked_on_then_its_agent_holds_it_and_when_not_or_archived_then_nobody() {
    LedgerFixture ledger = new LedgerFixture();
    String taskId = ledger.submit(Given.task());
    Lease lease = ledger.start(taskId, "alice");
    assertTrue(isHeld(ledger, taskId, "alice"));
    assertFalse(isHeld(ledger, taskId, "bob"));

    ledger.complete(lease);
    assertFalse(isHeld(ledger, taskId, "alice"));
    assertFalse(isHeld(ledger, "archived", "alice"));
  }

  private static boolean isHeld(LedgerFixture ledger, String taskId, String agentId) {
    return LedgerWork.isHeld(ledger.tell(new TaskProtocol.Get(taskId)), agentId);
  }
}
