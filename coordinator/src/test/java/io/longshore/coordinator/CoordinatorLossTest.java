package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.junit.jupiter.api.Test;

/** A coordinator can be lost at any time: nothing is lost with it, and nothing is begun twice. */
class CoordinatorLossTest {
  private static final Route ROUTE = Route.capability("loss");
  private static final int TASKS = 60;

  /** Makes the coordinator fail while it has tasks that wait and tasks that are placed. */
  private static void kill(TestNode node) {
    ClusterSharding.get(node.testKit.system())
        .entityRefFor(
            EntityTypeKey.create(CoordinatorProtocol.Command.class, "coordinator"), ROUTE.key())
        .tell(new CoordinatorProtocol.Settled(Arrays.asList((String) null), null));
  }

  @Test
  void when_a_coordinator_is_lost_mid_flight_then_each_task_is_begun_once_and_all_are_done() {
    try (TestNode node = new TestNode("longshore.ledger.reoffer-after = 500 ms")) {
      List<AgentRecord> agents =
          List.of(node.register("loss-a", "loss", 2), node.register("loss-b", "loss", 3));
      Set<String> submitted = new HashSet<>();
      for (int i = 0; i < TASKS; i++) {
        submitted.add(node.submit(ROUTE));
      }
      Set<String> begun = new HashSet<>();
      Set<String> again = new HashSet<>();
      Set<Integer> kills = new HashSet<>();
      node.eventually(
          () -> {
            for (AgentRecord agent : agents) {
              for (Lease lease : node.acquire(agent, 2, Duration.ofMillis(500))) {
                if (!begun.add(lease.taskId())) {
                  again.add(lease.taskId());
                }
                if (kills.add(begun.size() / 15)) {
                  kill(node);
                }
                node.complete(lease);
              }
            }
            assertEquals(submitted, begun);
          });
      assertEquals(Set.of(), again, "begun twice");
      assertTrue(kills.size() > 3, "lost " + kills);
      for (String taskId : submitted) {
        TaskView task = node.ended(taskId);
        assertEquals(TaskState.COMPLETED, task.state());
        assertEquals(1, task.attempts());
      }
    }
  }
}
