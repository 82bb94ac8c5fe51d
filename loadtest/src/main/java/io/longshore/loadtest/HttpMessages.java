package io.longshore.loadtest;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that send messages, each to agents of its own, and receive them as those agents
 * before their mailboxes are full. Counts accepted messages; one that was accepted and did not come
 * out again has failed.
 */
final class HttpMessages implements HttpClientCommand.Driver {
  /** An agent's messages are received when it should have so many. */
  private static final int AT_ONCE = 100;

  /** So many agents of a connection come for their messages without waiting for each other. */
  private static final int READERS = 16;

  private static final byte[] RECEIVE =
      "{\"max\":1000,\"waitSeconds\":0}".getBytes(StandardCharsets.US_ASCII);
  private static final String RECEIVED = "\"body\":";
  private static final String ACCEPTED = "\"accepted\":";
  private final List<Hand> hands = new ArrayList<>();
  private final BlockingLoop loop;

  /**
   * Registers the agents.
   *
   * @param batch messages a request, one a line; 0 for one alone
   * @param pipeline requests sent before the answer to the first is read
   * @param agents in all; 0 if the server has no mailboxes and nothing is received
   */
  HttpMessages(URI server, int connections, BenchInputs inputs, int batch, int pipeline, int agents)
      throws IOException {
    loop = new BlockingLoop(connections);
    int each = Math.max(1, agents / connections);
    for (int i = 0; i < connections; i++) {
      Hand hand = new Hand(new RawHttp(server), pipeline, agents > 0);
      for (int agent = 0; agent < each; agent++) {
        hand.add("bench-" + (i * each + agent));
      }
      hand.prepare(inputs, batch);
      hands.add(hand);
    }
  }

  /** One connection and its agents. */
  private static final class Hand {
    private final RawHttp http;
    private final int pipeline;
    private final boolean receives;
    private final List<String> agents = new ArrayList<>();
    private final List<byte[]> sends = new ArrayList<>();
    private final List<byte[]> receiveRequests = new ArrayList<>();
    private int next;
    private int waiting;

    Hand(RawHttp http, int pipeline, boolean receives) {
      this.http = http;
      this.pipeline = pipeline;
      this.receives = receives;
    }

    void add(String agent) throws IOException {
      agents.add(agent);
      if (receives) {
        byte[] body = "{\"capabilities\":[\"bench\"]}".getBytes(StandardCharsets.US_ASCII);
        RawHttp.Response response =
            http.exchange(RawHttp.request("PUT", "/v1/agents/" + agent, "application/json", body));
        if (response.status() / 100 != 2) {
          throw new IOException("The agent is not registered: " + response.status());
        }
        receiveRequests.add(
            RawHttp.post("/v1/agents/" + agent + "/messages:receive", "application/json", RECEIVE));
      }
    }

    /** Makes requests to be sent again and again, so that sending costs next to nothing. */
    void prepare(BenchInputs inputs, int batch) {
      int requests = batch == 0 ? agents.size() : 4;
      for (int request = 0; request < requests; request++) {
        if (batch == 0) {
          String path = "/v1/agents/" + agents.get(request) + "/messages";
          sends.add(RawHttp.post(path, "application/json", inputs.get(request)));
        } else {
          StringBuilder lines = new StringBuilder();
          for (int line = 0; line < batch; line++) {
            int number = request * batch + line;
            String agent = agents.get(number % agents.size());
            lines
                .append("{\"to\":{\"agent\":\"")
                .append(agent)
                .append("\"},\"body\":")
                .append(new String(inputs.get(number), StandardCharsets.US_ASCII))
                .append("}\n");
          }
          byte[] body = lines.toString().getBytes(StandardCharsets.US_ASCII);
          sends.add(RawHttp.post("/v1/messages", "application/x-ndjson", body));
        }
      }
    }

    /** How many were accepted, or -1 if something was refused or has got lost. */
    int once() throws IOException {
      for (int i = 0; i < pipeline; i++) {
        next = (next + 1) % sends.size();
        http.send(sends.get(next));
      }
      http.flush();
      int accepted = 0;
      boolean refused = false;
      for (int i = 0; i < pipeline; i++) {
        RawHttp.Response response = http.receive();
        refused |= response.status() != 202;
        accepted += accepted(response);
      }
      waiting += accepted;
      if (receives && waiting >= AT_ONCE * agents.size()) {
        refused |= receive() != waiting;
        waiting = 0;
      }
      return refused ? -1 : accepted;
    }

    /** Comes for each agent's messages, and once more for all while some are missing. */
    private int receive() throws IOException {
      int received = 0;
      int before;
      do {
        before = received;
        for (int from = 0; from < receiveRequests.size(); from += READERS) {
          received += receive(from, Math.min(from + READERS, receiveRequests.size()));
        }
      } while (received < waiting && received > before);
      return received;
    }

    private int receive(int from, int to) throws IOException {
      for (int i = from; i < to; i++) {
        http.send(receiveRequests.get(i));
      }
      http.flush();
      int received = 0;
      for (int i = from; i < to; i++) {
        RawHttp.Response response = http.receive();
        if (response.status() == 200) {
          received += count(response.body());
        }
      }
      return received;
    }

    private static int accepted(RawHttp.Response response) {
      String body = new String(response.body(), StandardCharsets.ISO_8859_1);
      int at = body.indexOf(ACCEPTED);
      if (response.status() != 202 || at < 0) {
        return 0;
      }
      int from = at + ACCEPTED.length();
      int to = from;
      while (to < body.length() && Character.isDigit(body.charAt(to))) {
        to++;
      }
      return Integer.parseInt(body, from, to, 10);
    }

    private static int count(byte[] json) {
      String body = new String(json, StandardCharsets.ISO_8859_1);
      int count = 0;
      for (int at = body.indexOf(RECEIVED); at >= 0; at = body.indexOf(RECEIVED, at + 1)) {
        count++;
      }
      return count;
    }
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
