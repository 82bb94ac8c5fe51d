package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.CoordinatorProtocol.Offered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for nothing and what has nothing to do with an event must not cost it anything. */
class AssignmentScaleTest {
  private static final int AGENTS = 100_000;
  private static final int UNFIT = 10_000;
  private static final int TASKS = 50_000;

  /** Some seconds' work; to walk agents or waiting tasks for each event would take hours. */
  @Test
  @Timeout(120)
  void when_there_are_very_many_agents_and_tasks_nobody_can_do_then_others_cost_no_more() {
    AssignmentFixture table = new AssignmentFixture();
    List<Offered> unfit = new ArrayList<>();
    for (int i = 0; i < UNFIT; i++) {
      Map<String, String> labels = Map.of("tier", "gold", "customer", "c" + i % 2_000);
      unfit.add(Given.offered("gold-" + i, Priority.HIGH, Given.NOW, labels));
    }
    table.offer(unfit);
    for (int i = 0; i < AGENTS; i++) {
      table.room("agent-" + i, Given.room(1, 0, 0, 1, 1_000 + i % 7));
    }
    for (int i = 0; i < TASKS; i++) {
      String taskId = "t" + i;
      table.offer(taskId);
      String agentId = table.given.keySet().iterator().next();
      assertEquals(List.of(taskId), table.given(agentId));
      table.accepted(agentId, Given.room(0, 1, 0, 1, 1_000), taskId);
      table.settled(taskId);
      if (i % 1_000 == 0) {
        table.tick(1);
      }
    }
    assertEquals(UNFIT, table.assignment.waitingCount());
    assertEquals(UNFIT, table.notes.size());
  }
}
