package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a mailbox full whose reader comes at a known pace, and compares when the node says there is
 * going to be room with when there is.
 */
final class RetryAfterProbe implements AutoCloseable {
  private static final String PATH = "/v1/agents/paced/messages";
  private static final Duration READS_EVERY = Duration.ofSeconds(4);
  private static final Duration ASKS_EVERY = Duration.ofMillis(50);
  private static final int READS = 10;

  /** Before so many visits of the reader the node cannot know its pace. */
  private static final int VISITS = 3;

  private final LoadClient client;
  private final List<Estimate> estimates = new ArrayList<>();
  private final AtomicInteger visits = new AtomicInteger();
  private volatile boolean closed;

  /**
   * One refusal.
   *
   * @param said seconds until there is room, as the node said
   * @param came seconds until there was
   */
  record Estimate(int said, double came) {
    /** Whether it was within a factor of two, as far as whole seconds can say. */
    boolean isHonest() {
      return said <= Math.max(1, Math.ceil(2 * came)) && said >= came / 2;
    }
  }

  /** Begins. */
  RetryAfterProbe(String url) {
    client = new LoadClient(url);
    JsonNodeFactory json = JsonNodeFactory.instance;
    ObjectNode agent = json.objectNode();
    agent.putArray("capabilities").add("paced");
    client.call("PUT", "/v1/agents/paced", agent).required();
    start("paced-reader", this::read);
    start("paced-sender", this::send);
  }

  private static void start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** What a thread does until this is closed. */
  private interface Work {
    void run() throws InterruptedException;
  }

  private void read() throws InterruptedException {
    ObjectNode receive =
        JsonNodeFactory.instance.objectNode().put("max", READS).put("waitSeconds", 0);
    long next = System.nanoTime();
    while (!closed) {
      if (call(PATH + ":receive", receive).isOk()) {
        visits.incrementAndGet();
      }
      next += READS_EVERY.toNanos();
      Pause.real().of(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
    }
  }

  private void send() throws InterruptedException {
    JsonNode message = IntNode.valueOf(1);
    while (!closed) {
      LoadClient.Answer answer = call(PATH, message);
      if (isFull(answer) && visits.get() >= VISITS) {
        awaitRoom(answer.body().path("retryAfterSeconds").asInt(), message);
      } else if (!answer.isOk()) {
        Pause.real().of(ASKS_EVERY);
      }
    }
  }

  private void awaitRoom(int said, JsonNode message) throws InterruptedException {
    long since = System.nanoTime();
    LoadClient.Answer answer = call(PATH, message);
    while (isFull(answer) && !closed) {
      Pause.real().of(ASKS_EVERY);
      answer = call(PATH, message);
    }
    // Where the node refuses for another reason meanwhile, it is not known when there was room.
    if (answer.isOk()) {
      synchronized (estimates) {
        estimates.add(new Estimate(said, (System.nanoTime() - since) / 1e9));
      }
    }
  }

  private static boolean isFull(LoadClient.Answer answer) {
    return answer.status() == 429 && answer.body().path("type").asText().endsWith("/mailbox-full");
  }

  private LoadClient.Answer call(String path, JsonNode body) {
    try {
      return client.call("POST", path, body);
    } catch (CompletionException noAnswer) {
      return new LoadClient.Answer(0, JsonNodeFactory.instance.nullNode(), false);
    }
  }

  /** What was seen so far. */
  List<Estimate> estimates() {
    synchronized (estimates) {
      return List.copyOf(estimates);
    }
  }

  /** Looks no more. */
  void stop() {
    closed = true;
  }

  @Override
  public void close() {
    stop();
  }
}
