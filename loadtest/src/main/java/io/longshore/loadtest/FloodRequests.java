package io.longshore.loadtest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests that send messages to some agents, made beforehand so that sending them costs next to
 * nothing: one with many messages, one with a single one, and so on.
 */
final class FloodRequests implements FloodSenders.Requests {
  private static final int COUNT = 256;
  private static final int SENDERS = 64;

  /** Agents that follow each other are far apart in the list: each request meets all kinds. */
  private static final int STRIDE = 7_919;

  private final List<byte[]> requests = new ArrayList<>();
  private final int lines;
  private int next;

  /**
   * Makes them.
   *
   * @param agents who gets the messages, each as many as all others
   * @param lines messages of a request with many
   */
  FloodRequests(List<String> agents, int lines, BenchInputs inputs) {
    this.lines = lines;
    int message = 0;
    for (int i = 0; i < COUNT; i++) {
      String from = "?from=sender-" + i % SENDERS;
      StringBuilder body = new StringBuilder();
      for (int line = 0; line < lines; line++) {
        body.append("{\"to\":{\"agent\":\"")
            .append(agent(agents, message))
            .append("\"},\"body\":")
            .append(new String(inputs.get(message++), StandardCharsets.US_ASCII))
            .append("}\n");
      }
      byte[] bytes = body.toString().getBytes(StandardCharsets.US_ASCII);
      requests.add(RawHttp.post("/v1/messages" + from, "application/x-ndjson", bytes));
      String path = "/v1/agents/" + agent(agents, message) + "/messages" + from;
      requests.add(RawHttp.post(path, "application/json", inputs.get(message++)));
    }
  }

  private static String agent(List<String> agents, int message) {
    return agents.get((int) ((long) message * STRIDE % agents.size()));
  }

  @Override
  public byte[] next(long due) {
    next = (next + 1) % requests.size();
    return requests.get(next);
  }

  @Override
  public int messages() {
    return next % 2 == 0 ? lines : 1;
  }

  @Override
  public double messagesOnAverage() {
    return (lines + 1) / 2.0;
  }
}
