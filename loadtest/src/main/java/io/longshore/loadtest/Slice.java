package io.longshore.loadtest;

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

  /** How many were done a second. */
  double rate() {
    return done / seconds;
  }
}
