package io.longshore.coordinator;

import static io.longshore.coordinator.TestNode.reply;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.registry.AgentRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tasks on one node, from submission to result, with real ledgers, coordinators and mailboxes. */
class TasksTest {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = new TestNode();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static List<Kind> kinds(TaskView task) {
    return task.decisions().stream().map(Decision::kind).toList();
  }

  @Test
  void when_a_task_lives_its_life_then_everything_about_it_can_be_read() {
    AgentRecord alice = node.register("life-alice", "life", 2);
    String taskId = node.submit(Route.capability("life"));
    Lease lease = node.acquireOne(alice);
    assertEquals(taskId, lease.taskId());
    assertEquals(1, lease.attempt());
    assertArrayEquals(Given.json("\"in\""), lease.input());
    node.complete(lease);
    TaskView done = node.ended(taskId);
    assertEquals(TaskState.COMPLETED, done.state());
    assertArrayEquals(Given.json("\"done\""), done.output());
    assertEquals("life-alice", done.agentId());
    assertTrue(
        kinds(done).containsAll(List.of(Kind.ASSIGNED, Kind.STARTED, Kind.ENDED)),
        () -> kinds(done).toString());
    assertInstanceOf(
        TaskProtocol.LeaseLost.class, reply(node.tasks.complete(taskId, "stale", Given.json("1"))));
    node.eventually(() -> assertEquals(0, node.status(alice).room().running()));
  }

  @Test
  void when_an_agent_is_overloaded_then_its_unstarted_tasks_move_to_another() {
    Route route = Route.capability("move");
    AgentRecord slow = node.register("move-slow", "move", 4);
    assertEquals(List.of(), node.acquire(slow, 1, Duration.ZERO));
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 8; i++) {
      all.add(node.submit(route));
    }
    List<Lease> stuck = node.acquireAll(slow, 4);
    node.eventually(() -> assertEquals(4, node.status(slow).room().queued()));
    stuck.forEach(lease -> all.remove(lease.taskId()));

    AgentRecord fast = node.register("move-fast", "move", 4);
    Set<String> moved = new HashSet<>();
    node.eventually(
        () -> {
          for (Lease lease : node.acquire(fast, 4, Duration.ofSeconds(2))) {
            node.complete(lease);
            moved.add(lease.taskId());
          }
          assertEquals(all, moved);
        });
    for (String taskId : all) {
      TaskView task = node.ended(taskId);
      assertEquals("move-fast", task.agentId());
      Decision move =
          task.decisions().stream().filter(d -> d.kind() == Kind.MOVED).findFirst().orElseThrow();
      assertEquals("move-slow", move.agentId());
      assertTrue(move.reason().contains("on move-fast"), move.reason());
    }
    stuck.forEach(node::complete);
  }

  @Test
  void when_a_task_is_for_one_agent_then_only_that_one_gets_it() {
    AgentRecord bob = node.register("one-bob", "one", 1);
    AgentRecord carol = node.register("one-carol", "one", 1);
    assertEquals(List.of(), node.acquire(bob, 1, Duration.ZERO));
    String taskId = node.submit(Route.agent("one-carol"));
    Lease lease = node.acquireOne(carol);
    assertEquals(taskId, lease.taskId());
    assertEquals(List.of(), node.acquire(bob, 1, Duration.ZERO));
    node.complete(lease);
    assertEquals("one-carol", node.ended(taskId).agentId());
  }

  @Test
  void when_a_batch_has_a_key_then_a_thousand_places_lie_where_their_first_ones_key_belongs() {
    TaskIds ids = new TaskIds(node.tasks.partitions(), Clock.systemUTC());
    for (int i = 0; i < 8; i++) {
      String key = "batch-" + i;
      List<NewTask> places = new ArrayList<>(Collections.nCopies(1_002, null));
      for (int place : new int[] {1, 999, 1_001}) {
        places.set(place, Given.keyed(NewTask.keyAt(key, place)));
      }
      List<String> found =
          node.tasks.submitAll(places, key).toCompletableFuture().join().stream()
              .map(answer -> reply(CompletableFuture.completedFuture(answer)))
              .map(reply -> ((TaskProtocol.Accepted) reply).task().taskId())
              .toList();
      int first = ids.partitionOf(ids.createFor(NewTask.keyAt(key, 0)));
      int second = ids.partitionOf(ids.createFor(NewTask.keyAt(key, 1000)));
      assertEquals(
          List.of(first, first, second), found.stream().map(ids::partitionOf).toList(), key);
    }
    List<NewTask> none = new ArrayList<>(Collections.nCopies(3, null));
    assertEquals(List.of(), node.tasks.submitAll(none, "none").toCompletableFuture().join());
  }

  @Test
  void when_canceled_before_anybody_has_it_then_it_ends_and_is_given_to_nobody() {
    String taskId = node.submit(Route.capability("cancel-early"));
    assertInstanceOf(TaskProtocol.CancelAccepted.class, reply(node.tasks.cancel(taskId)));
    assertEquals(TaskState.CANCELED, node.ended(taskId).state());
    AgentRecord alice = node.register("cancel-early-alice", "cancel-early", 1);
    assertEquals(List.of(), node.acquire(alice, 1, Duration.ofMillis(500)));
  }

  @Test
  void when_canceled_while_an_agent_has_it_then_the_agent_hears_of_it_and_lets_go() {
    AgentRecord alice = node.register("cancel-late-alice", "cancel-late", 1);
    String taskId = node.submit(Route.capability("cancel-late"));
    Lease lease = node.acquireOne(alice);
    reply(node.tasks.cancel(taskId));
    assertInstanceOf(
        TaskProtocol.LeaseCanceled.class,
        reply(node.tasks.extend(taskId, lease.leaseToken(), Duration.ZERO, null)));
    assertInstanceOf(
        TaskProtocol.LeaseCanceled.class, reply(node.tasks.release(taskId, lease.leaseToken())));
    assertEquals(TaskState.CANCELED, node.ended(taskId).state());
    node.eventually(() -> assertEquals(0, node.status(alice).room().running()));
  }

  @Test
  void when_nobody_can_do_it_then_it_says_so_and_is_done_once_somebody_can() {
    String taskId = node.submit(Route.capability("lonely"));
    node.eventually(() -> assertEquals(List.of(Kind.WAITING), kinds(node.get(taskId))));
    AgentRecord alice = node.register("lonely-alice", "lonely", 1);
    node.complete(node.acquireOne(alice));
    List<Kind> kinds = kinds(node.ended(taskId));
    assertEquals(List.of(Kind.WAITING, Kind.ASSIGNED, Kind.STARTED, Kind.ENDED), kinds);
  }

  @Test
  void when_an_attempt_fails_then_another_follows() {
    AgentRecord alice = node.register("retry-alice", "retry", 1);
    String taskId = node.submit(Route.capability("retry"));
    Lease first = node.acquireOne(alice);
    reply(node.tasks.fail(taskId, first.leaseToken(), "agent-error", "no luck", true, null));
    Lease second = node.acquireOne(alice);
    assertEquals(2, second.attempt());
    assertInstanceOf(
        TaskProtocol.LeaseLost.class,
        reply(node.tasks.complete(taskId, first.leaseToken(), Given.json("1"))));
    node.complete(second);
    assertEquals(2, node.ended(taskId).attempts());
  }

  @Test
  void when_the_same_key_comes_again_then_it_is_the_same_task() {
    NewTask task = Given.task(Route.capability("keyed"), 0, 3, "tasks-test-key");
    assertEquals(node.submit(task), node.submit(task));
  }

  @Test
  void when_listed_then_all_partitions_are_newest_first() {
    Route route = Route.capability("listed");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add(0, node.submit(route));
    }
    ids.sort((a, b) -> b.compareTo(a));
    TaskQuery query = new TaskQuery(null, route, null, Map.of(), ids.get(4), 10);
    assertEquals(
        ids.subList(5, 15),
        reply(node.tasks.list(query)).items().stream().map(TaskView::taskId).toList());
  }

  @Test
  void when_an_id_is_foreign_then_there_is_no_such_task_whatever_is_asked() {
    assertInstanceOf(TaskProtocol.NoSuchTask.class, reply(node.tasks.get("x")));
    assertInstanceOf(TaskProtocol.NoSuchTask.class, reply(node.tasks.cancel("x")));
    assertInstanceOf(
        TaskProtocol.NoSuchTask.class, reply(node.tasks.await("x", -1, Duration.ofSeconds(1))));
    assertInstanceOf(TaskProtocol.LeaseLost.class, reply(node.tasks.release("x", "token")));
  }

  @Test
  void when_waited_for_a_generation_then_the_next_event_answers() {
    AgentRecord alice = node.register("await-alice", "await", 1);
    String taskId = node.submit(Route.capability("await"));
    var next = node.tasks.await(taskId, 1, Duration.ofSeconds(40));
    Lease lease = node.acquireOne(alice);
    TaskView working = ((TaskProtocol.Found) reply(next)).task();
    assertEquals(2, working.generation());
    assertEquals(TaskState.WORKING, working.state());
    TaskView still =
        ((TaskProtocol.Found) reply(node.tasks.await(taskId, 2, Duration.ofMillis(50)))).task();
    assertEquals(2, still.generation());
    node.complete(lease);
  }
}
