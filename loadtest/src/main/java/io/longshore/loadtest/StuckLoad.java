package io.longshore.loadtest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Tasks of one capability that are submitted at a constant rate, over HTTP. */
final class StuckLoad {
  private final LoadClient client;
  private final StuckRun.Options options;
  private final String capability;

  private final Map<String, Long> accepted = new ConcurrentHashMap<>();

  private final AtomicInteger failed = new AtomicInteger();

  StuckLoad(LoadClient client, StuckRun.Options options, String capability) {
    this.client = client;
    this.options = options;
    this.capability = capability;
  }

  /** When each accepted task was made, epoch milliseconds of the node. */
  Map<String, Long> accepted() {
    return accepted;
  }

  /** How many were not accepted. */
  int failed() {
    return failed.get();
  }

  /** Submits at a constant rate for so long, whatever the answers. */
  void send(Duration length) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("capability", capability)
            .put("leaseSeconds", options.leaseSeconds())
            .put("maxAttempts", 100)
            .put("input", "x".repeat(100));
    long start = System.nanoTime();
    int count = (int) (options.rate() * length.toMillis() / 1_000);
    for (int i = 0; i < count; i++) {
      long due = start + (long) (i / options.rate() * 1e9);
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
      }
      var unused =
          client
              .send("POST", "/v1/tasks", body, "Idempotency-Key", UUID.randomUUID().toString())
              .whenComplete(
                  (answer, failure) -> {
                    if (failure == null && answer.isOk()) {
                      accepted.put(
                          answer.body().path("taskId").asText(),
                          Instant.parse(answer.body().path("createdAt").asText()).toEpochMilli());
                    } else {
                      failed.incrementAndGet();
                    }
                  });
    }
    long end = start + length.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(Math.max(1, end - System.nanoTime()));
    }
  }
}
