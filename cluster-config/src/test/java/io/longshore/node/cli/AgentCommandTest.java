package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.FakeNode.Reply;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AgentCommandTest {
  private final FakeNode node = new FakeNode();
  private final FakeWork work = new FakeWork(node);
  private final Cli cli = new Cli().time(Clock.systemUTC(), Pause.real());

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void when_it_starts_then_it_registers_as_it_was_told_and_takes_work() {
    work.drain();

    assertEquals(
        0,
        cli.run(
            node,
            "agent",
            "--id=loud",
            "-c=shout",
            "-c=whisper",
            "--echo",
            "-n=3",
            "-l=zone=a",
            "--topic=news",
            "--region=eu",
            "--description=so loud"));

    assertEquals(
        "{\"concurrency\":3,\"capabilities\":[\"shout\",\"whisper\"],\"topics\":[\"news\"],"
            + "\"labels\":{\"zone\":\"a\"},\"region\":\"eu\",\"description\":\"so loud\"}",
        node.calls("PUT /v1/agents/loud").get(0).body().toString());
    assertEquals(1, node.calls("POST /v1/agents/loud:resume").size());
  }

  @Test
  void when_the_node_asks_it_to_drain_then_it_finishes_and_leaves_with_exit_code_0()
      throws Exception {
    CompletableFuture<Reply> drained = work.end("t").thenApply(ended -> work.drain());
    work.add("t", "'hello'");

    assertEquals(0, cli.run(node, "agent", "-i", "x", "-c", "y", "--exec", "tr a-z A-Z", "-v"));

    assertTrue(drained.isDone());
    assertEquals("HELLO", work.ended("t").item().path("output").asText());
    assertTrue(cli.out().contains("asks this agent to drain"), cli.out());
    assertTrue(cli.out().contains("▶ t  test  attempt 2"), cli.out());
    assertTrue(cli.out().contains("✓ t  test"), cli.out());
  }

  @Test
  void when_the_node_is_away_at_first_then_the_agent_says_so_once_and_waits() {
    AtomicInteger tries = new AtomicInteger();
    node.on(
        "PUT /v1/agents/x",
        call ->
            tries.incrementAndGet() < 3
                ? new Reply(200, "not JSON", java.util.Map.of())
                : Reply.ok("{}"));
    work.drain();

    assertEquals(0, cli.run(node, "agent", "-i", "x", "-c", "y", "--echo"));

    assertEquals(2, cli.out().split("is not a Longshore node|Connected again", -1).length - 1);
  }

  @Test
  void when_the_node_refuses_the_registration_then_the_agent_ends_with_exit_code_2() {
    node.on(
        "PUT /v1/agents/.*",
        call -> Reply.problem(400, "{'title': 'The request is not valid', 'status': 400}"));

    assertEquals(2, cli.run(node, "agent", "-i", "x y", "-c", "y", "--echo"));

    assertEquals("The request is not valid\n", cli.err());
  }

  @Test
  void when_the_usage_is_wrong_then_the_exit_code_is_2() {
    assertEquals(2, cli.run(node, "agent", "-i", "x", "-c", "y"));
    assertEquals(2, cli.run(node, "agent", "-c", "y", "--echo"));
    assertEquals(2, cli.run(node, "agent", "-i", "x", "-c", "y", "--echo", "--exec", "cat"));
    assertEquals(2, cli.run(node, "agent", "-i", "x", "-c", "y", "--echo", "-n", "0"));
  }
}
