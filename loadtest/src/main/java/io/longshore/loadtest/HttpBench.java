package io.longshore.loadtest;

import io.longshore.coordinator.Tasks;
import io.longshore.node.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the measurements of a node's HTTP API. Each has a client process of its own. */
final class HttpBench {
  private static final int BATCH = 1000;
  private static final int LIVES_CONNECTIONS = 32;
  private final Node node;
  private final URI base;
  private final int inputBytes;

  HttpBench(Node node, int inputBytes) {
    this.node = node;
    this.inputBytes = inputBytes;
    InetSocketAddress address = node.httpAddress().orElseThrow();
    base = URI.create("http://127.0.0.1:" + address.getPort());
  }

  private ClientProcess client(
      String name, URI server, @Nullable Tasks tasks, int connections, int batch, int agents) {
    return new ClientProcess(
        name,
        server,
        tasks,
        List.of(
            "--connections=" + connections,
            "--batch=" + batch,
            "--agents=" + agents,
            "--input-bytes=" + inputBytes));
  }

  /** Batches of 1,000 tasks on so many connections. */
  ClientProcess bulk(int connections) {
    String name = "bulk, %d connections".formatted(connections);
    return client(name, base, node.tasks(), connections, BATCH, 0);
  }

  /** A task a request on so many connections. */
  ClientProcess requests(int connections) {
    return client("submits", base, node.tasks(), connections, 0, 0);
  }

  /** The same requests to a server that does nothing with them. */
  ClientProcess bare(String name, BareServer server, int connections) {
    return client(name, server.uri(), null, connections, 0, 0);
  }

  /** Whole lives in bulk with so many agents. */
  ClientProcess lives(int agents) {
    return client("lives", base, null, LIVES_CONNECTIONS, BATCH, agents);
  }

  /** What the node answers to one accepted task. */
  byte[] answer() {
    byte[] body = new BenchInputs(inputBytes).task("bench", 0).getBytes(StandardCharsets.US_ASCII);
    try (RawHttp http = new RawHttp(base)) {
      RawHttp.Response answer = http.exchange(RawHttp.post("/v1/tasks", "application/json", body));
      if (answer.status() != 202) {
        throw new IllegalStateException("The node answered " + answer.status());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException("The node does not answer", e);
    }
  }
}
