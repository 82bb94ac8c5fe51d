package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/task-lifecycle.md} is made of {@link TaskTransition}; run this with {@code
 * -Dlongshore.write-docs=true} to make it anew.
 */
class TaskLifecycleTest {
  private static final Path PAGE = Path.of("..", "docs", "task-lifecycle.md");

  private static final String INTRODUCTION =
      """
      # The life of a task

      <!-- Made by TaskLifecycleTest of the coordinator from TaskTransition: change that, then run
           ./mvnw test -pl coordinator -am -Dtest=TaskLifecycleTest
             -Dsurefire.failIfNoSpecifiedTests=false -Dlongshore.write-docs=true -->

      A task changes by events. Each is committed before anybody hears of it, and each raises the
      task's `generation` by one. These are all changes there are; the tests fail when another is
      seen, and when one of these never is.

      """;

  private static final String NOTES =
      """

      - **Attempts** counts starts; a task given back untried, or with a question, has not used one.
        A start beyond `maxAttempts` never happens: the attempt before it is the last.
      - **Lease**: an agent's hold on the task. The token of one that has ended changes nothing.
      - **Offered**: the task's coordinator is told of it, and gives it to an agent. All other
        changes of a waiting task withdraw the offer.
      - **Waiters**: whoever waits for a generation hears of every change; whoever waits for the end
        hears of these.
      - **Dead letter**: kept for a person to look at. A deadline is no fault of the task, so what is
        late is not kept.
      - An ended task leaves the memory of its partition after a while; its state stays as it is.
      - **Rejected** is what a task that asked for it is rather than late: its failure says so, and
        nobody has begun.
      """;

  /** {@code AttemptFailed} as {@code attempt-failed}. */
  private static String event(TaskTransition transition) {
    return transition
        .event
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }

  private static String state(TaskState state) {
    return state == null ? "" : state.wireName();
  }

  private static String page() {
    return INTRODUCTION + diagram() + "\n" + table() + NOTES;
  }

  private static String diagram() {
    Map<String, Set<String>> arrows = new LinkedHashMap<>();
    List<String> ends = new ArrayList<>();
    for (TaskTransition transition : TaskTransition.values()) {
      String arrow = node(transition.from) + " --> " + node(transition.to);
      arrows.computeIfAbsent(arrow, key -> new LinkedHashSet<>()).add(event(transition));
      if (transition.to.terminal() && !ends.contains(node(transition.to))) {
        ends.add(node(transition.to));
      }
    }
    return "```mermaid\nstateDiagram-v2\n  direction LR\n"
        + Arrays.stream(TaskState.values())
            .filter(state -> !state.wireName().equals(node(state)))
            .map(state -> "  state \"" + state.wireName() + "\" as " + node(state) + "\n")
            .collect(Collectors.joining())
        + arrows.entrySet().stream()
            .map(arrow -> "  " + arrow.getKey() + ": " + String.join(", ", arrow.getValue()) + "\n")
            .collect(Collectors.joining())
        + ends.stream().map(end -> "  " + end + " --> [*]\n").collect(Collectors.joining())
        + "```\n";
  }

  /** A name that Mermaid takes: it knows no hyphens. */
  private static String node(TaskState state) {
    return state == null ? "[*]" : state.wireName().replace('-', '_');
  }

  private static String table() {
    StringBuilder table =
        new StringBuilder(
            "| from | event | to | brought about by | attempts | lease | offered | waiters"
                + " | dead letter |\n|---|---|---|---|---|---|---|---|---|\n");
    for (TaskTransition row : TaskTransition.values()) {
      table.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  state(row.from),
                  event(row),
                  state(row.to),
                  row.cause,
                  row.attempts == 0 ? "" : "%+d".formatted(row.attempts),
                  row.lease(),
                  row.offered() ? "yes" : "",
                  row.concludes() ? "yes" : "",
                  row.deadLetter ? "yes" : ""));
    }
    return table.toString();
  }

  @Test
  void when_the_table_changes_then_the_page_about_it_does() throws IOException {
    String page = page().replaceAll(" +(?=\\|)", " ");
    if (Boolean.getBoolean("longshore.write-docs")) {
      Files.writeString(PAGE, page);
    }
    assertEquals(
        page,
        Files.exists(PAGE) ? Files.readString(PAGE) : "",
        "docs/task-lifecycle.md is stale. Make it anew: ./mvnw test -pl coordinator -am"
            + " -Dtest=TaskLifecycleTest -Dsurefire.failIfNoSpecifiedTests=false"
            + " -Dlongshore.write-docs=true");
  }

  @Test
  void when_a_task_has_ended_then_nothing_leads_on_and_every_other_state_has_an_end() {
    for (TaskState state : TaskState.values()) {
      List<TaskTransition> next =
          Arrays.stream(TaskTransition.values()).filter(row -> row.from == state).toList();
      if (state.terminal()) {
        assertEquals(List.of(), next, state.wireName());
      } else {
        assertTrue(
            next.stream().anyMatch(row -> row.to == TaskState.CANCELED)
                && next.stream().anyMatch(row -> row.to == TaskState.FAILED),
            state.wireName() + " cannot be canceled or be late");
      }
    }
  }
}
