package io.longshore.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.node.cli.FakeNode.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListCommandsTest {
  private static final String AGENTS =
      """
      {'agents': [
        {'agentId': 'swift', 'status': 'online', 'capabilities': ['summarize', 'translate'],
         'concurrency': 4, 'running': 3, 'queued': 12, 'serviceTimeSeconds': 0.31,
         'estimatedWaitSeconds': 2.5, 'description': 'quick'},
        {'agentId': 'gone', 'status': 'offline', 'capabilities': ['summarize'],
         'concurrency': 1, 'running': 0, 'queued': 0}
      ]}
      """;
  private static final String TASK =
      """
      {'taskId': '0190f5fe-7c00-7a00-8000-00000000a91c', 'state': 'completed', 'generation': 4,
       'capability': 'summarize', 'agentId': 'swift', 'priority': 'normal', 'attempts': 1,
       'maxAttempts': 5, 'createdAt': '2026-01-01T11:59:00Z', 'updatedAt': '2026-01-01T11:59:01.5Z',
       'input': {'text': 'A box.'}, 'output': 'Short.'}
      """;

  private final FakeNode node = new FakeNode();
  private final Cli cli =
      new Cli().time(Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC), d -> {});

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void when_agents_are_listed_then_a_plain_table_is_aligned() {
    node.on("GET /v1/agents\\?pageSize=100", AGENTS);

    assertEquals(0, cli.run(node, "agents"));

    assertEquals(
        """
        AGENT  STATUS   RUNNING  QUEUED  SERVICE   WAIT  CAPABILITIES          DESCRIPTION
        swift  online       3/4      12   310 ms  2.5 s  summarize, translate  quick
        gone   offline      0/1       0        -      -  summarize
        """,
        cli.out());
    assertEquals("", cli.err());
  }

  @Test
  void when_the_output_is_a_terminal_then_the_table_is_coloured_and_no_wider() {
    node.on("GET /v1/agents.*", AGENTS);

    cli.terminal(76).run(node, "agents");

    assertTrue(cli.out().contains("\u001b[32monline\u001b[0m"), cli.out());
    cli.out()
        .replaceAll("\u001b\\[[0-9]+m", "")
        .lines()
        .forEach(line -> assertTrue(line.length() <= 76, line));
    assertTrue(cli.out().contains("summarize, tr…"), cli.out());
  }

  @Test
  void when_colours_are_not_wanted_then_there_are_none() {
    node.on("GET /v1/agents.*", AGENTS);

    new Cli().terminal(80).run(node, "agents", "--no-color");
    Cli byEnvironment = cli.terminal(80).environment(Map.of("NO_COLOR", "1"));
    byEnvironment.run(node, "agents");

    assertFalse(byEnvironment.out().contains("\u001b"), byEnvironment.out());
  }

  @Test
  void when_there_are_several_pages_then_they_are_read_up_to_the_limit() throws IOException {
    node.on(
        "GET /v1/agents.*pageSize=3",
        "{'agents': [{'agentId': 'a'}, {'agentId': 'b'}], 'nextPageToken': 't1'}");
    node.on(
        "GET /v1/agents.*pageSize=1&pageToken=t1",
        "{'agents': [{'agentId': 'c'}], 'nextPageToken': 't2'}");

    assertEquals(0, cli.run(node, "agents", "--json", "--limit", "3"));

    var answer = Json.parse(cli.out().getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of("a", "b", "c"), answer.path("agents").findValuesAsText("agentId"));
    assertEquals("t2", answer.path("nextPageToken").asText());
  }

  @Test
  void when_filters_are_given_then_they_are_in_the_query() {
    node.on("GET /v1/.*", "{'agents': [], 'tasks': []}");

    cli.run(node, "agents", "-c", "summarize", "-l", "zone=a b", "--status", "online");
    cli.run(node, "tasks", "--state", "failed", "-c", "x", "-a", "swift", "--limit", "7");

    assertEquals(
        1,
        node.calls(
                "GET /v1/agents\\?label=zone%3Aa%20b&capability=summarize&status=online&pageSize=100")
            .size());
    assertEquals(
        1, node.calls("GET /v1/tasks\\?state=failed&capability=x&agent=swift&pageSize=7").size());
    assertEquals("No such agents.\nNo such tasks.\n", cli.out());
  }

  @Test
  void when_tasks_are_listed_then_ids_are_whole() {
    node.on("GET /v1/tasks\\?pageSize=20", "{'tasks': [" + TASK + "]}");

    cli.terminal(80).run(node, "tasks", "--no-color");

    assertEquals(
        """
        TASK                                  STATE      FOR        AGENT  TRIES     AGE
        0190f5fe-7c00-7a00-8000-00000000a91c  completed  summarize  swift    1/5  60.0 s
        """,
        cli.out());
  }

  private static final String DEAD =
      """
      {'taskId': 'dead', 'state': 'failed', 'capability': 'summarize', 'agentId': 'swift',
       'attempts': 5, 'maxAttempts': 5, 'createdAt': '2026-01-01T11:00:00Z',
       'updatedAt': '2026-01-01T11:59:00Z', 'failedAt': '2026-01-01T11:59:00Z',
       'failure': {'code': 'attempts-exhausted', 'message': 'no luck', 'attempts': 5}}
      """;

  @Test
  void when_dead_letters_are_listed_then_it_is_told_why() {
    node.on(
        "GET /v1/dead-letters\\?capability=summarize&pageSize=20",
        "{'deadLetters': [" + DEAD + "]}");

    assertEquals(0, cli.terminal(100).run(node, "dead-letters", "--no-color", "-c", "summarize"));

    assertEquals(
        """
        TASK  FOR        AGENT  TRIES  FAILED  WHY
        dead  summarize  swift    5/5  60.0 s  no luck (attempts-exhausted, after 5 attempts)
        """,
        cli.out());
  }

  @Test
  void when_dead_letters_are_redriven_or_discarded_then_the_node_is_told() {
    node.on("POST /v1/dead-letters/(.*):redrive", call -> Reply.ok("{'taskId': 'new'}"));
    node.on("DELETE /v1/dead-letters/(.*)", call -> new Reply(204, "", Map.of()));

    assertEquals(0, cli.run(node, "dead-letters", "--redrive", "one"));
    assertEquals(0, cli.run(node, "dead-letters", "--discard", "two"));

    assertEquals("one", node.calls("POST .*").get(0).id());
    assertEquals("two", node.calls("DELETE .*").get(0).id());
    assertEquals("new\n", cli.out());
    assertEquals(2, cli.run(node, "dead-letters", "--redrive", "a", "--discard", "b"));
  }

  @Test
  void when_all_are_redriven_then_those_that_somebody_else_redrives_are_passed_over() {
    node.on(
        "GET /v1/dead-letters\\?pageSize=100",
        call ->
            Reply.ok(
                node.calls("POST .*").isEmpty()
                    ? "{'deadLetters': ["
                        + (DEAD + ",").repeat(99)
                        + DEAD.replace("dead", "gone")
                        + "], 'nextPageToken': 'more'}"
                    : "{'deadLetters': [" + DEAD + "]}"));
    node.on("POST /v1/dead-letters/(.*):redrive", call -> Reply.ok("{'taskId': 'new'}"));
    node.on(
        "POST /v1/dead-letters/gone:redrive",
        call -> Reply.problem(404, "{'type': '/problems/no-such-dead-letter', 'status': 404}"));

    assertEquals(0, cli.run(node, "dead-letters", "--redrive-all"));

    assertEquals(101, node.calls("POST .*").size());
    assertTrue(cli.err().contains("Redriven: 100 tasks."), cli.err());
    assertTrue(cli.out().contains("dead new"), cli.out());
  }

  @Test
  void when_one_task_is_shown_then_its_decisions_are_told() {
    node.on("GET /v1/tasks/([^/]+)", TASK);
    node.on(
        "GET /v1/tasks/([^/]+)/decisions",
        """
        {'decisions': [
          {'at': '2026-01-01T11:59:00.010Z', 'kind': 'assigned', 'agentId': 'swamped',
           'reason': 'it had room'},
          {'at': '2026-01-01T11:59:00.900Z', 'kind': 'moved', 'agentId': 'swamped',
           'reason': 'would wait 4 s'}]}
        """);

    assertEquals(0, cli.run(node, "tasks", "0190f5fe-7c00-7a00-8000-00000000a91c"));

    assertEquals(
        """
        task       0190f5fe-7c00-7a00-8000-00000000a91c
        state      completed
        for        summarize
        agent      swift
        attempts   1 of 5
        priority   normal
        submitted  2026-01-01T11:59:00Z, 60.0 s ago
        took       1.5 s
        input      {"text":"A box."}
        output     Short.

         AFTER  DECISION  AGENT    WHY
         10 ms  assigned  swamped  it had room
        900 ms  moved     swamped  would wait 4 s
        """,
        cli.out());
  }

  @Test
  void when_a_task_asks_then_it_is_shown_and_can_be_answered() {
    node.on(
        "GET /v1/tasks/t-1",
        """
        {'taskId': 't-1', 'state': 'input-required', 'capability': 'x',
         'inputRequired': {'prompt': 'which one?', 'since': '2026-01-01T11:59:00Z'}}
        """);
    node.on("GET /v1/tasks/t-1/decisions", "{'decisions': []}");
    node.on("POST /v1/tasks/t-1:resume", "{}");

    assertEquals(0, cli.in("this one").run(node, "tasks", "t-1", "--resume", "-"));

    assertEquals(
        "{\"input\":\"this one\"}",
        node.calls("POST /v1/tasks/t-1:resume").get(0).body().toString());
    assertTrue(cli.out().contains("asks       which one?\n"), cli.out());
    assertEquals(2, cli.run(node, "tasks", "--resume", "-"));
  }

  @Test
  void when_the_cluster_is_shown_then_lists_are_tables_and_unknown_facts_are_lines() {
    node.on(
        "GET /v1/cluster",
        """
        {'name': 'longshore', 'queueDepths': {'summarize': 3},
         'members': [{'address': 'a:7355', 'status': 'up', 'reachable': true, 'roles': ['work'],
                      'ledgerPartitions': [0, 1, 2, 7, 9, 10]},
                     {'address': 'b:7355', 'status': 'down', 'reachable': false, 'roles': []}],
         'warnings': ['One is down.']}
        """);

    assertEquals(0, cli.run(node, "cluster"));

    assertEquals(
        """
        name                  longshore
        queue depths summarize 3

        members
        ADDRESS  STATUS  REACHABLE  ROLES  LEDGER PARTITIONS
        a:7355   up      true       work   0-2,7,9-10
        b:7355   down    false

        ! One is down.
        """,
        cli.out());
  }

  @Test
  void when_a_clusters_warnings_are_asked_for_then_the_exit_code_tells_of_them() {
    node.on("GET /v1/cluster", "{'name': 'longshore', 'warnings': ['One is down.']}");
    assertEquals(1, cli.run(node, "cluster", "--check"));
    node.on("GET /v1/cluster", "{'name': 'longshore', 'warnings': []}");
    assertEquals(0, cli.run(node, "cluster", "--check"));
  }

  @Test
  void when_a_table_of_the_cluster_does_not_fit_then_its_rows_stand_one_below_the_other() {
    node.on(
        "GET /v1/cluster",
        """
        {'members': [{'address': 'longshore@10.0.0.1:25520', 'ledgerPartitions': [0, 1, 2]},
                     {'address': 'longshore@10.0.0.2:25520', 'ledgerPartitions': []}],
         'queues': [{'capability': 'upper', 'waiting': 3}]}
        """);

    assertEquals(0, cli.terminal(40).run(node, "cluster", "--no-color"));

    assertEquals(
        """

        members
        address               longshore@10.0.0.…
        ledger partitions     0-2

        address               longshore@10.0.0.…
        ledger partitions     -

        queues
        CAPABILITY  WAITING
        upper             3
        """,
        cli.out());
  }

  @Test
  void when_recommendations_are_shown_then_a_change_and_those_who_do_badly_stand_out() {
    node.on(
        "GET /v1/recommendations\\?capability=summarize",
        """
        {'recommendations': [
          {'capability': 'summarize', 'desiredAgents': 5, 'change': 3,
           'inputs': {'onlineAgents': 2, 'arrivalsPerSecond': 12.3456, 'serviceSeconds': 0.31,
                      'serviceMeasured': true, 'waiting': 1200},
           'agents': [{'agentId': 'swift', 'weight': 1.5, 'shedding': true,
                       'reason': 'lately refused 1 tasks'}]}],
         'nodesUnheard': 1}
        """);

    assertEquals(0, cli.run(node, "recommendations", "--capability", "summarize"));

    List<String> lines = cli.out().lines().toList();
    assertEquals(
        List.of("summarize", "5", "+3", "2", "12.35", "0.31 s", "1,200"),
        List.of(lines.get(1).strip().split(" {2,}")).subList(0, 7));
    assertTrue(lines.get(1).contains("swift lately refused 1 tasks"), cli.out());
    assertTrue(cli.err().contains("did not answer"), cli.err());
  }

  @Test
  void when_a_name_has_control_characters_then_the_terminal_does_not_see_them() {
    node.on("GET /v1/agents.*", "{'agents': [{'agentId': 'a', 'description': 'x\\u001b[2Jy'}]}");

    cli.run(node, "agents");

    assertFalse(cli.out().contains("\u001b"), cli.out());
  }

  @Test
  void when_nobody_listens_then_that_is_said_with_exit_code_2() {
    FakeNode closed = new FakeNode();
    closed.close();

    assertEquals(2, cli.run(closed, "agents"));

    assertEquals(
        "No Longshore node answers at "
            + closed.url()
            + ". Start one with ./longshore serve, or give another --url.\n",
        cli.err());
  }

  @Test
  void when_the_node_refuses_then_each_error_is_told_with_its_place() {
    node.on(
        "GET /v1/tasks.*",
        call ->
            Reply.problem(
                400,
                """
                {'title': 'The request is not valid', 'detail': 'See errors.',
                 'errors': [{'parameter': 'state', 'detail': 'must be one of a, b'},
                            {'pointer': '/labels/x', 'detail': 'must be a string'}]}
                """));

    assertEquals(2, cli.run(node, "tasks", "--state", "odd"));

    assertEquals(
        """
        The request is not valid
          state must be one of a, b
          /labels/x must be a string
        """,
        cli.err());
  }

  @Test
  void when_something_else_answers_then_that_is_said() {
    node.on("GET .*", call -> new Reply(200, "<html>hello</html>", Map.of()));

    assertEquals(2, cli.run(node, "cluster"));

    assertTrue(cli.err().contains("is not a Longshore node"), cli.err());
  }
}
