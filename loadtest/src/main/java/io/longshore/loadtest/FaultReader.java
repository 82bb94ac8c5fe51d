package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A client that looks what has become of each task, and notes what should not have. */
final class FaultReader {
  private static final Duration NOTHING_YET = Duration.ofMillis(100);
  private static final int READERS = 6;
  private static final Duration BREATH = Duration.ofMillis(2);
  private final FaultClient client;
  private final Promises promises;
  private final Pause pause = Pause.real();
  private final Queue<String> toRead = new ConcurrentLinkedQueue<>();
  private volatile boolean again = true;

  FaultReader(FaultClient client, Promises promises) {
    this.client = client;
    this.promises = promises;
  }

  /** Looks at this task too. */
  void add(String taskId) {
    toRead.add(taskId);
  }

  /** Looks from now on only at tasks that have not ended. */
  void forgetWhatEnded() {
    again = false;
  }

  /** Reads each accepted task again and again, more often than it changes. */
  void read() throws InterruptedException {
    while (!client.isStopped()) {
      String taskId = toRead.poll();
      if (taskId == null) {
        pause.of(NOTHING_YET);
        continue;
      }
      look(taskId);
      if (again || !promises.hasEnded(taskId)) {
        toRead.add(taskId);
      }
      pause.of(BREATH);
    }
  }

  private void look(String taskId) throws InterruptedException {
    boolean hadEnded = promises.hasEnded(taskId);
    LoadClient.Answer answer = client.insist("read", "GET", "/v1/tasks/" + taskId, null, null);
    if (answer != null) {
      boolean found = answer.status() == 200;
      JsonNode body = answer.body();
      promises.seen(
          taskId,
          hadEnded,
          found ? body.path("state").asText() : null,
          body.path("output").asText());
    }
  }

  /**
   * Waits until all accepted tasks have ended, or for so long, and then checks every promise by
   * reading each task and submitting it once more.
   */
  void verify(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    List<String> open = new ArrayList<>(promises.accepted().values());
    while (!open.isEmpty() && System.nanoTime() < until) {
      for (String taskId : open) {
        if (!promises.hasEnded(taskId)) {
          look(taskId);
        }
      }
      open.removeIf(promises::hasEnded);
    }
    Queue<Map.Entry<String, String>> left =
        new ConcurrentLinkedQueue<>(promises.accepted().entrySet());
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Thread reader = new Thread(() -> verifyAll(left), "verify-" + i);
      reader.setDaemon(true);
      reader.start();
      readers.add(reader);
    }
    for (Thread reader : readers) {
      reader.join();
    }
    if (!left.isEmpty()) {
      client.fault(left.size() + " tasks could not be looked at");
    }
    promises.settle();
  }

  private void verifyAll(Queue<Map.Entry<String, String>> left) {
    try {
      for (var one = left.poll(); one != null; one = left.poll()) {
        verify(one.getKey(), one.getValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      client.fault("A task could not be looked at: " + e);
    }
  }

  private void verify(String key, String taskId) throws InterruptedException {
    look(taskId);
    if (key.contains("/")) {
      return; // of a batch, which has a key of its own
    }
    LoadClient.Answer answer =
        client.insist("again", "POST", "/v1/tasks", FaultLoad.task(key), key);
    if (answer != null) {
      promises.accepted(key, answer.body().path("taskId").asText());
    }
  }
}
