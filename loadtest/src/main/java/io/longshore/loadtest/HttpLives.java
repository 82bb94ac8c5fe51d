package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.Pause;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Connections that submit tasks in bulk and play many agents that do them: each takes leases for
 * some of the agents in turn and completes them all in one call. Counts completed tasks.
 *
 * <p>An agent is played by a connection to the node that has its mailbox, as the first answer to it
 * says.
 */
final class HttpLives implements HttpClientCommand.Driver {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CAPABILITY = "bench-http";
  private static final int CONCURRENCY = 20;

  /** Leases are completed when there are so many, or when all agents have been asked. */
  private static final int AT_ONCE = 500;

  private static final long LATE_NANOS = 1_000_000_000L;

  private final List<Hand> hands = new ArrayList<>();
  private final BlockingLoop loop;
  private final byte[] submit;
  private final int batch;
  private final double nanosEach;

  private HttpLives(
      List<URI> servers, int connections, BenchInputs inputs, int batch, int agents, int rate)
      throws IOException {
    this.batch = batch;
    this.nanosEach = rate == 0 ? 0 : 1e9 * connections / rate;
    submit = HttpDriver.batch(CAPABILITY, inputs, 0, batch);
    loop = new BlockingLoop(connections);
    for (int i = 0; i < connections; i++) {
      hands.add(new Hand(servers.get(i % servers.size())));
    }
    Map<String, Integer> given = new HashMap<>();
    for (int i = 0; i < agents; i++) {
      Hand first = hands.get(i % connections);
      String node = first.register("bench-" + i);
      List<Hand> there =
          hands.stream().filter(hand -> hand.server.toString().equals(node)).toList();
      int turn = given.merge(node, 1, Integer::sum);
      Hand hand = there.isEmpty() ? first : there.get(turn % there.size());
      hand.acquires.add(acquire("bench-" + i));
    }
  }

  private static byte[] acquire(String id) throws IOException {
    ObjectNode acquire = JSON.createObjectNode().put("max", CONCURRENCY).put("waitSeconds", 0);
    return RawHttp.post("/v1/agents/" + id + "/leases:acquire", "application/json", bytes(acquire));
  }

  /**
   * Registers the agents.
   *
   * @param servers nodes of one cluster; the connections take turns among them
   * @param batch tasks a submission
   * @param agents in all, shared out among the connections
   * @param rate whole lives a second at most; 0 for as many as it can
   */
  static HttpLives start(
      List<URI> servers, int connections, BenchInputs inputs, int batch, int agents, int rate)
      throws IOException {
    return new HttpLives(servers, connections, inputs, batch, agents, rate);
  }

  /** One connection and the agents it plays. */
  private final class Hand {
    private final URI server;
    private final RawHttp http;
    private final List<byte[]> acquires = new ArrayList<>();
    private int next;
    private long due;
    private int waiting;

    Hand(URI server) throws IOException {
      this.server = server;
      this.http = new RawHttp(server);
    }

    /** Returns the URL of the node that has the agent. */
    String register(String id) throws IOException {
      ObjectNode agent = JSON.createObjectNode().put("concurrency", CONCURRENCY);
      agent.putArray("capabilities").add(CAPABILITY);
      required(RawHttp.request("PUT", "/v1/agents/" + id, "application/json", bytes(agent)));
      String elsewhere = http.exchange(acquire(id)).node();
      return elsewhere == null ? server.toString() : elsewhere;
    }

    /** Takes its time if there is a rate; what is late by more than a second stays late. */
    int once() throws IOException, InterruptedException {
      if (nanosEach > 0) {
        due = Math.max(due, System.nanoTime() - LATE_NANOS);
        Pause.real().of(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
      }
      int ended = live();
      due += Math.round(nanosEach * Math.max(1, ended));
      return ended;
    }

    private int live() throws IOException {
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
