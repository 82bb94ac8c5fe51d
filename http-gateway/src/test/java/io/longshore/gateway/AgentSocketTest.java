package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An agent's connection for everything, over a real socket. */
class AgentSocketTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node =
        new TestNode(
            """
            longshore.gateway.stream-keep-alive = 300 ms
            longshore.gateway.connection.max-message = 2000
            """);
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** One agent's end of a connection. */
  private static final class Agent implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<JsonNode> said = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    Agent(Api to, String id, String query) throws Exception {
      String address = "ws://127.0.0.1:" + to.address().getPort();
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create(address + "/v1/agents/" + id + "/connection" + query), this)
              .get(60, TimeUnit.SECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          said.add(MAPPER.readTree(text.toString()));
        } catch (java.io.IOException e) {
          closed.completeExceptionally(e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.completeExceptionally(error);
    }

    void say(String json) throws Exception {
      socket.sendText(json.replace('\'', '"'), true).get(60, TimeUnit.SECONDS);
    }

    /** The next thing the node says of this type; others before it are passed over. */
    JsonNode hear(String type) throws Exception {
      JsonNode next = said.poll(60, TimeUnit.SECONDS);
      while (next != null && !next.path("type").asText().equals(type)) {
        next = said.poll(60, TimeUnit.SECONDS);
      }
      assertNotNull(next, "nothing of type " + type);
      return next;
    }

    int closeCode() throws Exception {
      return closed.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      socket.abort();
    }
  }

  private static String submit(String capability, int input) throws Exception {
    String body = "{\"capability\": \"%s\", \"input\": %d}".formatted(capability, input);
    return api.post("/v1/tasks", body).expect(202).header("Location");
  }

  private static void register(String id) throws Exception {
    String spec = "{\"capabilities\": [\"%s\"], \"concurrency\": 10}".formatted(id);
    api.put("/v1/agents/" + id, spec).expect(201);
  }

  private static String lease(JsonNode task, String more) {
    JsonNode lease = task.path("lease");
    return "'leases': [{'taskId': '%s', 'leaseToken': '%s'%s}]"
        .formatted(lease.path("taskId").asText(), lease.path("leaseToken").asText(), more);
  }

  @Test
  void when_an_agent_works_on_one_connection_then_it_gets_no_more_than_it_asked_for()
      throws Exception {
    register("ann");
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      paths.add(submit("ann", i));
    }
    try (Agent agent = new Agent(api, "ann", "?leaseSeconds=60")) {
      agent.say("{'type': 'credit', 'tasks': 2}");
      JsonNode first = agent.hear("task");
      JsonNode second = agent.hear("task");
      agent.say("{'type': 'heartbeat', 'ref': 'h'}");
      assertEquals("h", agent.hear("heartbeat").path("ref").asText());
      assertEquals(2, states(paths, "working"));

      agent.say("{'type': 'extend', 'ref': 'e', %s}".formatted(lease(first, ", 'progress': 1")));
      JsonNode extended = agent.hear("settled");
      assertTrue(extended.path("succeeded").get(0).has("expiresAt"), extended.toString());
      agent.say("{'type': 'complete', %s}".formatted(lease(first, ", 'output': [1, 2 ]")));
      assertEquals(1, agent.hear("settled").path("succeeded").size());
      agent.say("{'type': 'complete', 'ref': 'late', %s}".formatted(lease(first, "")));
      agent.say("{'type': 'extend', %s}".formatted(lease(first, "")));
      assertEquals("late", agent.hear("settled").path("ref").asText());
      assertEquals(
          ProblemType.LEASE_LOST.uri(),
          agent.hear("settled").path("failed").get(0).path("problem").path("type").asText());
      agent.say(
          "{'type': 'fail', %s}"
              .formatted(lease(second, ", 'error': {'message': 'no'}, 'retryable': false")));
      assertEquals(1, agent.hear("settled").path("succeeded").size());

      agent.say("{'type': 'credit', 'tasks': 1}");
      assertEquals(2, agent.hear("task").path("lease").path("input").asInt());
    }
  }

  private static int states(List<String> paths, String state) throws Exception {
    int count = 0;
    for (String path : paths) {
      count += api.get(path).json().path("state").asText().equals(state) ? 1 : 0;
    }
    return count;
  }

  @Test
  void when_messages_are_asked_for_then_so_many_come_and_after_a_gap_that_is_told()
      throws Exception {
    register("bob");
    for (int i = 0; i < 3; i++) {
      api.post("/v1/agents/bob/messages", Integer.toString(i)).expect(202);
    }
    String last;
    try (Agent agent = new Agent(api, "bob", "")) {
      agent.say("{'type': 'credit', 'messages': 1}");
      assertEquals(0, agent.hear("message").path("message").path("body").asInt());
      agent.say("{'type': 'credit', 'messages': 1}");
      JsonNode second = agent.hear("message").path("message");
      assertEquals(1, second.path("body").asInt());
      last = second.path("id").asText();
    }
    try (Agent agent = new Agent(api, "bob", "?lastMessageId=" + last)) {
      agent.say("{'type': 'credit', 'messages': 5}");
      assertEquals(2, agent.hear("message").path("message").path("body").asInt());
    }
    try (Agent agent = new Agent(api, "bob", "?lastMessageId=zz-4")) {
      agent.say("{'type': 'credit', 'messages': 5}");
      assertEquals("zz-4", agent.hear("gap").path("gap").path("after").asText());
    }
  }

  @Test
  void when_what_is_said_is_wrong_then_it_is_told_and_the_connection_stays() throws Exception {
    register("kim");
    try (Agent agent = new Agent(api, "kim", "")) {
      agent.say("{'type': 'dance', 'ref': 'a'}");
      JsonNode problem = agent.hear("problem");
      assertEquals("a", problem.path("ref").asText());
      assertEquals(400, problem.path("problem").path("status").asInt());
      agent.say("{'type': 'credit', 'tasks': 1000}");
      agent.say("{'type': 'credit', 'ref': 'c', 'tasks': 1}");
      assertEquals("c", agent.hear("problem").path("ref").asText());
      agent.say("{'type': 'heartbeat'}");
      agent.hear("heartbeat");
    }
  }

  @Test
  void when_it_is_no_json_or_too_large_then_the_connection_is_closed_with_the_reason()
      throws Exception {
    register("leo");
    try (Agent agent = new Agent(api, "leo", "")) {
      agent.say("hello");
      assertEquals(1007, agent.closeCode());
    }
    try (Agent agent = new Agent(api, "leo", "")) {
      agent.say("{'type': '" + "x".repeat(3_000) + "'}");
      assertEquals(1009, agent.closeCode());
    }
    try (Agent agent = new Agent(api, "leo", "")) {
      for (int i = 0; i < 30; i++) {
        agent.socket.sendText(" ".repeat(100), false).get(60, TimeUnit.SECONDS);
      }
      assertEquals(1009, agent.closeCode());
    }
    try (Agent agent = new Agent(api, "leo", "")) {
      agent
          .socket
          .sendBinary(java.nio.ByteBuffer.wrap(new byte[3]), true)
          .get(60, TimeUnit.SECONDS);
      assertEquals(1003, agent.closeCode());
    }
    try (Agent agent = new Agent(api, "leo", "")) {
      agent.socket.sendText("{\"type\": ", false).get(60, TimeUnit.SECONDS);
      agent.socket.sendText("\"heartbeat\"}", true).get(60, TimeUnit.SECONDS);
      agent.hear("heartbeat");
      api.delete("/v1/agents/leo").expect(204);
      assertEquals(1008, agent.closeCode());
    }
  }

  @Test
  void when_the_agent_should_leave_then_it_is_told() throws Exception {
    register("dot");
    try (Agent agent = new Agent(api, "dot", "")) {
      api.post("/v1/agents/dot:drain", null).expect(200);
      assertTrue(agent.hear("drain").path("drain").asBoolean());
      api.post("/v1/agents/dot:resume", null).expect(200);
      assertTrue(!agent.hear("drain").path("drain").asBoolean());
    }
  }

  @Test
  void when_the_connection_breaks_while_it_waits_then_tasks_go_to_others() throws Exception {
    register("ned");
    try (Agent agent = new Agent(api, "ned", "")) {
      agent.say("{'type': 'credit', 'tasks': 10}");
      agent.say("{'type': 'heartbeat'}");
      agent.hear("heartbeat");
    }
    node.until(() -> node.door("waiting").depth() == 0);
    String path = submit("ned", 1);
    api.post("/v1/agents/ned/leases:acquire", "{\"waitSeconds\": 20}").expect(200);
    assertEquals(1, api.get(path).json().path("attempts").asInt());
  }

  @Test
  void when_it_is_no_websocket_or_of_another_site_then_it_is_refused() throws Exception {
    register("ivy");
    api.get("/v1/agents/ivy/connection").expect(ProblemType.UPGRADE_REQUIRED);
    api.get("/v1/agents/ivy/connection", "Origin", "http://example.org")
        .expect(ProblemType.ORIGIN_REFUSED);
    api.get("/v1/agents/ivy/connection", "Sec-Fetch-Site", "cross-site")
        .expect(ProblemType.ORIGIN_REFUSED);
    api.get("/v1/agents/ivy/connection?leaseSeconds=0").expect(ProblemType.INVALID_REQUEST);
  }

  @Test
  void when_what_is_said_does_not_fit_with_all_that_is_held_then_the_connection_is_closed()
      throws Exception {
    register("pam");
    Api small =
        node.gateway(
            "longshore.gateway.limits { body = 1000, batch-body = 1000, in-flight-bytes = 1000 }");
    try (Agent agent = new Agent(small, "pam", "")) {
      agent.say("{'type': 'heartbeat', 'ref': '" + "x".repeat(100) + "'}");
      agent.hear("heartbeat");
      node.until(() -> node.door("bytes").depth() == 0);
      agent.socket.sendText(" ".repeat(900), false).get(60, TimeUnit.SECONDS);
      node.until(() -> node.door("bytes").depth() == 900);
      agent.socket.sendText(" ".repeat(101), false).get(60, TimeUnit.SECONDS);
      assertEquals(1013, agent.closeCode());
    }
    node.until(() -> node.door("bytes").depth() == 0);
  }

  @Test
  void when_leases_are_settled_then_each_counts_as_one_call_of_the_client() throws Exception {
    register("tom");
    Api limited =
        node.gateway(
            "longshore.gateway.rate-limit { enabled = true, per-minute = 6, burst = 3 }",
            new TestClock());
    try (Agent agent = new Agent(limited, "tom", "")) {
      agent.say("{'type': 'heartbeat'}");
      agent.hear("heartbeat");
      String lease = "{'taskId': 'x', 'leaseToken': 'y'}";
      agent.say("{'type': 'release', 'ref': 'r', 'leases': [" + lease + ", " + lease + "]}");
      JsonNode problem = agent.hear("problem");
      assertEquals("r", problem.path("ref").asText());
      assertEquals(ProblemType.RATE_LIMITED.uri(), problem.path("problem").path("type").asText());
    }
  }

  @Test
  void when_the_node_stops_then_the_agent_is_told_to_go_elsewhere() throws Exception {
    try (TestNode leaving = new TestNode("")) {
      Api gateway = leaving.gateway();
      gateway.put("/v1/agents/ann", "{}").expect(201);
      CompletableFuture<Done> left;
      try (Agent agent = new Agent(gateway, "ann", "")) {
        agent.say("{'type': 'credit', 'tasks': 1, 'messages': 1}");
        agent.say("{'type': 'heartbeat'}");
        agent.hear("heartbeat");
        left = leaving.leave();
        assertEquals(1001, agent.closeCode());
      }
      left.get(60, TimeUnit.SECONDS);
    }
  }
}
