package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.FakeNode.Call;
import io.longshore.node.cli.FakeNode.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitCommandTest {
  private static final String ACCEPTED = "{'taskId': 't-1', 'state': 'submitted', 'generation': 1}";

  private final FakeNode node = new FakeNode();
  private final Cli cli = new Cli();
  @TempDir Path directory;

  @AfterEach
  void close() {
    node.close();
  }

  private Call submitted() {
    return node.calls("POST /v1/tasks").get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1.50}    | {\"a\":1.50}",
        "hello world      | \"hello world\"",
        "12               | 12",
        "1 2              | \"1 2\"",
        "`say \"hi\"\n`   | \"say \\\"hi\\\"\\n\"",
        "``               | \"\"",
      })
  void when_the_input_is_json_then_it_goes_as_json_else_as_a_string(String text, String input) {
    node.on("POST /v1/tasks", ACCEPTED);

    assertEquals(0, cli.in(text).run(node, "submit", "-c", "x"));

    assertEquals(input, submitted().body().path("input").toString());
    assertEquals("t-1\n", cli.out());
  }

  @Test
  void when_all_options_are_given_then_all_are_sent() throws Exception {
    node.on("POST /v1/tasks", ACCEPTED);
    Path file = Files.writeString(directory.resolve("input"), "[1]");

    cli.run(
        node,
        "submit",
        "--agent=swift",
        "--priority=high",
        "--ttl-seconds=1.5",
        "--max-attempts=2",
        "--label=zone=a",
        "--idempotency-key=k",
        file.toString());

    assertEquals(
        "{\"agent\":\"swift\",\"priority\":\"high\",\"ttlSeconds\":1.5,\"maxAttempts\":2,"
            + "\"labels\":{\"zone\":\"a\"},\"input\":[1]}",
        submitted().body().toString());
    assertEquals("k", submitted().header("Idempotency-key"));
  }

  @Test
  void when_the_result_is_waited_for_then_it_alone_is_printed() {
    node.on("POST /v1/tasks", ACCEPTED);
    node.on(
        "GET /v1/tasks/t-1\\?waitSeconds=\\d+",
        "{'taskId': 't-1', 'state': 'completed', 'output': 'HELLO'}");

    assertEquals(0, cli.in("hello").run(node, "submit", "-c", "shout", "--wait"));

    assertEquals("HELLO\n", cli.out());
    assertEquals(1, node.calls("GET /v1/tasks/t-1\\?waitSeconds=60").size());
  }

  @Test
  void when_the_wait_has_a_limit_and_a_file_follows_then_both_are_understood() throws Exception {
    node.on("POST /v1/tasks", ACCEPTED);
    node.on(
        "GET /v1/tasks/t-1.*", "{'taskId': 't-1', 'state': 'completed', 'output': {'words': 2}}");
    Path file = Files.writeString(directory.resolve("input"), "two words");

    assertEquals(0, cli.run(node, "submit", "-c", "x", "--wait", file.toString()));
    assertEquals(0, cli.run(node, "submit", "-c", "x", "--wait", "5", file.toString()));

    assertEquals("{\"words\":2}\n{\"words\":2}\n", cli.out());
    assertEquals(1, node.calls("GET /v1/tasks/t-1\\?waitSeconds=5").size());
    assertEquals("two words", submitted().body().path("input").asText());
  }

  @Test
  void when_the_task_fails_then_the_reason_is_told_with_exit_code_1() {
    node.on(
        "POST /v1/tasks",
        """
        {'taskId': 't-1', 'state': 'failed',
         'failure': {'code': 'agent-error', 'message': 'no luck', 'attempts': 5}}
        """);

    assertEquals(1, cli.in("x").run(node, "submit", "-c", "x", "--wait"));

    assertEquals("", cli.out());
    assertEquals(
        "The task failed: no luck (agent-error, after 5 attempts)\nMore: ./longshore tasks t-1\n",
        cli.err());
  }

  @Test
  void when_the_task_asks_something_then_the_wait_is_over_and_it_says_how_to_answer() {
    node.on("POST /v1/tasks", ACCEPTED);
    node.on(
        "GET /v1/tasks/t-1.*",
        "{'taskId': 't-1', 'state': 'input-required', 'inputRequired': {'prompt': [1]}}");

    assertEquals(1, cli.in("x").run(node, "submit", "-c", "x", "--wait"));

    assertEquals("", cli.out());
    assertEquals(
        """
        The task needs input: [1]
        Answer: ./longshore tasks t-1 --resume FILE
        More: ./longshore tasks t-1
        """,
        cli.err());
  }

  @Test
  void when_the_node_is_away_while_it_is_waited_for_then_that_is_said_and_the_wait_goes_on() {
    AtomicInteger calls = new AtomicInteger();
    node.on("POST /v1/tasks", ACCEPTED);
    node.on(
        "GET /v1/tasks/t-1.*",
        call ->
            calls.incrementAndGet() < 9
                ? new Reply(200, "<html>starting</html>", Map.of())
                : Reply.ok("{'taskId': 't-1', 'state': 'completed', 'output': 1}"));

    assertEquals(0, cli.in("x").run(node, "submit", "-c", "x", "--wait"));

    assertEquals("1\n", cli.out());
    assertEquals(2, cli.err().lines().count());
    assertTrue(cli.err().contains("Task t-1 is kept. Still waiting for it."), cli.err());
  }

  @Test
  void when_the_wait_is_too_short_then_that_is_told_with_exit_code_1() {
    node.on("POST /v1/tasks", ACCEPTED);
    node.on("GET /v1/tasks/t-1.*", "{'taskId': 't-1', 'state': 'working'}");

    assertEquals(1, cli.in("x").run(node, "submit", "-c", "x", "--wait=1"));

    assertTrue(cli.err().startsWith("The task is still working; it goes on."), cli.err());
  }

  @Test
  void when_the_node_is_busy_then_the_same_key_is_sent_again_after_as_long_as_it_says() {
    AtomicInteger calls = new AtomicInteger();
    node.on(
        "POST /v1/tasks",
        call ->
            calls.incrementAndGet() < 3
                ? Reply.problem(429, "{'title': 'The ledger is full'}").with("Retry-After", "7")
                : Reply.ok(ACCEPTED));

    assertEquals(0, cli.in("x").run(node, "submit", "-c", "x"));

    assertEquals(List.of(Duration.ofSeconds(7), Duration.ofSeconds(7)), cli.pauses);
    assertEquals(
        1,
        node.calls("POST /v1/tasks").stream()
            .map(call -> call.header("Idempotency-key"))
            .distinct()
            .count());
    assertTrue(cli.err().contains("The ledger is full. Trying again in 7.0 s."), cli.err());
  }

  @Test
  void when_nobody_is_named_or_two_are_then_the_usage_is_told() {
    assertEquals(2, cli.run("submit"));
    assertEquals(2, cli.run("submit", "-c", "x", "-a", "y"));
    assertEquals(2, cli.run("submit", "-c", "x", "--label", "odd"));

    assertTrue(cli.err().contains("--label must be NAME=VALUE, not 'odd'"), cli.err());
    assertTrue(cli.err().contains("Try longshore submit --help"), cli.err());
  }

  @Test
  void when_a_value_is_of_the_wrong_kind_then_it_is_told_which_it_should_be() {
    assertEquals(2, cli.run("submit", "-c", "x", "--url", "127.0.0.1:8470"));
    assertEquals(2, cli.run("submit", "-c", "x", "--max-attempts", "many"));
    assertEquals(2, cli.run("submit"));

    assertEquals(
        """
        Invalid value for option '--url' (URL): '127.0.0.1:8470' is not like http://127.0.0.1:8470
        Try longshore submit --help
        Invalid value for option '--max-attempts': 'many' is not a whole number
        Try longshore submit --help
        Missing required argument (specify one of these): (-c=NAME | -a=ID)
        Try longshore submit --help
        """,
        cli.err());
  }

  @Test
  void when_the_file_is_missing_then_that_is_said() {
    assertEquals(2, cli.run(node, "submit", "-c", "x", "no-such-file"));

    assertEquals("There is no file no-such-file\n", cli.err());
  }

  @Test
  void when_the_input_is_binary_then_that_is_said() {
    assertEquals(2, cli.in(new byte[] {(byte) 0xff}).run(node, "submit", "-c", "x"));

    assertTrue(cli.err().contains("base64"), cli.err());
  }
}
