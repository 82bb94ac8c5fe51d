package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Submits tasks one by one at a constant rate and watches them end. The load is open: a request is
 * sent when its time has come, whatever became of the ones before, and its latency counts from
 * then, so that a stalled node cannot hide behind a waiting client.
 */
final class Baseline {
  private static final int MAX_OUTSTANDING = 20_000;
  private static final long MAX_LATENCY_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int PAGE = 100;
  private final LoadClient client;
  private final String capability;
  private final int inputBytes;

  Baseline(LoadClient client, String capability, int inputBytes) {
    this.client = client;
    this.capability = capability;
    this.inputBytes = inputBytes;
  }

  /** What was sent and what the node said to it. */
  static final class Sent {
    final Set<String> accepted = ConcurrentHashMap.newKeySet();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final Histogram submitMicros = new ConcurrentHistogram(MAX_LATENCY_MICROS, 3);
    long count;
    long nanos;
  }

  /** What became of the accepted tasks. */
  static final class Ended {
    long completed;
    long otherwise;
    final Histogram lifeMicros = new Histogram(MAX_LATENCY_MICROS, 3);
  }

  /** Sends {@code tasks} submissions at {@code perSecond}; returns when all are answered. */
  Sent send(int tasks, double perSecond, IntConsumer progress) throws InterruptedException {
    Sent sent = new Sent();
    Semaphore outstanding = new Semaphore(MAX_OUTSTANDING);
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("capability", capability);
    body.put("input", "x".repeat(inputBytes));
    long start = System.nanoTime();
    for (int i = 0; i < tasks; i++) {
      long due = start + (long) (i / perSecond * 1e9);
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
      }
      outstanding.acquire();
      sent.count++;
      var unused =
          client
              .send("POST", "/v1/tasks", body, "Idempotency-Key", UUID.randomUUID().toString())
              .handle(
                  (answer, failure) -> {
                    long micros = (System.nanoTime() - due) / 1000;
                    sent.submitMicros.recordValue(Math.min(micros, MAX_LATENCY_MICROS));
                    if (failure == null && answer.isOk()) {
                      sent.accepted.add(answer.body().path("taskId").asText());
                    } else if (failure == null && answer.isBusy()) {
                      sent.refused.incrementAndGet();
                    } else {
                      sent.failed.incrementAndGet();
                    }
                    outstanding.release();
                    return answer;
                  });
      progress.accept(i + 1);
    }
    outstanding.acquire(MAX_OUTSTANDING);
    sent.nanos = System.nanoTime() - start;
    return sent;
  }

  /** Waits until no task waits or runs, for at most {@code patience}. */
  void awaitQuiet(Duration patience, Pause pause) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (count("submitted") + count("working") > 0 && System.nanoTime() < until) {
      pause.of(Duration.ofMillis(100));
    }
  }

  private int count(String state) {
    return client
        .call("GET", "/v1/tasks?pageSize=1&capability=" + capability + "&state=" + state, null)
        .required()
        .path("tasks")
        .size();
  }

  /** Reads every accepted task back. */
  Ended readBack(Set<String> accepted) {
    Ended ended = new Ended();
    CompletableFuture<?>[] window = new CompletableFuture<?>[PAGE];
    int at = 0;
    for (String taskId : accepted) {
      CompletableFuture<?> before = window[at];
      if (before != null) {
        before.join();
      }
      window[at] =
          client
              .send("GET", "/v1/tasks/" + taskId, null)
              .handle((answer, failure) -> note(failure == null ? answer.body() : null, ended));
      at = (at + 1) % PAGE;
    }
    for (CompletableFuture<?> last : window) {
      if (last != null) {
        last.join();
      }
    }
    return ended;
  }

  private static boolean note(@Nullable JsonNode task, Ended ended) {
    synchronized (ended) {
      if (task == null || !task.path("state").asText().equals("completed")) {
        ended.otherwise++;
        return false;
      }
      ended.completed++;
      Duration life =
          Duration.between(
              Instant.parse(task.path("createdAt").asText()),
              Instant.parse(task.path("updatedAt").asText()));
      ended.lifeMicros.recordValue(
          Math.min(MAX_LATENCY_MICROS, Math.max(0, life.toNanos() / 1000)));
      return true;
    }
  }
}
