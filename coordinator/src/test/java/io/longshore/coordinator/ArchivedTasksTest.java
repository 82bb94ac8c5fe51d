package io.longshore.coordinator;

import static io.longshore.coordinator.TestNode.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.coordinator.TaskProtocol.Accepted;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever asks does not see where a task is kept. */
class ArchivedTasksTest {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = new TestNode("longshore.ledger.linger = 50 ms");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void awaitArchived(String taskId) {
    node.eventually(
        () -> assertInstanceOf(TaskProtocol.NoSuchTask.class, reply(node.tasks.inMemory(taskId))));
  }

  private static Lease start(String name) {
    AgentRecord agent = node.register(name + "-agent", name, 1);
    node.submit(Route.capability(name));
    return node.acquireOne(agent);
  }

  private static String deadLetter(String name) {
    Lease lease = start(name);
    reply(node.tasks.fail(lease.taskId(), lease.leaseToken(), "broken", "no", false, null));
    return lease.taskId();
  }

  @Test
  void when_a_task_is_archived_then_it_is_read_awaited_canceled_and_resumed_as_before() {
    Lease lease = start("read");
    node.complete(lease);
    String taskId = lease.taskId();
    TaskView before = node.get(taskId);
    awaitArchived(taskId);
    Deep.assertSame(before, node.get(taskId));
    Deep.assertSame(before, node.ended(taskId));
    assertInstanceOf(TaskProtocol.AlreadyEnded.class, reply(node.tasks.cancel(taskId)));
    assertEquals(
        new TaskProtocol.NotWaitingForInput(taskId, TaskState.COMPLETED),
        reply(node.tasks.resume(taskId, Given.json("1"), null)));
    String canceled = node.submit(Route.capability("nobody"));
    reply(node.tasks.cancel(canceled));
    awaitArchived(canceled);
    assertInstanceOf(TaskProtocol.CancelAccepted.class, reply(node.tasks.cancel(canceled)));
  }

  @Test
  void when_a_lease_call_is_repeated_then_it_is_answered_as_before() {
    Lease lease = start("repeat");
    node.complete(lease);
    String taskId = lease.taskId();
    awaitArchived(taskId);
    node.complete(lease);
    TaskProtocol.LeaseLost lost =
        assertInstanceOf(
            TaskProtocol.LeaseLost.class,
            reply(node.tasks.extend(taskId, lease.leaseToken(), Duration.ZERO, null)));
    assertEquals("the lease is over and the task is completed", lost.reason());
    assertInstanceOf(
        TaskProtocol.LeaseLost.class, reply(node.tasks.complete(taskId, "stale", Given.json("1"))));
  }

  @Test
  void when_a_key_is_used_again_after_its_task_was_archived_then_it_gives_the_same_task() {
    NewTask task = Given.keyed("archived-key");
    String taskId = node.submit(task);
    reply(node.tasks.cancel(taskId));
    awaitArchived(taskId);
    Accepted again = assertInstanceOf(Accepted.class, reply(node.tasks.submit(task)));
    assertTrue(again.existed());
    assertEquals(taskId, again.task().taskId());
    assertEquals(TaskState.CANCELED, again.task().state());
  }

  @Test
  void when_listed_then_memory_and_archive_are_one() {
    Route route = Route.capability("merged");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.add(0, node.submit(route));
    }
    ids.sort((a, b) -> b.compareTo(a));
    for (int i = 0; i < 30; i += 3) {
      reply(node.tasks.cancel(ids.get(i)));
    }
    for (int i = 0; i < 30; i += 3) {
      awaitArchived(ids.get(i));
    }
    List<String> listed = new ArrayList<>();
    String before = null;
    do {
      Page<TaskView> page =
          reply(node.tasks.list(new TaskQuery(null, route, null, Map.of(), before, 7)));
      page.items().forEach(task -> listed.add(task.taskId()));
      before = page.next();
    } while (before != null);
    assertEquals(ids, listed);
    TaskQuery canceled = new TaskQuery(TaskState.CANCELED, route, null, Map.of(), null, 100);
    assertEquals(10, reply(node.tasks.list(canceled)).items().size());
  }

  @Test
  void when_a_dead_letter_is_redriven_then_it_is_one_new_task_and_listed_no_more() {
    Route route = Route.capability("redriven");
    String dead = deadLetter("redriven");
    Accepted first = redrive(dead);
    TaskView task = first.task();
    assertNotEquals(dead, task.taskId());
    assertEquals(dead, task.redriveOf());
    assertEquals("\"in\"", new String(task.input(), UTF_8));
    assertEquals(task.taskId(), redrive(dead).task().taskId());
    assertEquals(List.of(), listed(route));
    assertFalse(reply(node.tasks.deadLetters().discard(dead)));
    // The new task is done like any other, and its redrive is still the same when it is archived.
    reply(node.tasks.cancel(task.taskId()));
    awaitArchived(task.taskId());
    assertEquals(task.taskId(), redrive(dead).task().taskId());
  }

  private static Accepted redrive(String taskId) {
    return assertInstanceOf(
        Accepted.class, reply(node.tasks.deadLetters().redrive(taskId)).orElseThrow());
  }

  private static List<String> listed(Route route) {
    return reply(node.tasks.deadLetters().list(route, null, null, 10)).items().stream()
        .map(letter -> letter.task().taskId())
        .toList();
  }

  @Test
  void when_a_dead_letter_is_discarded_then_it_is_gone() {
    Route route = Route.capability("discarded");
    String dead = deadLetter("discarded");
    node.eventually(() -> assertEquals(List.of(dead), listed(route)));
    assertTrue(reply(node.tasks.deadLetters().discard(dead)));
    assertTrue(reply(node.tasks.deadLetters().discard(dead)));
    assertEquals(List.of(), listed(route));
    assertEquals(Optional.empty(), reply(node.tasks.deadLetters().redrive(dead)));
    assertEquals(Optional.empty(), reply(node.tasks.deadLetters().redrive("foreign")));
    assertFalse(reply(node.tasks.deadLetters().discard("foreign")));
  }

  @Test
  void when_dead_letters_are_listed_then_page_by_page() {
    List<String> dead = new ArrayList<>();
    AgentRecord agent = node.register("many-agent", "many", 1);
    Route route = Route.capability("many");
    for (int i = 0; i < 20; i++) {
      node.submit(route);
      Lease lease = node.acquireOne(agent);
      reply(node.tasks.fail(lease.taskId(), lease.leaseToken(), "broken", "no", false, null));
      dead.add(lease.taskId());
    }
    node.eventually(
        () ->
            assertEquals(
                20, reply(node.tasks.deadLetters().list(route, null, null, 20)).items().size()));
    dead.sort((a, b) -> b.compareTo(a));
    List<String> listed = new ArrayList<>();
    String before = null;
    do {
      Page<DeadLetter> page = reply(node.tasks.deadLetters().list(route, "many-agent", before, 6));
      page.items().forEach(letter -> listed.add(letter.task().taskId()));
      before = page.next();
    } while (before != null);
    assertEquals(dead, listed);
  }
}
