package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that submit tasks in bulk and play many agents that do them: each takes leases for
 * some of the agents in turn and completes them all in one call. Counts completed tasks.
 */
final class HttpLives implements HttpClientCommand.Driver {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CAPABILITY = "bench-http";
  private static final int CONCURRENCY = 20;

  /** Leases are completed when there are so many, or when all agents have been asked. */
  private static final int AT_ONCE = 500;

  private final List<Hand> hands = new ArrayList<>();
  private final BlockingLoop loop;
  private final byte[] submit;
  private final int batch;

  private HttpLives(URI server, int connections, BenchInputs inputs, int batch, int agents)
      throws IOException {
    this.batch = batch;
    submit = HttpDriver.batch(CAPABILITY, inputs, 0, batch);
    loop = new BlockingLoop(connections);
    for (int i = 0; i < connections; i++) {
      hands.add(new Hand(new RawHttp(server)));
    }
    for (int i = 0; i < agents; i++) {
      hands.get(i % connections).register("bench-" + i);
    }
  }

  /** Registers the agents. */
  static HttpLives start(URI server, int connections, BenchInputs inputs, int batch, int agents)
      throws IOException {
    return new HttpLives(server, connections, inputs, batch, agents);
  }

  /** One connection and the agents it plays. */
  private final class Hand {
    private final RawHttp http;
    private final List<byte[]> acquires = new ArrayList<>();
    private int next;
    private int waiting;

    Hand(RawHttp http) {
      this.http = http;
    }

    void register(String id) throws IOException {
      ObjectNode agent = JSON.createObjectNode().put("concurrency", CONCURRENCY);
      agent.putArray("capabilities").add(CAPABILITY);
      required(RawHttp.request("PUT", "/v1/agents/" + id, "application/json", bytes(agent)));
      ObjectNode acquire = JSON.createObjectNode().put("max", CONCURRENCY).put("waitSeconds", 0);
      acquires.add(
          RawHttp.post("/v1/agents/" + id + "/leases:acquire", "application/json", bytes(acquire)));
    }

    int once() throws IOException {
      if (waiting < 2 * CONCURRENCY * acquires.size()) {
        required(submit);
        waiting += batch;
      }
      ObjectNode complete = JSON.createObjectNode();
      ArrayNode leases = complete.putArray("leases");
      for (int asked = 0; asked < acquires.size() && leases.size() < AT_ONCE; asked++) {
        next = (next + 1) % acquires.size();
        for (JsonNode lease : required(acquires.get(next)).path("leases")) {
          leases
              .addObject()
              .put("taskId", lease.path("taskId").textValue())
              .put("leaseToken", lease.path("leaseToken").textValue())
              .put("output", "done");
        }
      }
      if (leases.isEmpty()) {
        return 0;
      }
      waiting -= leases.size();
      byte[] request = RawHttp.post("/v1/leases:complete", "application/json", bytes(complete));
      return required(request).path("succeeded").size();
    }

    private JsonNode required(byte[] request) throws IOException {
      RawHttp.Response response = http.exchange(request);
      if (response.status() / 100 != 2) {
        throw new IOException(
            response.status() + " " + new String(response.body(), StandardCharsets.UTF_8));
      }
      return response.body().length == 0 ? JSON.nullNode() : JSON.readTree(response.body());
    }
  }

  private static byte[] bytes(JsonNode body) throws IOException {
    return JSON.writeValueAsBytes(body);
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    return loop.run(thread -> hands.get(thread).once(), length);
  }

  @Override
  public List<String> acceptedIds() {
    return List.of();
  }

  @Override
  public void close() {
    loop.close();
    RawHttp.closeAll(hands.stream().map(hand -> hand.http).toList());
  }
}
