package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.longshore.agents.TaskRef.Priority;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Agents announce themselves by the names of what they can do, whatever versions tasks want. */
class VersionedCapabilityTest {
  private static final Route SUM = Route.capability("sum");
  private static final AgentRecord ALICE =
      new AgentRecord(
          new AgentSpec(
              "alice",
              Set.of("sum@1.2.0", "sum@2.0.0"),
              Map.of(),
              Set.of(),
              2,
              null,
              null,
              null,
              Delivery.PULL),
          1,
          false,
          1,
          1);

  private static TaskRef ref(String taskId, String capability) {
    return new TaskRef(taskId, Route.capability(capability), Priority.NORMAL, 0, 1, List.of());
  }

  @Test
  void when_a_route_has_a_range_then_its_coordinator_is_that_of_the_name() {
    assertEquals(SUM, Route.capability("sum@^2").withoutRange());
    assertSame(SUM, SUM.withoutRange());
    Route agent = Route.agent("alice@home");
    assertSame(agent, agent.withoutRange());
    Route ranged = Route.capability("sum@>=1.2 <3 || 4");
    assertEquals(ranged, Route.ofKey(ranged.key()));
  }

  @Test
  void when_an_agent_has_versions_then_one_coordinator_hears_of_all_its_tasks() {
    MailboxDriver alice = new MailboxDriver(Given.settings(), ALICE);
    alice.heartbeat();
    assertEquals(List.of(SUM), alice.addressed().stream().map(Reports.Addressed::route).toList());

    alice.assign(ref("t1", "sum"), ref("t2", "sum@^2"), ref("t3", "sum@1.2.0"));
    List<Reports.Addressed> reports = alice.addressed();
    assertEquals(List.of(SUM), reports.stream().map(Reports.Addressed::route).toList());
    assertEquals(List.of("t1", "t2", "t3"), reports.get(0).report().accepted());

    alice.takeBack(SUM, "t2", "t3");
    assertEquals(List.of("t2", "t3"), alice.report().returned());
  }

  @Test
  void when_such_a_task_is_leased_then_the_lease_says_what_was_wanted() {
    MailboxDriver alice = new MailboxDriver(Given.settings(), ALICE);
    alice.assign(ref("t2", "sum@^2"));
    alice.heartbeat();
    alice.assign(ref("t2", "sum@^2"));
    assertEquals("sum@^2", alice.work(1).get(0).route().name());
  }
}
