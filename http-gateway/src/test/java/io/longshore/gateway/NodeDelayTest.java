package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node whose actors have no thread left. */
class NodeDelayTest {
  private static final int THREADS = 2;

  private final ActorTestKit testKit =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  """
                  pekko.actor.default-dispatcher {
                    executor = thread-pool-executor
                    thread-pool-executor.fixed-pool-size = %d
                  }"""
                      .formatted(THREADS))
              .withFallback(ConfigFactory.load()));

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void when_a_turn_takes_long_then_that_is_told_before_it_is_over() throws Exception {
    BlockingQueue<Long> delays = new LinkedBlockingQueue<>();
    NodeDelay.watch(testKit.system(), delays::add);
    assertNotNull(delays.poll(30, TimeUnit.SECONDS));
    CountDownLatch free = new CountDownLatch(1);
    for (int i = 0; i < THREADS; i++) {
      testKit.system().executionContext().execute(() -> await(free));
    }
    assertTrue(longest(delays, 300) >= 300);
    free.countDown();
    delays.clear();
    assertTrue(shortest(delays, 100) < 100);
  }

  private static long longest(BlockingQueue<Long> delays, long enough) throws Exception {
    long millis = 0;
    while (millis < enough) {
      millis = next(delays);
    }
    return millis;
  }

  private static long shortest(BlockingQueue<Long> delays, long enough) throws Exception {
    long millis = enough;
    while (millis >= enough) {
      millis = next(delays);
    }
    return millis;
  }

  private static long next(BlockingQueue<Long> delays) throws Exception {
    Long nanos = delays.poll(30, TimeUnit.SECONDS);
    assertNotNull(nanos);
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
