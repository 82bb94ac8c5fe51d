package io.longshore.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Has threads do something again and again, each for itself, and wait for it to be done. */
final class BlockingLoop implements AutoCloseable {
  private final ExecutorService threads;
  private final int count;

  BlockingLoop(int count) {
    this.count = count;
    threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "bench");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** What is done again and again. */
  @FunctionalInterface
  interface Work {
    /** Does it once as one of the threads; says how many were done, or -1 if it failed. */
    int once(int thread) throws Exception;
  }

  /** Works for so long. Every thread counts until its last operation has ended. */
  Slice run(Work work, Duration length) throws InterruptedException {
    long until = System.nanoTime() + length.toNanos();
    List<Future<Slice>> working = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int thread = i;
      working.add(threads.submit(() -> work(work, thread, until)));
    }
    return Slice.together(working);
  }

  private static Slice work(Work work, int thread, long until) throws Exception {
    Histogram micros = new Histogram(ClosedLoop.MAX_MICROS, 3);
    long start = System.nanoTime();
    long from = start;
    long done = 0;
    long failed = 0;
    while (from < until) {
      int some = work.once(thread);
      done += Math.max(0, some);
      failed += some < 0 ? 1 : 0;
      long now = System.nanoTime();
      micros.recordValue(Math.min(ClosedLoop.MAX_MICROS, (now - from) / 1000));
      from = now;
    }
    return new Slice(done, (from - start) / 1e9, failed, micros);
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
