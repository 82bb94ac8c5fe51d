package io.longshore.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * Lookups that are answered at once, in the thread of whoever asks: so many askers share a thread
 * for each core and take turns. Every sixteenth lookup is timed; less than a microsecond counts as
 * one.
 */
final class Lookups implements Measurement {
  private static final int TIMED = 16;
  private static final int STRIDE = 0x9E3779B9;

  private final String name;
  private final int askers;
  private final IntToLongFunction lookup;

  /** Keeps the compiler from leaving out lookups whose result nobody uses. */
  private final AtomicInteger found = new AtomicInteger();

  /**
   * Lookups by so many askers.
   *
   * @param lookup looks up something that a number chooses and says how much it found
   */
  Lookups(String name, int askers, IntToLongFunction lookup) {
    this.name = name;
    this.askers = askers;
    this.lookup = lookup;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    int threads = Math.min(askers, Runtime.getRuntime().availableProcessors());
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      long until = System.nanoTime() + length.toNanos();
      List<Callable<Slice>> works = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int first = i;
        works.add(() -> work(first, until));
      }
      Histogram micros = new Histogram(ClosedLoop.MAX_MICROS, 3);
      long done = 0;
      double seconds = 0;
      for (Future<Slice> one : executor.invokeAll(works)) {
        Slice slice = one.get();
        done += slice.done();
        seconds = Math.max(seconds, slice.seconds());
        micros.add(slice.micros());
      }
      return new Slice(done, seconds, 0, micros);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A lookup has failed: " + e.getCause(), e);
    } finally {
      executor.shutdownNow();
    }
  }

  private Slice work(int first, long until) {
    Histogram micros = new Histogram(ClosedLoop.MAX_MICROS, 3);
    long start = System.nanoTime();
    long from = start;
    long done = 0;
    long sum = 0;
    int number = first * askers;
    while (from < until) {
      for (int i = 1; i < TIMED; i++) {
        number += STRIDE;
        sum += lookup.applyAsLong(number & Integer.MAX_VALUE);
      }
      number += STRIDE;
      from = System.nanoTime();
      sum += lookup.applyAsLong(number & Integer.MAX_VALUE);
      long now = System.nanoTime();
      micros.recordValue(Math.min(ClosedLoop.MAX_MICROS, (now - from + 999) / 1000));
      from = now;
      done += TIMED;
    }
    found.addAndGet((int) sum);
    return new Slice(done, (from - start) / 1e9, 0, micros);
  }
}
