package io.longshore.loadtest;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * What was done in one slice of time.
 *
 * @param done how many of whatever is counted
 * @param seconds how long it took
 * @param failed what was tried and not done, counted over the whole slice
 * @param micros how long single operations took; sampled
 */
record Slice(long done, double seconds, long failed, Histogram micros) {

  /** What was done at the same time by several, when all of them have ended. */
  static Slice together(List<Future<Slice>> working) throws InterruptedException {
    long done = 0;
    long failed = 0;
    double seconds = 0;
    Histogram micros = new Histogram(ClosedLoop.MAX_MICROS, 3);
    for (Future<Slice> one : working) {
      try {
        Slice slice = one.get();
        done += slice.done();
        failed += slice.failed();
        seconds = Math.max(seconds, slice.seconds());
        micros.add(slice.micros());
      } catch (ExecutionException e) {
        throw new IllegalStateException("A measurement has failed: " + e.getCause(), e);
      }
    }
    return new Slice(done, seconds, failed, micros);
  }

  /** How many were done a second. */
  double rate() {
    return done / seconds;
  }
}
