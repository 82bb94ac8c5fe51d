package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitingTaskTest {
  private static final long AGEING = 30_000;

  private static WaitingTask task(Priority priority, long createdAt, Map<String, String> labels) {
    return new WaitingTask(Given.offered("t", priority, createdAt, labels), AGEING, Given.NOW);
  }

  @Test
  void when_less_urgent_then_it_ranks_as_if_it_had_come_a_step_later() {
    long normal = task(Priority.NORMAL, 100_000, Map.of()).rank;
    assertTrue(task(Priority.HIGH, 100_000 + AGEING - 1, Map.of()).rank < normal);
    assertTrue(task(Priority.HIGH, 100_000 + AGEING + 1, Map.of()).rank > normal);
    assertTrue(task(Priority.LOW, 100_000 - AGEING - 1, Map.of()).rank < normal);
    assertTrue(task(Priority.LOW, 100_000 - AGEING + 1, Map.of()).rank > normal);
  }

  @Test
  void when_it_wants_labels_then_only_an_agent_that_carries_all_fits() {
    WaitingTask task = task(Priority.NORMAL, 0, Map.of("tier", "gold", "region", "eu"));
    assertFalse(fits(task, Map.of()));
    assertFalse(fits(task, Map.of("tier", "gold")));
    assertFalse(fits(task, Map.of("tier", "gold", "region", "us")));
    assertTrue(fits(task, Map.of("tier", "gold", "region", "eu", "x", "y")));
  }

  private static boolean fits(WaitingTask task, Map<String, String> labels) {
    return task.demand().fits(Given.agent("a", labels));
  }

  @Test
  void when_it_wants_some_versions_then_only_an_agent_that_offers_one_fits() {
    TaskRef ref =
        new TaskRef("t", Route.capability("echo@^2"), Priority.NORMAL, 0, Given.NOW, List.of());
    WaitingTask task =
        new WaitingTask(new CoordinatorProtocol.Offered(ref, Map.of()), AGEING, Given.NOW);
    assertTrue(task.demand().fits(offering("echo@2.3.1")));
    assertFalse(task.demand().fits(offering("echo@1.9.0")));
    assertFalse(task.demand().fits(offering("echo")));
  }

  private static AgentRecord offering(String capability) {
    AgentSpec spec =
        new AgentSpec(
            "a", Set.of(capability), Map.of(), Set.of(), 1, null, null, null, Delivery.PULL);
    return new AgentRecord(spec, 1, false, 1, 1);
  }

  @Test
  void when_an_agent_is_excluded_then_until_that_time_and_no_other_is() {
    WaitingTask task = task(Priority.NORMAL, 0, Map.of());
    AgentRecord alice = Given.agent("alice");
    task.exclude("alice", 100);
    assertEquals(100, task.nextExpiry());
    task.expire(99);
    assertFalse(task.demand().fits(alice));
    assertTrue(task.demand().fitsEver(alice));
    assertTrue(task.demand().fits(Given.agent("bob")));
    task.expire(100);
    assertTrue(task.demand().fits(alice));
    assertEquals(Long.MAX_VALUE, task.nextExpiry());
  }

  @Test
  void when_very_many_are_excluded_then_those_whose_time_is_over_first_may_be_asked_again() {
    WaitingTask task = task(Priority.NORMAL, 0, Map.of());
    for (int i = 0; i < 100; i++) {
      task.exclude("agent-" + i, 1_000 + i);
    }
    assertEquals(WaitingTask.MAX_EXCLUDED, task.demand().excluded().size());
    assertFalse(task.demand().fits(Given.agent("agent-99")));
  }

  @Test
  void when_very_much_is_decided_then_the_latest_decisions_travel_on() {
    WaitingTask task = task(Priority.NORMAL, 0, Map.of());
    for (int i = 1; i <= 100; i++) {
      task.decided(i, Kind.REFUSED, "alice", "overloaded");
    }
    List<Decision> decisions = task.ref.decisions();
    assertEquals(WaitingTask.MAX_DECISIONS, decisions.size());
    assertEquals(100, decisions.get(decisions.size() - 1).at());
    assertEquals(100 - WaitingTask.MAX_DECISIONS + 1, decisions.get(0).at());
  }
}
