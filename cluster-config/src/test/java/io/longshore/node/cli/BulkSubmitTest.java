package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.node.cli.FakeNode.Call;
import io.longshore.node.cli.FakeNode.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BulkSubmitTest {
  private final FakeNode node = new FakeNode();
  private final Cli cli = new Cli();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void when_lines_are_submitted_then_each_is_a_task_and_chunks_have_their_own_keys() {
    node.on("POST /v1/tasks:batch", call -> accepted(call.body()));
    String lines =
        IntStream.range(0, 2_500)
            .mapToObj(i -> "{\"n\": " + i + "}\n")
            .collect(Collectors.joining());

    assertEquals(
        0, cli.in(lines + "\nplain\n").run(node, "submit", "-c", "x", "--ndjson", "-k", "key"));

    List<Call> calls = node.calls("POST /v1/tasks:batch");
    assertEquals(
        List.of("key-1", "key-1001", "key-2001"),
        calls.stream().map(call -> call.header("Idempotency-key")).toList());
    assertEquals(
        "{\"capability\":\"x\",\"input\":{\"n\":1000}}", calls.get(1).body().get(0).toString());
    assertEquals("\"plain\"", calls.get(2).body().get(500).path("input").toString());
    assertEquals(2_501, cli.out().lines().count());
    assertEquals("2,501 tasks accepted.\n", cli.err());
  }

  @Test
  void when_some_lines_are_refused_then_they_are_named_with_exit_code_2() {
    node.on(
        "POST /v1/tasks:batch",
        """
        [{'status': 202, 'taskId': 'a'},
         {'status': 400, 'problem': {'title': 'Bad', 'errors': [{'pointer': '/1', 'detail': 'x'}]}}]
        """);

    assertEquals(2, cli.in("1\n\n2\n").run(node, "submit", "-c", "x", "--ndjson"));

    assertEquals("a\n", cli.out());
    assertEquals("Line 3: Bad\n  /1 x\n1 task accepted, 1 refused.\n", cli.err());
  }

  @Test
  void when_some_lines_meet_a_busy_node_then_the_chunk_is_sent_again_under_its_key() {
    AtomicInteger calls = new AtomicInteger();
    node.on(
        "POST /v1/tasks:batch",
        call ->
            calls.incrementAndGet() == 1
                ? Reply.ok(
                    """
                    [{'status': 202, 'taskId': 'a'},
                     {'status': 429, 'problem': {'title': 'Full', 'retryAfterSeconds': 3}}]
                    """)
                : accepted(call.body()));

    assertEquals(0, cli.in("1\n2\n").run(node, "submit", "-c", "x", "--ndjson"));

    assertEquals(List.of(Duration.ofSeconds(3)), cli.pauses);
    List<Call> sent = node.calls("POST /v1/tasks:batch");
    assertEquals(sent.get(0).header("Idempotency-key"), sent.get(1).header("Idempotency-key"));
    assertEquals("2 tasks accepted.\n", cli.err());
  }

  @Test
  void when_results_of_lines_are_waited_for_then_they_come_in_the_order_of_the_lines() {
    node.on("POST /v1/tasks:batch", call -> accepted(call.body()));
    node.on(
        "GET /v1/tasks/task-(\\d+).*",
        call ->
            Reply.ok(
                call.id().equals("1")
                    ? "{'taskId': 'task-1', 'state': 'canceled'}"
                    : "{'taskId': 'x', 'state': 'completed', 'output': 'r" + call.id() + "'}"));

    assertEquals(1, cli.in("1\n2\n3\n").run(node, "submit", "-c", "x", "--ndjson", "--wait"));

    assertEquals("\"r0\"\nnull\n\"r2\"\n", cli.out());
    assertTrue(cli.err().contains("The task was canceled"), cli.err());
    assertFalse(cli.err().contains("\r"), cli.err());
  }

  @Test
  void when_the_node_refuses_a_chunk_then_it_is_told_how_to_go_on() {
    node.on(
        "POST /v1/tasks:batch",
        call ->
            call.body().size() == 1_000
                ? accepted(call.body())
                : Reply.problem(500, "{'title': 'Something went wrong here'}"));

    assertEquals(
        2, cli.in("1\n".repeat(1_001)).run(node, "submit", "-c", "x", "--ndjson", "-k", "key"));

    assertEquals(
        """
        1,000 tasks accepted.
        To go on, run it again with --idempotency-key key and the same input: nothing is accepted twice.
        Something went wrong here
        """,
        cli.err());
  }

  private static Reply accepted(JsonNode batch) {
    return new Reply(
        200,
        IntStream.range(0, batch.size())
            .mapToObj(i -> "{\"status\":202,\"taskId\":\"task-" + i + "\"}")
            .collect(Collectors.joining(",", "[", "]")),
        Map.of());
  }
}
