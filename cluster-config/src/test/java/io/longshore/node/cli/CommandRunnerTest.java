package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.TaskRunner.Outcome;
import io.longshore.node.cli.TaskRunner.Outcome.Completed;
import io.longshore.node.cli.TaskRunner.Outcome.Failed;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandRunnerTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  private Outcome run(String command, String input) throws Exception {
    LeasedTask task =
        new LeasedTask(
            "task-1",
            "token",
            2,
            "shout",
            "2030-01-01T00:00:00Z",
            Json.parse(input.getBytes(StandardCharsets.UTF_8)));
    return new CommandRunner(command, threads).start(task).outcome().get(60, TimeUnit.SECONDS);
  }

  private String output(String command, String input) throws Exception {
    return assertInstanceOf(Completed.class, run(command, input)).output().toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cat                 | \"a b\"     | \"a b\"",
        "cat                 | {\"a\": 1.0} | {\"a\":1.0}",
        "cat                 | null        | null",
        "cat                 | \"[1, 2]\"  | [1,2]",
        "tr a-z A-Z          | \"grüße\"   | \"GRüßE\"",
        "printf 'x\\n\\n'    | 1           | \"x\\n\"",
        "printf 'x\\r\\n'    | 1           | \"x\"",
        "true                | 1           | \"\"",
        "echo '1 2'          | 1           | \"1 2\"",
        "echo 12             | 1           | 12",
        "exec <&-; echo ok   | 1           | \"ok\"",
      })
  void when_the_command_succeeds_then_its_output_is_the_result(
      String command, String input, String output) throws Exception {
    assertEquals(output, output(command, input));
  }

  @Test
  void when_a_command_runs_then_its_environment_tells_of_the_task() throws Exception {
    assertEquals(
        "\"task-1 2 shout 2030-01-01T00:00:00Z\"",
        output(
            "echo $LONGSHORE_TASK_ID $LONGSHORE_ATTEMPT $LONGSHORE_CAPABILITY $LONGSHORE_DEADLINE",
            "1"));
  }

  @Test
  void when_the_input_is_large_and_not_read_then_nothing_hangs() throws Exception {
    assertEquals("\"ok\"", output("echo ok", "\"" + "x".repeat(1_000_000) + "\""));
  }

  @Test
  void when_the_command_fails_then_the_end_of_its_complaint_is_kept() throws Exception {
    Failed failed =
        assertInstanceOf(Failed.class, run("seq 100000 >&2; echo the last word >&2; exit 7", "1"));

    assertTrue(failed.message().startsWith("The command ended with exit code 7: "));
    assertTrue(failed.message().endsWith("\nthe last word"));
    assertTrue(failed.message().length() < 2_100);
    assertTrue(failed.retryable());
  }

  @Test
  void when_the_command_says_that_the_input_is_bad_then_it_is_not_tried_again() throws Exception {
    assertEquals(new Failed("The command ended with exit code 65", false), run("exit 65", "1"));
  }

  @Test
  void when_there_is_no_such_command_then_the_shell_says_so() throws Exception {
    Failed failed = assertInstanceOf(Failed.class, run("no-such-command-here", "1"));

    assertTrue(failed.message().contains("exit code 127"), failed.message());
    assertTrue(failed.message().contains("not found"), failed.message());
  }

  @Test
  void when_the_output_never_ends_then_the_command_is_stopped_and_not_tried_again()
      throws Exception {
    Failed failed = assertInstanceOf(Failed.class, run("yes", "1"));

    assertTrue(failed.message().contains("over the limit of 1.0 MiB"), failed.message());
    assertEquals(false, failed.retryable());
  }

  @Test
  void when_the_output_is_no_text_then_that_is_said() throws Exception {
    Failed failed = assertInstanceOf(Failed.class, run("printf '\\377\\376'", "1"));

    assertTrue(failed.message().contains("neither JSON nor UTF-8"), failed.message());
  }

  @Test
  void when_the_terminal_interrupts_then_the_command_goes_on() throws Exception {
    assertEquals(
        "\"still here\"", output("sh -c 'kill -INT $PPID'; sleep 0.1; echo still here", "1"));
  }
}
