package io.longshore.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.Pause;
import io.longshore.persistence.StableHash;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Whole lives of tasks while nodes or their database die and come back: some clients submit with
 * idempotency keys, one by one into each partition and in batches; some lease tasks and complete
 * them; one reads what has become of them.
 */
final class FaultLoad implements AutoCloseable {
  /** As many as a node has unless told otherwise. */
  static final int PARTITIONS = 16;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String CAPABILITY = "fault";
  private static final Duration BEFORE_AGAIN = Duration.ofMillis(100);
  private static final int BATCHERS = 2;
  private static final int WORKERS = 3;
  private static final int BATCH = 20;

  /** A task may be leased each time that a node dies. */
  private static final int ATTEMPTS = 100;

  private final FaultClient client;
  private final Promises promises;
  private final Timeline timeline;
  private final Plan plan;
  private final Pause pause = Pause.real();
  private final String run =
      Long.toString(ProcessHandle.current().pid(), 36) + "-" + UUID.randomUUID();
  private final AtomicInteger keys = new AtomicInteger();
  private final AtomicInteger submitting = new AtomicInteger(PARTITIONS + BATCHERS);
  private final FaultReader reader;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultLoad::daemon);
  private volatile boolean submit = true;

  /**
   * How much.
   *
   * @param limit no more is submitted once so many tasks are accepted
   * @param single between two submissions into one partition
   * @param batch between two batches of one client
   */
  record Plan(int limit, Duration single, Duration batch) {
    /** About 1,000 tasks/s, and for as long as it takes. */
    static final Plan HARD =
        new Plan(Integer.MAX_VALUE, Duration.ofMillis(160), Duration.ofMillis(20));

    /** Of at most so many tasks a second, half of which, up to a hundred, come one by one. */
    static Plan ofRate(int limit, int rate) {
      int singly = Math.min(100, rate / 2);
      return new Plan(
          limit,
          Duration.ofMillis(1000L * PARTITIONS / singly),
          Duration.ofMillis(1000L * BATCHERS * BATCH / (rate - singly)));
    }
  }

  /**
   * Begins to submit at once; nobody works yet.
   *
   * @param nodes gives a node for each turn
   */
  FaultLoad(IntFunction<LoadClient> nodes, Promises promises, Timeline timeline, Plan plan) {
    this.client = new FaultClient(nodes, timeline);
    this.promises = promises;
    this.timeline = timeline;
    this.plan = plan;
    this.reader = new FaultReader(client, promises);
    for (int i = 0; i < PARTITIONS; i++) {
      int partition = i;
      begin(() -> submitSingly(partition));
    }
    for (int i = 0; i < BATCHERS; i++) {
      begin(this::submitBatches);
    }
    begin(reader::read);
  }

  /** Has agents do what is submitted, from now on. */
  FaultLoad work() {
    for (int i = 0; i < WORKERS; i++) {
      String agentId = "fault-" + i;
      begin(() -> FaultWorker.run(client, promises, CAPABILITY, agentId));
    }
    return this;
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
            client.fault("A client has failed: " + e);
          }
        });
  }

  /** What all its calls go through. */
  FaultClient client() {
    return client;
  }

  /** Whether as much is accepted as the plan says. */
  boolean isFull() {
    return promises.acceptedCount() >= plan.limit;
  }

  /** Submits nothing new; returns when all that was begun is answered. */
  void stopSubmitting(Duration patience) throws InterruptedException {
    submit = false;
    reader.forgetWhatEnded();
    long until = System.nanoTime() + patience.toNanos();
    while (submitting.get() > 0) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "Submissions are without an answer after " + patience + ": " + client.faults());
      }
      pause.of(BEFORE_AGAIN);
    }
  }

  private boolean goesOn() {
    return submit && !isFull();
  }

  private void submitSingly(int partition) throws InterruptedException {
    while (goesOn()) {
      String key = keyOf(partition);
      LoadClient.Answer answer = client.insist("submit", "POST", "/v1/tasks", task(key), key);
      if (answer != null) {
        accepted(key, answer.body().path("taskId").asText());
      }
      pause.of(plan.single);
    }
    submitting.decrementAndGet();
  }

  /** A key whose task belongs to this partition: a client may know, and needs not. */
  private String keyOf(int partition) {
    String key;
    do {
      key = run + "-" + keys.incrementAndGet();
    } while (Long.remainderUnsigned(
            StableHash.fnv1a(key.getBytes(StandardCharsets.UTF_8)), PARTITIONS)
        != partition);
    return key;
  }

  private void submitBatches() throws InterruptedException {
    while (goesOn()) {
      String key = run + "-batch-" + keys.incrementAndGet();
      ArrayNode batch = JSON.arrayNode();
      for (int i = 0; i < BATCH; i++) {
        batch.add(task(key + "/" + i));
      }
      boolean whole = false;
      while (!whole && !client.isStopped()) {
        LoadClient.Answer answer = client.insist("batch", "POST", "/v1/tasks:batch", batch, key);
        whole = answer == null || note(key, answer.body());
        pause.of(plan.batch);
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
        client.fault("An item of a batch was answered " + results.path(i));
      }
    }
    return whole;
  }

  private void accepted(String key, String taskId) {
    timeline.accepted(taskId);
    promises.accepted(key, taskId);
    reader.add(taskId);
  }

  /** The task of this key, always the same. */
  static ObjectNode task(String key) {
    return JSON.objectNode()
        .put("capability", CAPABILITY)
        .put("input", key)
        .put("maxAttempts", ATTEMPTS)
        .put("leaseSeconds", FaultWorker.LEASE_SECONDS);
  }

  /** Checks every promise; see {@link FaultReader#verify}. */
  void verify(Duration patience) throws InterruptedException {
    reader.verify(patience);
  }

  @Override
  public void close() {
    client.stop();
    submit = false;
    threads.shutdownNow();
  }
}
