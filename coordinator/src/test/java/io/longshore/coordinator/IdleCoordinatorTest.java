package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.sharding.ShardRegion.CurrentShardRegionState;
import org.apache.pekko.cluster.sharding.typed.GetShardRegionState;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.junit.jupiter.api.Test;

/** Clients name routes as they like: what they have named and left takes no memory. */
class IdleCoordinatorTest {
  private static final Route ROUTE = Route.capability("idle");
  private static final Route BUSY = Route.capability("busy");
  private static final EntityTypeKey<CoordinatorProtocol.Command> KEY =
      EntityTypeKey.create(CoordinatorProtocol.Command.class, "coordinator");

  private static Set<String> alive(TestNode node) {
    TestProbe<CurrentShardRegionState> probe = node.testKit.createTestProbe();
    ClusterSharding.get(node.testKit.system())
        .shardState()
        .tell(new GetShardRegionState(KEY, probe.getRef()));
    Set<String> ids = new HashSet<>();
    probe
        .receiveMessage(Duration.ofSeconds(60))
        .getShards()
        .forEach(shard -> ids.addAll(shard.getEntityIds()));
    return ids;
  }

  @Test
  void when_a_route_has_no_tasks_and_no_agents_then_its_coordinator_leaves_and_comes_back() {
    try (TestNode node = new TestNode("longshore.coordinator.idle-after = 100 ms")) {
      String waits = node.submit(BUSY);
      String given = node.submit(ROUTE);
      node.eventually(() -> assertTrue(alive(node).contains(ROUTE.key())));

      TestNode.reply(node.tasks.cancel(given));
      node.eventually(() -> assertFalse(alive(node).contains(ROUTE.key()), "still there"));
      assertTrue(alive(node).contains(BUSY.key()), "a task waits for it");

      AgentRecord agent = node.register("idle-agent", "idle", 1);
      String again = node.submit(ROUTE);
      List<Lease> leases = node.acquireAll(agent, 1);
      assertEquals(again, leases.get(0).taskId());
      assertEquals(
          TaskState.SUBMITTED,
          ((TaskProtocol.Found) TestNode.reply(node.tasks.get(waits))).task().state());
    }
  }
}
