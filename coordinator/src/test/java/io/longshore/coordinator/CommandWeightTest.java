package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.TaskRef;
import io.longshore.coordinator.TaskProtocol.Command;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commands weigh what they and their answers take, so that a batch of either fits a message. */
class CommandWeightTest {
  private static final int LARGE = 1_000_000;
  private static final byte[] JSON = new byte[LARGE];

  @Test
  void when_a_command_says_much_then_it_weighs_that() {
    for (Command<?> command :
        List.of(
            new TaskProtocol.Complete("t", "k", JSON),
            new TaskProtocol.RequireInput("t", "k", JSON),
            new TaskProtocol.Extend("t", "k", 0, JSON),
            new TaskProtocol.Fail("t", "k", "code", "m".repeat(LARGE), true, null),
            new TaskProtocol.Resume("t", JSON, null),
            new TaskProtocol.Submit("t", Given.input(Given.task(), JSON)))) {
      assertEquals(LARGE, command.weight(), 3_000, command.getClass().getSimpleName());
    }
    assertEquals(128, new TaskProtocol.Extend("t", "k", 0, null).weight());
    assertEquals(128, new TaskProtocol.Release("t", "k").weight());
  }

  @Test
  void when_a_start_brings_a_large_input_or_many_decisions_then_it_weighs_that() {
    TaskRef ref = new Task("t", Given.input(Given.task(), JSON), 0).ref();
    assertEquals(
        LARGE, new TaskProtocol.Start("t", "a", 0, ref.decisions(), ref.bytes()).weight(), 1_000);
    assertTrue(new TaskProtocol.Start("t", "a", 0, List.of(Given.assigned(1))).weight() > 200);
  }

  @Test
  void when_whole_tasks_are_answered_then_they_are_counted_in() {
    assertTrue(new TaskProtocol.Get("t").weight() > 1_000);
    assertTrue(new TaskProtocol.Cancel("t").weight() > 1_000);
    TaskQuery many = new TaskQuery(null, null, null, Map.of(), null, 1_000);
    assertTrue(new TaskProtocol.ListTasks("t", many).weight() > 500_000);
  }
}
