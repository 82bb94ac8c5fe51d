package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * An agent that has left, or no longer does something, is given no such tasks, and what it has not
 * begun goes to others on the word of its mailbox: neither silence nor slowness has to tell.
 */
class LeftAgentTest {
  private static final int TASKS = 6;
  private static final TestNode node =
      new TestNode(
          "longshore.coordinator { silent-after = 1 h, max-moves = 0 }\n"
              + "longshore.ledger.reoffer-after = 500 ms");

  @AfterAll
  static void stop() {
    node.close();
  }

  /** Registers it, has it do a task, and gives it some that it does not begin. */
  private static AgentRecord withTasks(String agentId, String capability, Set<String> tasks) {
    AgentRecord agent = node.register(agentId, capability, TASKS);
    Route route = Route.capability(capability);
    String first = node.submit(route);
    Lease lease = node.acquireOne(agent);
    assertEquals(first, lease.taskId());
    node.complete(lease);
    for (int i = 0; i < TASKS; i++) {
      tasks.add(node.submit(route));
    }
    node.eventually(() -> assertEquals(TASKS, node.status(agent).room().queued()));
    return agent;
  }

  private static Set<String> doneBy(AgentRecord agent) {
    Set<String> done = new HashSet<>();
    for (Lease lease : node.acquireAll(agent, TASKS)) {
      done.add(lease.taskId());
      node.complete(lease);
    }
    return done;
  }

  @Test
  void when_an_agent_is_deregistered_then_what_it_has_not_begun_goes_to_others() {
    Set<String> tasks = new HashSet<>();
    AgentRecord gone = withTasks("gone", "left", tasks);
    TestNode.reply(node.registry.deregister(gone.agentId(), null));
    node.eventually(
        () -> assertTrue(node.registry.directory().find(gone.agentId()).isEmpty(), "is there"));
    node.tasks.mailboxes().removed(gone.agentId());
    assertEquals(tasks, doneBy(node.register("stays", "left", TASKS)));
  }

  @Test
  void when_an_agent_gives_up_a_capability_then_its_tasks_go_to_others() {
    Set<String> tasks = new HashSet<>();
    withTasks("changes", "old", tasks);
    AgentRecord other = node.register("other", "old", TASKS);
    AgentRecord changed = node.register("changes", "new", TASKS);
    node.eventually(
        () -> assertEquals(changed, node.registry.directory().find("changes").orElseThrow()));
    List<Lease> wrong = new ArrayList<>(node.acquire(changed, 0, Duration.ZERO));
    for (int i = 0; i < TASKS; i++) {
      tasks.add(node.submit(Route.capability("old")));
    }
    Set<String> done = doneBy(other);
    done.addAll(doneBy(other));
    assertEquals(tasks, done);
    assertEquals(List.of(), wrong);
  }
}
