package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.FakeNode.Reply;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that know several nodes of a cluster. */
class SeveralNodesTest {
  private static final String AGENTS = "{'agents': [{'agentId': 'ann'}]}";
  private final FakeNode gone = new FakeNode();
  private final FakeNode first = new FakeNode();
  private final FakeNode second = new FakeNode();
  private final Cli cli = new Cli();

  SeveralNodesTest() {
    gone.close();
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  private static String urls(FakeNode... nodes) {
    return Stream.of(nodes).map(node -> node.url().toString()).collect(Collectors.joining(","));
  }

  @Test
  void when_nobody_listens_at_one_then_the_next_is_asked_at_once() {
    second.on("GET /v1/agents.*", AGENTS);

    assertEquals(0, cli.run("agents", "--url", urls(gone, second)));

    assertTrue(cli.out().contains("ann"), cli.out());
    assertEquals(List.of(), cli.pauses);
  }

  @Test
  void when_nobody_listens_anywhere_then_that_is_said_with_exit_code_2() {
    assertEquals(2, cli.run("agents", "--url", urls(gone, gone)));
    assertTrue(cli.err().contains("No Longshore node answers"), cli.err());
  }

  @Test
  void when_one_says_that_it_is_busy_then_the_next_is_asked_when_it_said() {
    first.on(
        "GET /v1/agents.*",
        call -> Reply.problem(503, "{'title': 'This node is leaving'}").with("Retry-After", "1"));
    second.on("GET /v1/agents.*", AGENTS);

    assertEquals(0, cli.run("agents", "--url", urls(first, second)));

    assertTrue(cli.out().contains("ann"), cli.out());
    assertEquals(1, first.calls("GET .*").size());
  }

  @Test
  void when_messages_are_followed_then_it_goes_on_at_another_node_where_it_was() {
    String path = "GET /v1/agents/ann/messages";
    first.on(path, call -> new Reply(200, event("x-1", 1), Map.of()));
    second.on(path, call -> new Reply(200, event("x-2", 2), Map.of()));

    assertEquals(
        0,
        cli.run(
            "receive", "--agent=ann", "--follow", "--max=2", "--url", urls(gone, first, second)));

    assertEquals("1\n2\n", cli.out());
    assertEquals("x-1", second.calls("GET .*").get(0).header("Last-event-id"));
  }

  private static String event(String id, int body) {
    return "id: %s\nevent: message\ndata: {\"body\": %d}\n\n".formatted(id, body);
  }
}
