package io.longshore.loadtest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.node.cli.Pause;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Some tasks beside a flood of messages, submitted at a constant rate, and agents that do them. */
final class FloodTasks implements AutoCloseable {
  private static final String CAPABILITY = "flood-task";
  private static final int AGENTS = 2;
  private static final int CONCURRENCY = 8;
  private static final int SERVICE_MILLIS = 50;
  private final LoadClient client;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final ScheduledFuture<?> submitting;
  private final StuckAgent[] agents = new StuckAgent[AGENTS];
  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();

  /** Begins, at so many tasks a second. */
  FloodTasks(String url, int perSecond) {
    client = new LoadClient(url);
    for (int i = 0; i < AGENTS; i++) {
      agents[i] =
          new StuckAgent(
              url, CAPABILITY + "-" + i, CAPABILITY, CONCURRENCY, SERVICE_MILLIS, timer, i);
    }
    ObjectNode task = JsonNodeFactory.instance.objectNode().put("capability", CAPABILITY);
    long nanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    submitting = timer.scheduleAtFixedRate(() -> submit(task), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void submit(ObjectNode task) {
    var unused = client.send("POST", "/v1/tasks", task).whenComplete(this::submitted);
  }

  private void submitted(LoadClient.@Nullable Answer answer, @Nullable Throwable failure) {
    if (failure != null || answer == null) {
      unanswered.incrementAndGet();
    } else if (answer.isOk()) {
      accepted.add(answer.body().path("taskId").asText());
    } else if (answer.isBusy()) {
      refused.incrementAndGet();
    } else {
      unanswered.incrementAndGet();
    }
  }

  /** Submits no more; what was accepted has so long to end. */
  void finish(Duration patience) throws InterruptedException {
    submitting.cancel(false);
    new Baseline(client, CAPABILITY, 0).awaitQuiet(patience, Pause.real());
  }

  int accepted() {
    return accepted.size();
  }

  /** Answered 429 or 503. */
  int refused() {
    return refused.get();
  }

  /** Answered otherwise, or not at all. */
  int unanswered() {
    return unanswered.get();
  }

  /** How many of the accepted have not been completed. */
  int lost() {
    int lost = 0;
    for (String id : accepted) {
      String state = client.call("GET", "/v1/tasks/" + id, null).required().path("state").asText();
      lost += state.equals("completed") ? 0 : 1;
    }
    return lost;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    for (StuckAgent agent : agents) {
      agent.close();
    }
  }
}
