package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients as they should be, while the node or its database dies and comes back: some submit with
 * idempotency keys, one by one and in batches, and ask again until they are answered; some lease
 * tasks and complete them; one reads what has become of them.
 */
final class FaultLoad implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String CAPABILITY = "fault";
  private static final Duration BREATH = Duration.ofMillis(20);
  private static final Duration BEFORE_AGAIN = Duration.ofMillis(100);
  private static final int SUBMITTERS = 2;
  private static final int WORKERS = 3;
  private static final int BATCH = 20;
  private static final int LEASES = 50;
  private static final int LEASE_SECONDS = 3;

  /** A task may be leased each time that the node dies. */
  private static final int ATTEMPTS = 100;

  private final FaultNode node;
  private final Promises promises;
  private final Pause pause = Pause.real();
  private final String run =
      Long.toString(ProcessHandle.current().pid(), 36) + "-" + UUID.randomUUID();
  private final AtomicInteger keys = new AtomicInteger();
  private final AtomicInteger submitting = new AtomicInteger(2 * SUBMITTERS);
  private final Queue<String> toRead = new ConcurrentLinkedQueue<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultLoad::daemon);
  private volatile Answers answers = new Answers();
  private volatile boolean submit = true;
  private volatile boolean stopped;

  /** Begins at once. */
  FaultLoad(FaultNode node, Promises promises) {
    this.node = node;
    this.promises = promises;
    for (int i = 0; i < SUBMITTERS; i++) {
      begin(this::submitSingly);
      begin(this::submitBatches);
    }
    for (int i = 0; i < WORKERS; i++) {
      String agentId = "fault-" + i;
      begin(() -> work(agentId));
    }
    begin(this::read);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "fault-load");
    thread.setDaemon(true);
    return thread;
  }

  /** What a thread does until it is told to stop. */
  private interface Activity {
    void run() throws InterruptedException;
  }

  private void begin(Activity activity) {
    threads.execute(
        () -> {
          try {
            activity.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            faults.add("A client has failed: " + e);
          }
        });
  }

  /** Counts answers anew from now on and returns where. */
  Answers answersFromNow() {
    Answers fresh = new Answers();
    answers = fresh;
    return fresh;
  }

  /** What should never happen, in words. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Submits nothing new; returns when all that was begun is answered. */
  void stopSubmitting(Duration patience) throws InterruptedException {
    submit = false;
    long until = System.nanoTime() + patience.toNanos();
    while (submitting.get() > 0) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "Submissions are without an answer after " + patience + ": " + faults);
      }
      pause.of(BEFORE_AGAIN);
    }
  }

  private void submitSingly() throws InterruptedException {
    while (submit) {
      String key = run + "-" + keys.incrementAndGet();
      LoadClient.Answer answer = insist("submit", "POST", "/v1/tasks", task(key), key);
      if (answer != null) {
        accepted(key, answer.body().path("taskId").asText());
      }
      pause.of(BREATH);
    }
    submitting.decrementAndGet();
  }

  private void submitBatches() throws InterruptedException {
    while (submit) {
      String key = run + "-batch-" + keys.incrementAndGet();
      ArrayNode batch = JSON.arrayNode();
      for (int i = 0; i < BATCH; i++) {
        batch.add(task(key + "/" + i));
      }
      boolean whole = false;
      while (!whole && !stopped) {
        LoadClient.Answer answer = insist("batch", "POST", "/v1/tasks:batch", batch, key);
        whole = answer == null || note(key, answer.body());
        pause.of(BREATH);
      }
    }
    submitting.decrementAndGet();
  }

  private boolean note(String key, JsonNode results) {
    boolean whole = results.size() == BATCH;
    for (int i = 0; i < results.size(); i++) {
      int status = results.path(i).path("status").asInt();
      if (status == 202) {
        accepted(key + "/" + i, results.path(i).path("taskId").asText());
      } else if (status == 429 || status == 503) {
        whole = false;
      } else {
        faults.add("An item of a batch was answered " + results.path(i));
      }
    }
    return whole;
  }

  private void accepted(String key, String taskId) {
    promises.accepted(key, taskId);
    toRead.add(taskId);
  }

  private static ObjectNode task(String key) {
    return JSON.objectNode()
        .put("capability", CAPABILITY)
        .put("input", key)
        .put("maxAttempts", ATTEMPTS)
        .put("leaseSeconds", LEASE_SECONDS);
  }

  private void work(String agentId) throws InterruptedException {
    ObjectNode agent = JSON.objectNode().put("concurrency", 2 * LEASES);
    agent.putArray("capabilities").add(CAPABILITY);
    insist("register", "PUT", "/v1/agents/" + agentId, agent, null);
    ObjectNode acquire = JSON.objectNode().put("max", LEASES).put("waitSeconds", 1);
    while (!stopped) {
      String path = "/v1/agents/" + agentId + "/leases:acquire";
      LoadClient.Answer leased = insist("acquire", "POST", path, acquire, null);
      if (leased != null && leased.body().path("leases").size() > 0) {
        complete(leased.body().path("leases"));
      }
    }
  }

  private void complete(JsonNode leases) throws InterruptedException {
    ObjectNode body = JSON.objectNode();
    ArrayNode results = body.putArray("leases");
    for (JsonNode lease : leases) {
      results
          .addObject()
          .put("taskId", lease.path("taskId").asText())
          .put("leaseToken", lease.path("leaseToken").asText())
          .put("output", lease.path("input").asText() + " by " + UUID.randomUUID());
    }
    LoadClient.Answer answer = insist("complete", "POST", "/v1/leases:complete", body, null);
    if (answer == null) {
      return;
    }
    List<String> succeeded = answer.body().path("succeeded").findValuesAsText("taskId");
    for (JsonNode result : results) {
      String taskId = result.path("taskId").asText();
      if (succeeded.contains(taskId)) {
        promises.completed(
            taskId, result.path("leaseToken").asText(), result.path("output").asText());
      }
    }
  }

  /** Reads each accepted task again and again, more often than it changes. */
  private void read() throws InterruptedException {
    while (!stopped) {
      String taskId = toRead.poll();
      if (taskId == null) {
        pause.of(BEFORE_AGAIN);
        continue;
      }
      look(taskId);
      if (submit) {
        toRead.add(taskId);
      }
      pause.of(Duration.ofMillis(2));
    }
  }

  private void look(String taskId) throws InterruptedException {
    boolean hadEnded = promises.hasEnded(taskId);
    LoadClient.Answer answer = insist("read", "GET", "/v1/tasks/" + taskId, null, null);
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
        look(taskId);
      }
      open.removeIf(promises::hasEnded);
    }
    for (Map.Entry<String, String> one : promises.accepted().entrySet()) {
      look(one.getValue());
      if (!one.getKey().contains("/")) {
        LoadClient.Answer again =
            insist("again", "POST", "/v1/tasks", task(one.getKey()), one.getKey());
        if (again != null) {
          promises.accepted(one.getKey(), again.body().path("taskId").asText());
        }
      }
    }
    promises.settle();
  }

  /**
   * Asks until it is answered with anything but a refusal for now, as a client should.
   *
   * @return null if the load was stopped or the answer is one that nobody foresaw
   */
  private LoadClient.@Nullable Answer insist(
      String call, String method, String path, @Nullable JsonNode body, @Nullable String key)
      throws InterruptedException {
    String[] headers = key == null ? new String[0] : new String[] {"Idempotency-Key", key};
    while (!stopped) {
      long from = System.nanoTime();
      Answers book = answers;
      try {
        LoadClient.Answer answer = node.client().call(method, path, body, headers);
        book.answered(call, answer, millisSince(from));
        boolean foreseen = answer.status() == 404 || answer.status() == 409;
        if (answer.isOk() || foreseen) {
          return answer;
        }
        if (!answer.isBusy()) {
          faults.add(call + " was answered " + answer.status() + " " + answer.body());
          return null;
        }
      } catch (CompletionException noAnswer) {
        book.broken(call, millisSince(from));
      }
      pause.of(BEFORE_AGAIN);
    }
    return null;
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  @Override
  public void close() {
    stopped = true;
    submit = false;
    threads.shutdownNow();
  }
}
