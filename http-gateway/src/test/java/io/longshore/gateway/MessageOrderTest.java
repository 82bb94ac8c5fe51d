package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages that are sent over one connection without waiting for answers. */
class MessageOrderTest {
  private static final int COUNT = 300;

  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node =
        new TestNode(
            """
            pekko.http.server.pipelining-limit = 16
            longshore.agents.messages.fan-out = 1
            """);
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void when_a_topic_has_many_subscribers_then_what_is_sent_later_does_not_overtake_it()
      throws Exception {
    for (int i = 0; i < 60; i++) {
      api.put("/v1/agents/sub-" + i, "{\"topics\": [\"news\"]}").expect(201);
    }
    api.put("/v1/agents/zoe", "{\"topics\": [\"news\"]}").expect(201);
    node.until(() -> node.registry().directory().find("zoe").isPresent());
    String topic = "{\"to\": {\"topic\": \"news\"}, \"body\": 1}";
    String direct = "{\"to\": {\"agent\": \"zoe\"}, \"body\": 2}";
    api.post("/v1/messages", topic + "\n" + direct + "\n", "Content-Type", "application/x-ndjson")
        .expect(202);
    assertEquals(List.of(1, 2), received("zoe"));
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(60_000);
      socket.connect(api.address());
      String head = "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
      String length = "Content-Length: %d\r\n";
      String both =
          (head + length + "\r\n%s" + head + "Connection: close\r\n" + length + "\r\n%s")
              .formatted(topic.length(), topic, direct.length(), direct);
      socket.getOutputStream().write(both.getBytes(UTF_8));
      socket.getOutputStream().flush();
      socket.getInputStream().readAllBytes();
    }
    assertEquals(List.of(1, 2), received("zoe"));
  }

  private static List<Integer> received(String id) throws Exception {
    List<Integer> bodies = new ArrayList<>();
    api.post("/v1/agents/" + id + "/messages:receive", "{\"max\": 10}")
        .expect(200)
        .json()
        .path("messages")
        .forEach(message -> bodies.add(message.path("body").asInt()));
    return bodies;
  }

  @Test
  void when_requests_are_pipelined_then_their_messages_keep_their_order_however_they_come()
      throws Exception {
    api.put("/v1/agents/ann", "{}").expect(201);
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(60_000);
      socket.connect(api.address());
      Thread writer = new Thread(() -> write(socket), "writer");
      writer.start();
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      for (int answers = 0; answers < COUNT; ) {
        String line = in.readLine();
        // The answer before has no line end.
        int status = line.indexOf("HTTP/1.1 ");
        if (status >= 0) {
          assertEquals("HTTP/1.1 202 Accepted", line.substring(status));
          answers++;
        }
      }
      writer.join();
    }
    List<Integer> read = new ArrayList<>();
    while (read.size() < COUNT) {
      JsonNode messages =
          api.post("/v1/agents/ann/messages:receive", "{\"max\": 1000, \"waitSeconds\": 20}")
              .expect(200)
              .json()
              .path("messages");
      messages.forEach(message -> read.add(message.path("body").path("n").asInt()));
    }
    assertEquals(IntStream.range(0, COUNT).boxed().toList(), read);
  }

  /**
   * Some requests come with their head, some in two pieces, of which the second comes together with
   * the next request, and some in chunks or as lines.
   */
  private static void write(Socket socket) {
    try {
      OutputStream out = socket.getOutputStream();
      StringBuilder pending = new StringBuilder();
      for (int i = 0; i < COUNT; i++) {
        String body = "{\"n\": %d, \"pad\": \"%s\"}".formatted(i, "x".repeat(i % 7 * 100));
        String request = request(i, body);
        int cut = i % 3 == 1 ? request.length() - 5 : request.length();
        pending.append(request, 0, cut);
        out.write(pending.toString().getBytes(UTF_8));
        out.flush();
        pending.setLength(0);
        pending.append(request.substring(cut));
      }
      out.write(pending.toString().getBytes(UTF_8));
      out.flush();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String request(int i, String body) {
    String type = i % 5 == 2 ? "application/x-ndjson" : "application/json";
    String head =
        "POST /v1/agents/ann/messages?from=bob HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n"
            .formatted(type);
    return i % 4 == 3
        ? head
            + "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n"
                .formatted(4, body.substring(0, 4), body.length() - 4, body.substring(4))
        : head + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
  }
}
