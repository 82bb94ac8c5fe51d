package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that want their connection closed by the answer, and send head and body apart. */
class ClosingRequestsTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    // As many as a node has: it looks for the next request while one waits.
    node =
        new TestNode(
            "pekko.http.server.pipelining-limit = 16\nlongshore.gateway.max-wait = 10 minutes");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1|Connection: close|Transfer-Encoding: chunked",
        "HTTP/1.1|Connection: TE, Close|Content-Length: 20",
        "HTTP/1.0|Content-Length: 20",
        "HTTP/1.1|Connection: keep-alive|Transfer-Encoding: chunked"
      })
  void when_the_body_has_come_then_the_worker_waits_on_and_keeps_what_it_is_given(String head)
      throws Exception {
    String body = "{\"waitSeconds\": 300}";
    api.put("/v1/agents/ada", "{\"capabilities\": [\"ada\"]}");
    try (Socket worker = post("/v1/agents/ada/leases:acquire", head)) {
      node.until(() -> node.door("arriving").depth() == 1);
      send(worker, head.contains("chunked") ? "14\r\n" + body + "\r\n0\r\n\r\n" : body);
      node.until(() -> node.door("waiting").depth() == 1);
      api.post("/v1/tasks", "{\"capability\": \"ada\"}").expect(202);
      JsonNode lease = answered(worker).path("leases").path(0);
      assertTrue(lease.hasNonNull("leaseToken"), lease.toString());
      api.post("/v1/leases:complete", LeaseApiTest.leases(lease, "")).expect(200);
    }
    node.until(() -> node.door("waiting").depth() == 0 && node.door("requests").depth() == 0);
  }

  @Test
  void when_the_client_goes_while_it_waits_then_its_places_are_free_at_once() throws Exception {
    api.get("/v1/agents").expect(200);
    node.until(() -> node.door("connections").depth() == 1);
    String head = "HTTP/1.1|Connection: close|Prefer: wait=300|Content-Length: 19";
    try (Socket client = post("/v1/tasks", head)) {
      node.until(() -> node.door("arriving").depth() == 1);
      send(client, "{\"agent\": \"nobody\"}");
      node.until(() -> node.door("waiting").depth() == 1);
      api.get("/v1/agents").expect(200);
      assertEquals(1, node.door("waiting").depth());
      assertEquals(2, node.door("connections").depth());
    }
    node.until(() -> node.door("waiting").depth() == 0 && node.door("connections").depth() == 1);
  }

  /** Sends a head, and leaves the body to come. */
  private static Socket post(String path, String head) throws Exception {
    Socket socket = new Socket(api.address().getAddress(), api.address().getPort());
    socket.setSoTimeout(60_000);
    String more = "\r\nHost: x\r\nContent-Type: application/json\r\n\r\n";
    send(socket, "POST " + path + " " + head.replace("|", "\r\n") + more);
    return socket;
  }

  private static void send(Socket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  /** The JSON of an answer that ends where it is complete. */
  private static JsonNode answered(Socket socket) throws Exception {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      assertTrue(next >= 0, head.toString());
      head.append((char) next);
    }
    String length = head.toString().replaceFirst("(?s).*\r\nContent-Length: (\\d+)\r\n.*", "$1");
    assertTrue(head.toString().startsWith("HTTP/1.1 200 "), head.toString());
    byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length));
    return new ObjectMapper().readTree(body);
  }
}
