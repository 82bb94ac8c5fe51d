package io.longshore.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at the processes of a flood once a second. */
final class FloodWatch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private final JavaProcess node;
  private final JavaProcess client;
  private final LoadClient health;
  private final List<Sample> samples = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private boolean died;

  /**
   * What was seen at one moment.
   *
   * @param nanos when, as {@link System#nanoTime} counts
   * @param nodeCpu processor time of the node so far, seconds
   * @param clientCpu that of the client and of this process
   * @param liveMillis how long the node took to say that it lives; -1 if it did not
   */
  record Sample(long nanos, double nodeCpu, double clientCpu, long liveMillis) {}

  /** Begins to look. */
  FloodWatch(String url, JavaProcess node, JavaProcess client) {
    this.node = node;
    this.client = client;
    health = new LoadClient(url, "node", PATIENCE);
    var unused = timer.scheduleAtFixedRate(this::look, 1, 1, TimeUnit.SECONDS);
  }

  private void look() {
    long from = System.nanoTime();
    boolean lives;
    try {
      lives = health.call("GET", "/health/live", null).isOk();
    } catch (CompletionException noAnswer) {
      lives = false;
    }
    long millis = lives ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from) : -1;
    Duration own = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    synchronized (this) {
      died |= !node.isAlive();
      samples.add(
          new Sample(
              from,
              node.cpu().toMillis() / 1e3,
              (client.cpu().toMillis() + own.toMillis()) / 1e3,
              millis));
    }
  }

  /** Whether the node has ended. */
  synchronized boolean died() {
    return died;
  }

  /** What was seen between two moments. */
  synchronized List<Sample> between(long fromNanos, long toNanos) {
    return samples.stream()
        .filter(one -> one.nanos() >= fromNanos && one.nanos() < toNanos)
        .toList();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
