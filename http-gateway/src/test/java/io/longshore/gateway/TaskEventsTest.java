package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stream of a task's changes, as a client reads it. */
class TaskEventsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("longshore.gateway.stream-keep-alive = 200 ms");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** One event as it arrived. */
  private record Event(long id, String name, JsonNode task) {}

  /** An open stream. Closed like a client that goes away: by its connection. */
  private static final class Stream implements AutoCloseable {
    private final Socket socket = new Socket();
    private final BufferedReader in;
    final List<String> head = new ArrayList<>();

    Stream(Api api, String path, String... headers) throws IOException {
      socket.setReceiveBufferSize(4_096);
      socket.setSoTimeout(60_000);
      socket.connect(api.address());
      StringBuilder request = new StringBuilder("GET " + path + "/events HTTP/1.1\r\nHost: x\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      socket.getOutputStream().write(request.append("\r\n").toString().getBytes(UTF_8));
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        head.add(line);
      }
    }

    /** One chunk without its line end; null after the last. */
    private @Nullable String chunk() throws IOException {
      int length = Integer.parseInt(in.readLine(), 16);
      StringBuilder text = new StringBuilder();
      for (int bytes = 0; bytes < length; ) {
        int next = in.read();
        text.append((char) next);
        bytes += Character.toString(next).getBytes(UTF_8).length;
      }
      in.readLine();
      return length == 0 ? null : text.toString();
    }

    /** The next event; null at the end of the stream. */
    @Nullable Event next() throws IOException {
      String chunk = chunk();
      while (chunk != null && (chunk.startsWith(":") || chunk.startsWith("retry:"))) {
        chunk = chunk();
      }
      return chunk == null ? null : event(chunk);
    }

    private static Event event(String chunk) throws IOException {
      long id = 0;
      String name = "";
      StringBuilder data = new StringBuilder();
      for (String line : chunk.lines().toList()) {
        if (line.startsWith("data: ")) {
          data.append(line.substring(6)).append("\n");
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("id: ")) {
          id = Long.parseLong(line.substring(4));
        } else {
          assertEquals("", line);
        }
      }
      return new Event(id, name, MAPPER.readTree(data.toString()));
    }

    @Override
    public void close() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  private static String submit(String name, String input) throws Exception {
    api.put("/v1/agents/" + name, "{\"capabilities\": [\"" + name + "\"]}");
    String body = "{\"capability\": \"%s\", \"input\": %s}".formatted(name, input);
    return api.post("/v1/tasks", body).expect(202).header("Location");
  }

  private static JsonNode acquire(String name) throws Exception {
    return api.post("/v1/agents/" + name + "/leases:acquire", "{\"waitSeconds\": 20}")
        .expect(200)
        .json()
        .path("leases")
        .get(0);
  }

  @Test
  void when_a_task_is_followed_then_each_change_is_an_event_up_to_its_end() throws Exception {
    String path = submit("ann", "{\n\"text\":\r\n\"é\"}");
    try (Stream stream = new Stream(api, path)) {
      assertTrue(stream.head.get(0).contains("200"), stream.head.toString());
      assertTrue(
          stream.head.stream().anyMatch(line -> line.contains("text/event-stream")),
          stream.head.toString());
      Event submitted = stream.next();
      assertEquals(1, submitted.id());
      assertEquals("submitted", submitted.name());
      assertEquals("é", submitted.task().path("input").path("text").asText());
      JsonNode lease = acquire("ann");
      Event working = stream.next();
      assertEquals(2, working.id());
      assertEquals("working", working.name());
      assertEquals("ann", working.task().path("agentId").asText());
      api.post("/v1/leases:complete", LeaseApiTest.leases(lease, "\"output\": 1")).expect(200);
      Event completed = stream.next();
      assertEquals("completed", completed.name());
      assertEquals(api.get(path).json(), completed.task());
      assertNull(stream.next());
    }
  }

  @Test
  void when_taken_up_again_then_only_what_is_new_comes_and_after_the_end_nothing()
      throws Exception {
    String path = submit("bob", "1");
    try (Stream stream = new Stream(api, path, "Last-Event-ID: 1")) {
      api.post(path + ":cancel", null).expect(200);
      Event canceled = stream.next();
      assertEquals("canceled", canceled.name());
      assertEquals(2, canceled.id());
      assertNull(stream.next());
    }
    try (Stream stream = new Stream(api, path)) {
      assertEquals("canceled", stream.next().name());
      assertNull(stream.next());
    }
    assertEquals("", api.get(path + "/events", "Last-Event-ID", "2").expect(204).body());
  }

  @Test
  void when_there_is_no_such_task_or_event_then_it_is_a_problem() throws Exception {
    api.get("/v1/tasks/nothing/events").expect(ProblemType.NO_SUCH_TASK);
    api.get("/v1/tasks/nothing/events?x=1", "Last-Event-ID", "x")
        .expect(ProblemType.INVALID_REQUEST);
    api.post("/v1/tasks/nothing/events", "{}").expect(ProblemType.METHOD_NOT_ALLOWED);
  }

  @Test
  void when_nothing_happens_then_a_comment_keeps_the_connection() throws Exception {
    String path = submit("eve", "1");
    try (Stream stream = new Stream(api, path)) {
      stream.next();
      assertEquals(": keep-alive\n\n", stream.chunk());
      assertEquals(": keep-alive\n\n", stream.chunk());
      api.post(path + ":cancel", null).expect(200);
      assertEquals("canceled", stream.next().name());
    }
  }

  @Test
  void when_as_many_wait_as_may_then_one_more_is_refused_until_a_client_goes() throws Exception {
    Api small = node.gateway("longshore.gateway.limits.waiting = 1");
    String path = submit("sam", "1");
    try (Stream stream = new Stream(small, path)) {
      stream.next();
      small.get(path + "/events").expect(ProblemType.NODE_BUSY);
      small.get(path).expect(200);
    }
    node.until(() -> isServed(small, path));
  }

  private static boolean isServed(Api gateway, String path) {
    try (Stream stream = new Stream(gateway, path)) {
      return stream.head.get(0).contains("200");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void when_the_client_reads_slowly_then_it_misses_changes_but_not_the_last() throws Exception {
    String path = submit("max", "\"" + "x".repeat(900_000) + "\"");
    try (Stream stream = new Stream(api, path)) {
      JsonNode lease = acquire("max");
      for (int i = 0; i < 30; i++) {
        api.post("/v1/leases:extend", LeaseApiTest.leases(lease, "\"progress\": " + i)).expect(200);
      }
      api.post("/v1/leases:complete", LeaseApiTest.leases(lease, "\"output\": 1")).expect(200);
      List<Event> events = new ArrayList<>();
      for (Event event = stream.next(); event != null; event = stream.next()) {
        assertTrue(events.isEmpty() || event.id() > events.get(events.size() - 1).id());
        events.add(event);
      }
      Event last = events.get(events.size() - 1);
      assertEquals("completed", last.name());
      assertEquals(33, last.id());
      assertTrue(events.size() < 33, "the node held all of " + events.size());
    }
  }

  @Test
  void when_the_node_stops_then_the_stream_ends_well() throws Exception {
    try (TestNode leaving = new TestNode("")) {
      Api gateway = leaving.gateway();
      String path =
          gateway.post("/v1/tasks", "{\"capability\": \"c\"}").expect(202).header("Location");
      CompletableFuture<Done> left;
      try (Stream stream = new Stream(gateway, path)) {
        stream.next();
        left = leaving.leave();
        assertNull(stream.next());
      }
      left.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void when_only_the_head_is_asked_for_then_nothing_is_held() throws Exception {
    Api small = node.gateway("longshore.gateway.limits.waiting = 1");
    String path = submit("joe", "1");
    HttpResponse<String> head =
        HttpClient.newHttpClient()
            .send(
                small.request(path + "/events").method("HEAD", BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    assertEquals(200, head.statusCode());
    node.until(() -> isServed(small, path));
  }
}
