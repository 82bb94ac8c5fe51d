package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node that leaves, and does not wait for those that are slow. */
class LeavingTest {
  private static final String IMPATIENT =
      """
      longshore.gateway { shutdown-deadline = 5 minutes, body-timeout = 5 minutes }
      pekko.coordinated-shutdown.phases.service-requests-done.timeout = 1 ms
      """;

  @Test
  void when_a_request_comes_late_to_a_node_that_leaves_then_another_node_is_to_be_asked()
      throws Exception {
    try (TestNode node = new TestNode(IMPATIENT)) {
      Api api = node.gateway();
      try (Socket socket = new Socket(api.address().getAddress(), api.address().getPort())) {
        socket.setSoTimeout(60_000);
        byte[] task = "{\"agent\": \"a\"}".getBytes(UTF_8);
        OutputStream out = socket.getOutputStream();
        List<String> head =
            List.of(
                "POST /v1/tasks HTTP/1.1",
                "Host: x",
                "Connection: close",
                "Content-Type: application/json",
                "Content-Length: " + task.length);
        out.write((String.join("\r\n", head) + "\r\n\r\n").getBytes(UTF_8));
        node.until(() -> node.door("arriving").depth() == 1);
        node.leave().get(60, TimeUnit.SECONDS);
        out.write(task);

        String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
        assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
        assertTrue(answer.contains("\r\nRetry-After: 1\r\n"), answer);
        assertTrue(answer.contains("\"type\":\"" + ProblemType.UNAVAILABLE.uri() + "\""), answer);
        assertEquals(1, node.door("ledger-commands").refusals("leaving"));
      }
    }
  }
}
