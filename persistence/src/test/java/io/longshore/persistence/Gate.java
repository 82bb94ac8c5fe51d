package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds a partition in the middle of deciding, so that a test knows what it is doing. */
final class Gate {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /** Waits until the partition stands at the gate. */
  void awaitReached() {
    await(reached);
  }

  /** Lets the partition go on, now and ever after. */
  void open() {
    open.countDown();
  }

  /** Called by the partition. */
  void pass() {
    reached.countDown();
    await(open);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS), "nobody came to the gate");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
