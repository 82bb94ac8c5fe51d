package io.longshore.loadtest;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fixed number of operations in flight: whatever completes one begins the next. The first
 * fifth of the time is not counted, because the load has to build up.
 */
final class ClosedLoop {
  /** Longest latency told apart: a minute. */
  static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(1);

  /** Every sixteenth slot times its operations, so that timing costs nothing at high rates. */
  private static final int TIMED = 16;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Keeps a slot whose operation was refused from asking again at once. */
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS);

  private final Work work;
  private final int slots;
  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Histogram micros = new ConcurrentHistogram(MAX_MICROS, 3);
  private final CountDownLatch firstEnded = new CountDownLatch(1);
  private final CountDownLatch allEnded;
  private volatile boolean counting;
  private volatile boolean stopped;

  private ClosedLoop(int slots, Work work) {
    this.slots = slots;
    this.work = work;
    allEnded = new CountDownLatch(slots);
  }

  /** What is done again and again. */
  @FunctionalInterface
  interface Work {
    /**
     * Begins one operation of a slot; a slot has one under way at a time.
     *
     * @return how many it has done, 0 or a failure if none; null if nothing is left to do
     */
    @Nullable CompletionStage<Integer> begin(int slot);
  }

  /** Keeps {@code slots} operations in flight for so long, or until nothing is left to do. */
  static Slice run(int slots, Work work, Duration length) throws InterruptedException {
    return new ClosedLoop(slots, work).run(length);
  }

  /** Keeps {@code slots} operations in flight until nothing is left to do. */
  static void finish(int slots, Work work) throws InterruptedException {
    ClosedLoop loop = new ClosedLoop(slots, work);
    loop.begin();
    loop.awaitEnd();
  }

  private Slice run(Duration length) throws InterruptedException {
    long nanos = length.toNanos();
    long since = System.nanoTime();
    long before = 0;
    counting = slots == 1;
    begin();
    if (!firstEnded.await(nanos / 5, TimeUnit.NANOSECONDS)) {
      counting = true;
      before = done.sum();
      since = System.nanoTime();
      firstEnded.await(nanos - nanos / 5, TimeUnit.NANOSECONDS);
    }
    counting = false;
    long after = done.sum();
    double seconds = (System.nanoTime() - since) / 1e9;
    stopped = true;
    awaitEnd();
    return new Slice(after - before, seconds, failed.sum(), micros);
  }

  private void begin() {
    for (int slot = 0; slot < slots; slot++) {
      turn(slot);
    }
  }

  private void awaitEnd() throws InterruptedException {
    if (!allEnded.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          allEnded.getCount() + " operations are without an answer after " + PATIENCE);
    }
  }

  /** Goes on in a loop while operations complete at once, so that the stack does not grow. */
  private void turn(int slot) {
    while (!stopped) {
      long from = slot % TIMED == 0 ? System.nanoTime() : 0;
      CompletionStage<Integer> stage = work.begin(slot);
      if (stage == null) {
        break;
      }
      CompletableFuture<Integer> operation = stage.toCompletableFuture();
      if (!operation.isDone()) {
        var unused =
            operation.whenComplete((count, failure) -> afterwards(slot, from, count, failure));
        return;
      }
      if (!note(from, operation.handle((count, failure) -> count).join())) {
        LATER.execute(() -> turn(slot));
        return;
      }
    }
    firstEnded.countDown();
    allEnded.countDown();
  }

  private void afterwards(
      int slot, long from, @Nullable Integer count, @Nullable Throwable failure) {
    if (note(from, failure == null ? count : null)) {
      turn(slot);
    } else {
      LATER.execute(() -> turn(slot));
    }
  }

  private boolean note(long from, @Nullable Integer count) {
    if (count == null || count == 0) {
      failed.increment();
      return false;
    }
    done.add(count);
    if (from != 0 && counting) {
      micros.recordValue(Math.min(MAX_MICROS, (System.nanoTime() - from) / 1000));
    }
    return true;
  }
}
