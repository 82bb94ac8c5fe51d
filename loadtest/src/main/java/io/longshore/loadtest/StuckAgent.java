package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.Pause;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A worker that does its tasks over HTTP by letting time pass, and can be made to behave badly. It
 * asks for as much work as it has free hands, over a connection of its own.
 */
final class StuckAgent implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int WAIT_SECONDS = 10;
  private static final long HEARTBEAT_MILLIS = 1_000;
  private static final Duration BREATH = Duration.ofMillis(20);
  private static final double SLOW = 10;

  private final String base;
  private final String id;
  private final int concurrency;
  private final int serviceMillis;
  private final LoadClient client;
  private final ScheduledExecutorService timer;
  private final Random random;
  private final ScheduledFuture<?> heartbeats;
  private final AtomicInteger life = new AtomicInteger();
  private volatile Semaphore hands;
  private volatile Mode mode = Mode.WELL;
  private volatile @Nullable RawHttp connection;
  private volatile boolean closed;

  /** How it behaves. */
  enum Mode {
    /** As it should. */
    WELL,
    /** Ten times slower. */
    SLOW,
    /** Heartbeats, and does nothing else: neither asks for work nor ends what it has. */
    STUCK,
    /** Its process is gone, and its connections with it. */
    GONE
  }

  /**
   * Registers it and has it begin.
   *
   * @param serviceMillis that a task takes on average: half to one and a half of it
   */
  StuckAgent(
      String base,
      String id,
      String capability,
      int concurrency,
      int serviceMillis,
      ScheduledExecutorService timer,
      long seed) {
    this.base = base;
    this.id = id;
    this.concurrency = concurrency;
    this.serviceMillis = serviceMillis;
    this.timer = timer;
    random = new Random(seed);
    client = new LoadClient(base);
    hands = new Semaphore(concurrency);
    ObjectNode agent = JSON.objectNode().put("concurrency", concurrency);
    agent.putArray("capabilities").add(capability);
    client.call("PUT", path(), agent).required();
    heartbeats =
        timer.scheduleAtFixedRate(
            this::heartbeat, HEARTBEAT_MILLIS, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
    Thread thread = new Thread(this::work, id);
    thread.setDaemon(true);
    thread.start();
  }

  String id() {
    return id;
  }

  private String path() {
    return "/v1/agents/" + id;
  }

  /** From now on it behaves so. What it was at work on when it got stuck or went is lost. */
  void become(Mode next) {
    if (next == Mode.STUCK || next == Mode.GONE) {
      life.incrementAndGet();
      hands = new Semaphore(concurrency);
    }
    mode = next;
    if (next == Mode.GONE) {
      disconnect();
    }
  }

  /** Tells the node to give it no new work, or to give it some again. */
  void drain(boolean drains) {
    client.call("POST", path() + (drains ? ":drain" : ":resume"), null).required();
  }

  private void heartbeat() {
    if (mode == Mode.STUCK) {
      var unused = client.send("POST", path() + ":heartbeat", null);
    }
  }

  private void work() {
    try {
      while (!closed) {
        if (mode == Mode.STUCK || mode == Mode.GONE) {
          Pause.real().of(BREATH);
          continue;
        }
        int itsLife = life.get();
        Semaphore free = hands;
        if (free.tryAcquire(BREATH.toMillis(), TimeUnit.MILLISECONDS)) {
          int max = 1 + free.drainPermits();
          JsonNode leases = acquire(max);
          free.release(max - leases.size());
          for (JsonNode lease : leases) {
            begin(lease, free, itsLife);
          }
          if (leases.isEmpty()) {
            Pause.real().of(BREATH);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode acquire(int max) {
    ObjectNode body = JSON.objectNode().put("max", max).put("waitSeconds", WAIT_SECONDS);
    byte[] request =
        RawHttp.post(
            path() + "/leases:acquire",
            "application/json",
            body.toString().getBytes(StandardCharsets.UTF_8));
    try {
      RawHttp open = connection;
      if (open == null) {
        open = new RawHttp(URI.create(base));
        connection = open;
      }
      RawHttp.Response response = open.exchange(request);
      return response.status() == 200
          ? MAPPER.readTree(response.body()).path("leases")
          : JSON.arrayNode();
    } catch (IOException e) {
      // Cut off, as when it is gone; whoever is back connects again.
      disconnect();
      return JSON.arrayNode();
    }
  }

  private void disconnect() {
    RawHttp open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new IllegalStateException("A connection cannot be closed", e);
      }
    }
  }

  private void begin(JsonNode lease, Semaphore itsHands, int itsLife) {
    double factor = mode == Mode.SLOW ? SLOW : 1;
    long millis = (long) (serviceMillis * factor * (0.5 + random.nextDouble()));
    var unused =
        timer.schedule(() -> complete(lease, itsHands, itsLife), millis, TimeUnit.MILLISECONDS);
  }

  private void complete(JsonNode lease, Semaphore itsHands, int itsLife) {
    if (itsLife != life.get()) {
      return;
    }
    ObjectNode body = JSON.objectNode();
    body.putArray("leases")
        .addObject()
        .put("taskId", lease.path("taskId").asText())
        .put("leaseToken", lease.path("leaseToken").asText())
        .put("output", id);
    var unused =
        client
            .send("POST", "/v1/leases:complete", body)
            .whenComplete((answer, failure) -> itsHands.release());
  }

  @Override
  public void close() {
    closed = true;
    heartbeats.cancel(false);
    become(Mode.GONE);
  }
}
