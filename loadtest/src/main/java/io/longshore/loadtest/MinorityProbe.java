package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that knows only the node that was cut off, and does not ask twice. */
final class MinorityProbe {
  private static final JsonNode TASK =
      JsonNodeFactory.instance.objectNode().put("capability", "probe").put("input", 1);
  private final FaultNode node;
  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
  private volatile long begin;
  private volatile long lastAccepted;
  private volatile boolean ended;

  MinorityProbe(FaultNode node) {
    this.node = node;
  }

  /** Counts time from now on. */
  void begin() {
    begin = System.nanoTime();
  }

  /** The network is whole again: what is accepted from now on is right. */
  void end() {
    ended = true;
  }

  /** Submits a task and does not wait for the answer. */
  void ask() {
    CompletableFuture<LoadClient.Answer> answered = node.client().send("POST", "/v1/tasks", TASK);
    var unused =
        answered.handle(
            (answer, failure) -> {
              note(failure == null ? Integer.toString(answer.status()) : "no answer");
              return null;
            });
  }

  private void note(String what) {
    answers.computeIfAbsent(what, name -> new AtomicInteger()).incrementAndGet();
    if (what.startsWith("2") && !ended) {
      lastAccepted = System.nanoTime() - begin;
    }
  }

  /** Whether it was refused with 503, and accepted nothing once others serve everything. */
  boolean wasRefusedAtLast() {
    return answers.containsKey("503") && lastAccepted < TimeUnit.SECONDS.toNanos(15);
  }

  void writeTo(Report report) {
    new TreeMap<>(answers)
        .forEach((what, count) -> report.fact("at the node cut off, " + what, count.get()));
    report.fact("it accepted its last task, seconds after the cut", lastAccepted / 1e9);
  }
}
