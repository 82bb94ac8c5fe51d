package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.TaskProtocol.ListTasks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerQueriesTest {
  private static final TaskQuery ANY = new TaskQuery(null, null, null, Map.of(), null, 100);
  private final LedgerFixture ledger = new LedgerFixture();

  @BeforeEach
  void submitFour() {
    ledger.submit(task(Given.ECHO, Map.of("tier", "gold", "region", "eu")));
    ledger.submit(task(Route.capability("sum"), Map.of("tier", "gold")));
    ledger.submit(task(Route.agent("echo"), Map.of()));
    ledger.submit(task(Given.ECHO, Map.of("tier", "tin")));
    ledger.complete(ledger.start("task-0001", "alice"));
    ledger.start("task-0004", "bob");
  }

  private static NewTask task(Route route, Map<String, String> labels) {
    return new NewTask(
        route, Given.json("1"), Priority.NORMAL, 0, labels, 3, 30_000, null, null, null);
  }

  private List<String> ids(TaskQuery query) {
    return list(query).stream().map(view -> view.taskId().substring(8)).toList();
  }

  private List<TaskView> list(TaskQuery query) {
    return ledger.unchanged(new ListTasks("any", query)).tasks();
  }

  @Test
  void when_nothing_is_asked_for_then_all_are_listed_newest_first() {
    assertEquals(List.of("4", "3", "2", "1"), ids(ANY));
  }

  @Test
  void when_there_are_more_than_are_wanted_then_the_newest_are_listed_whatever_came_last() {
    ledger.tell(new TaskProtocol.Submit("task-0000", Given.task()));
    TaskQuery two = new TaskQuery(null, null, null, Map.of(), null, 2);
    assertEquals(List.of("4", "3"), ids(two));
    TaskQuery gold = new TaskQuery(null, null, null, Map.of("tier", "gold"), "task-0002", 2);
    assertEquals(List.of("1"), ids(gold));
  }

  @Test
  void when_filtered_then_only_what_fits_all_filters_is_listed() {
    assertEquals(List.of("3", "2"), ids(query(TaskState.SUBMITTED, null, null, Map.of())));
    assertEquals(List.of("4", "1"), ids(query(null, Given.ECHO, null, Map.of())));
    assertEquals(List.of("3"), ids(query(null, Route.agent("echo"), null, Map.of())));
    assertEquals(List.of("4"), ids(query(null, null, "bob", Map.of())));
    assertEquals(List.of("2", "1"), ids(query(null, null, null, Map.of("tier", "gold"))));
    assertEquals(
        List.of("1"), ids(query(null, null, null, Map.of("tier", "gold", "region", "eu"))));
    assertEquals(List.of(), ids(query(TaskState.WORKING, Given.ECHO, "alice", Map.of())));
  }

  private static TaskQuery query(
      TaskState state, Route route, String agentId, Map<String, String> labels) {
    return new TaskQuery(state, route, agentId, labels, null, 100);
  }

  @Test
  void when_a_capability_is_named_without_a_range_then_its_tasks_of_any_range_are_listed() {
    ledger.submit(task(Route.capability("echo@^2"), Map.of()));
    ledger.submit(task(Route.capability("echoes@^2"), Map.of()));

    assertEquals(List.of("5", "4", "1"), ids(query(null, Given.ECHO, null, Map.of())));
    assertEquals(List.of("5"), ids(query(null, Route.capability("echo@^2"), null, Map.of())));
    assertEquals(List.of(), ids(query(null, Route.capability("echo@^1"), null, Map.of())));
  }

  @Test
  void when_paged_then_each_page_goes_on_where_the_last_ended() {
    assertEquals(List.of("4", "3"), ids(page(null)));
    assertEquals(List.of("2", "1"), ids(page("task-0003")));
    assertEquals(List.of(), ids(page("task-0001")));
  }

  private static TaskQuery page(String before) {
    return new TaskQuery(null, null, null, Map.of(), before, 2);
  }

  @Test
  void when_listed_then_without_payloads_and_decisions() {
    TaskView listed = list(ANY).get(3);
    assertEquals(TaskState.COMPLETED, listed.state());
    assertNull(listed.input());
    assertNull(listed.output());
    assertEquals(List.of(), listed.decisions());
    assertEquals("alice", listed.agentId());
  }
}
