package io.longshore.loadtest;

import io.longshore.node.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Makes the measurements of a node's HTTP API. Each has a client process of its own. */
final class HttpBench {
  private static final int BATCH = 1000;
  private static final int LIVES_CONNECTIONS = 32;
  private final Node node;
  private final URI base;
  private final BenchTasks bench;

  HttpBench(Node node, BenchTasks bench) {
    this.node = node;
    this.bench = bench;
    InetSocketAddress address = node.httpAddress().orElseThrow();
    base = URI.create("http://127.0.0.1:" + address.getPort());
  }

  private String task(String capability) {
    String input = new String(bench.input(), StandardCharsets.UTF_8);
    return "{\"capability\":\"" + capability + "\",\"input\":" + input + "}";
  }

  /** Batches of 1,000 tasks on so many connections. */
  HttpSubmits bulk(int connections) {
    String name = "bulk, %d connections".formatted(connections);
    return new HttpSubmits(name, base, node.tasks(), task("bench"), connections, BATCH, 0);
  }

  /** A task a request on so many connections. */
  HttpSubmits requests(int connections) {
    return new HttpSubmits("submits", base, node.tasks(), task("bench"), connections, 0, 0);
  }

  /** The same requests to a server that does nothing with them. */
  HttpSubmits bare(BareServer server, int connections) {
    return new HttpSubmits("bare server", server.uri(), null, task("bench"), connections, 0, 0);
  }

  /** Whole lives in bulk with so many agents. */
  HttpSubmits lives(int agents) {
    return new HttpSubmits(
        "lives", base, null, task("bench-http"), LIVES_CONNECTIONS, BATCH, agents);
  }

  /** A server whose answer has the size of the node's. */
  BareServer bareServer() {
    byte[] body = task("bench").getBytes(StandardCharsets.UTF_8);
    try (RawHttp http = new RawHttp(base)) {
      RawHttp.Response answer = http.exchange(RawHttp.post("/v1/tasks", "application/json", body));
      if (answer.status() != 202) {
        throw new IllegalStateException("The node answered " + answer.status());
      }
      return new BareServer(node.system(), answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException("The node does not answer", e);
    }
  }
}
