package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.FakeNode.Call;
import io.longshore.node.cli.FakeNode.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageCommandsTest {
  private static final String MESSAGES = "/v1/agents/ann/messages";

  private final FakeNode node = new FakeNode();
  private final Cli cli = new Cli();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void when_a_message_is_sent_then_all_that_was_said_goes_with_it() {
    node.on("POST /v1/messages", "{'accepted': 2, 'refused': 0}");

    assertEquals(
        0, cli.run(node, "send", "--topic=news", "--from=bob", "--priority=high", "It rains."));

    assertEquals(
        "{\"to\":{\"topic\":\"news\"},\"from\":\"bob\",\"priority\":\"high\",\"body\":\"It rains.\"}",
        node.calls("POST /v1/messages").get(0).body().toString());
    assertTrue(cli.err().contains("2 messages accepted."), cli.err());
  }

  @Test
  void when_nobody_has_subscribed_to_the_topic_then_that_is_said() {
    node.on("POST /v1/messages", "{'accepted': 0, 'refused': 0}");

    assertEquals(0, cli.run(node, "send", "--topic=news", "It rains."));

    assertEquals("Nobody has subscribed to news, so nobody got it.\n", cli.err());
  }

  @Test
  void when_each_line_is_a_message_then_what_was_refused_is_told_by_its_line() {
    node.on(
        "POST /v1/messages",
        """
        {'accepted': 1, 'refused': 1, 'problems': [
          {'line': 2, 'refused': 1, 'problem': {'status': 404, 'title': 'There is none'}}]}
        """);

    assertEquals(2, cli.in("1\n\ntwo\n").run(node, "send", "--agent=ann", "--ndjson"));

    Call call = node.calls("POST /v1/messages").get(0);
    assertEquals("application/x-ndjson", call.header("Content-type"));
    assertEquals(
        "[{\"to\":{\"agent\":\"ann\"},\"body\":1},{\"to\":{\"agent\":\"ann\"},\"body\":\"two\"}]",
        call.body().toString());
    assertTrue(cli.err().contains("Line 2: There is none"), cli.err());
    assertTrue(cli.err().contains("1 message accepted, 1 refused."), cli.err());
  }

  @Test
  void when_messages_are_received_then_each_is_a_line() {
    node.on("POST " + MESSAGES + ":receive", "{'messages': [{'body': 'hi'}, {'body': [1]}]}");

    assertEquals(0, cli.run(node, "receive", "--agent=ann", "--max=5", "--wait=2"));

    assertEquals("hi\n[1]\n", cli.out());
    assertEquals("{\"max\":5,\"waitSeconds\":2.0}", node.calls("POST .*").get(0).body().toString());
  }

  @Test
  void when_messages_are_followed_then_it_goes_on_where_the_connection_ended() {
    List<String> streams =
        List.of(
            event("id: x-1", "message", "{'body': 1}") + ": keep-alive\n\n",
            event("", "gap", "{'after': 'x-1', 'missed': 3}")
                + event("id: x-5", "message", "{'body': 'five'}"));
    node.on(
        "GET " + MESSAGES,
        call -> new Reply(200, streams.get(node.calls("GET .*").size() - 1), Map.of()));

    assertEquals(0, cli.run(node, "receive", "--agent=ann", "--follow", "--max=2"));

    assertEquals("1\nfive\n", cli.out());
    assertTrue(cli.err().contains("Up to 3 messages got lost."), cli.err());
    assertEquals("", node.calls("GET .*").get(0).header("Last-event-id"));
    assertEquals("x-1", node.calls("GET .*").get(1).header("Last-event-id"));
  }

  @Test
  void when_the_node_goes_away_while_messages_are_followed_then_that_is_told_once() {
    node.on(
        "GET " + MESSAGES,
        call ->
            switch (node.calls("GET .*").size()) {
              case 1 -> new Reply(200, event("id: x-1", "message", "{'body': 1}"), Map.of());
              case 2, 3 -> Reply.problem(503, "{'title': 'This node is not ready'}");
              default -> new Reply(200, event("id: x-2", "message", "{'body': 2}"), Map.of());
            });

    assertEquals(0, cli.run(node, "receive", "--agent=ann", "--follow", "--max=2"));

    assertEquals("1\n2\n", cli.out());
    assertEquals("This node is not ready. Waiting for it.\n", cli.err());
  }

  @Test
  void when_there_is_no_such_agent_then_following_ends() {
    node.on("GET " + MESSAGES, call -> Reply.problem(404, "{'title': 'There is none'}"));

    assertEquals(2, cli.run(node, "receive", "--agent=ann", "--follow"));

    assertTrue(cli.err().contains("There is none"), cli.err());
  }

  private static String event(String id, String name, String json) {
    return "%s\nevent: %s\ndata: %s\n\n"
        .formatted(id, name, json.replace('\'', '"'))
        .stripLeading();
  }
}
