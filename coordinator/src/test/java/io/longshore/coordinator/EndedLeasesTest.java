package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.MailboxProtocol.EndedLease;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndedLeasesTest {
  @Test
  void when_one_agent_has_had_thousands_of_leases_then_they_are_told_in_parts_that_fit_a_frame() {
    EndedLeases ended = new EndedLeases();
    for (int i = 0; i < 2 * EndedLeases.MAX_TOLD + 1; i++) {
      ended.add(task("task-" + i, "alice"));
    }
    ended.add(task("another", "bob"));
    ended.add(new Task("never started", Given.task(), Given.NOW));

    List<List<EndedLease>> alice = new ArrayList<>();
    List<List<EndedLease>> others = new ArrayList<>();
    ended.tell((agentId, leases) -> (agentId.equals("alice") ? alice : others).add(leases));

    assertEquals(
        List.of(EndedLeases.MAX_TOLD, EndedLeases.MAX_TOLD, 1),
        alice.stream().map(List::size).toList());
    assertEquals(
        2 * EndedLeases.MAX_TOLD + 1, alice.stream().flatMap(List::stream).distinct().count());
    assertEquals(List.of(List.of(new EndedLease("another", "token", false))), others);
    ended.tell((agentId, leases) -> assertTrue(leases.isEmpty(), "each is told once"));
  }

  private static Task task(String taskId, String agentId) {
    Task task = new Task(taskId, Given.task(), Given.NOW);
    task.apply(
        new LedgerEvent.Started(
            taskId, agentId, "token", Given.LEASE, Given.NOW + Given.LEASE, List.of(), Given.NOW));
    task.apply(new LedgerEvent.Released(taskId, Given.NOW));
    return task;
  }
}
