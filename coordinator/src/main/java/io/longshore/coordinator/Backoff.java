package io.longshore.coordinator;

import java.time.Duration;

/**
 * How long a task waits for its next attempt: {@code first × 2^(attempt-1)}, at most {@code
 * longest}, and of that between half and all, so that tasks that failed together do not return
 * together. The jitter is taken from the task itself, which keeps decisions repeatable.
 */
record Backoff(Duration first, Duration longest) {

  Backoff {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "backoff.first must be positive and at most backoff.longest");
    }
  }

  long delayMillis(String taskId, int attempt) {
    int doublings = Math.min(Math.max(attempt - 1, 0), 30);
    long full = Math.min(first.toMillis() << doublings, longest.toMillis());
    int hash = (taskId.hashCode() * 31 + attempt) * 0x9E3779B9;
    double jitter = 0.5 + (hash >>> 1) / (double) Integer.MAX_VALUE / 2;
    return Math.max(1, (long) (full * jitter));
  }
}
