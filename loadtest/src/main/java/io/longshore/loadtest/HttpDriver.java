package io.longshore.loadtest;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections that each send one of some requests again and again and count what is accepted. */
final class HttpDriver implements HttpClientCommand.Driver {
  private static final byte[] ACCEPTED = "\"status\":202".getBytes(StandardCharsets.US_ASCII);
  private static final String CAPABILITY = "bench";
  private static final int SINGLES = 256;
  private static final int BATCHES = 4;
  private static final String TASK_ID = "\"taskId\":\"";
  private final List<byte[]> requests;
  private final AtomicInteger next = new AtomicInteger();
  private final boolean batch;
  private final List<RawHttp> connections = new ArrayList<>();
  private final BlockingLoop loop;
  private final Queue<byte[]> answers = new ConcurrentLinkedQueue<>();

  private HttpDriver(URI base, int count, List<byte[]> requests, boolean batch) throws IOException {
    this.requests = requests;
    this.batch = batch;
    loop = new BlockingLoop(count);
    for (int i = 0; i < count; i++) {
      connections.add(new RawHttp(base));
    }
  }

  /** A task a request. */
  static HttpDriver single(URI base, int connections, BenchInputs inputs) throws IOException {
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < SINGLES; i++) {
      byte[] body = inputs.task(CAPABILITY, i).getBytes(StandardCharsets.US_ASCII);
      requests.add(RawHttp.post("/v1/tasks", "application/json", body));
    }
    return new HttpDriver(base, connections, requests, false);
  }

  /** So many tasks a request, one a line. */
  static HttpDriver batches(URI base, int connections, BenchInputs inputs, int size)
      throws IOException {
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      requests.add(batch(CAPABILITY, inputs, i * size, size));
    }
    return new HttpDriver(base, connections, requests, true);
  }

  /** A request with so many tasks, one a line. */
  static byte[] batch(String capability, BenchInputs inputs, int from, int size) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < size; i++) {
      body.append(inputs.task(capability, from + i)).append('\n');
    }
    return RawHttp.post(
        "/v1/tasks:batch",
        "application/x-ndjson",
        body.toString().getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    return loop.run(this::once, length);
  }

  private int once(int thread) throws IOException {
    RawHttp.Response response = connections.get(thread).exchange(request());
    if (response.status() / 100 != 2) {
      return -1;
    }
    answers.add(response.body());
    return batch ? count(response.body()) : 1;
  }

  private byte[] request() {
    return requests.get(Math.floorMod(next.getAndIncrement(), requests.size()));
  }

  private static int count(byte[] body) {
    int count = 0;
    for (int at = 0; at + ACCEPTED.length <= body.length; at++) {
      if (body[at] == '"' && startsWith(body, at)) {
        count++;
        at += ACCEPTED.length;
      }
    }
    return count;
  }

  private static boolean startsWith(byte[] body, int at) {
    for (int i = 1; i < ACCEPTED.length; i++) {
      if (body[at + i] != ACCEPTED[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<String> acceptedIds() {
    List<String> ids = new ArrayList<>();
    for (byte[] answer = answers.poll(); answer != null; answer = answers.poll()) {
      String text = new String(answer, StandardCharsets.UTF_8);
      for (int at = text.indexOf(TASK_ID); at >= 0; at = text.indexOf(TASK_ID, at + 1)) {
        int from = at + TASK_ID.length();
        ids.add(text.substring(from, text.indexOf('"', from)));
      }
    }
    return ids;
  }

  @Override
  public void close() {
    loop.close();
    RawHttp.closeAll(connections);
  }
}
