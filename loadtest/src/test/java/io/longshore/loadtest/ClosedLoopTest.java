package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {

  @Test
  void when_operations_complete_at_once_then_all_are_done_and_the_stack_does_not_grow()
      throws InterruptedException {
    AtomicInteger left = new AtomicInteger(1_000_000);
    AtomicInteger done = new AtomicInteger();
    ClosedLoop.finish(
        3,
        slot -> {
          if (left.getAndDecrement() <= 0) {
            return null;
          }
          done.incrementAndGet();
          return CompletableFuture.completedFuture(1);
        });
    assertEquals(1_000_000, done.get());
  }

  @Test
  void when_it_runs_then_so_many_are_in_flight_and_never_more() throws InterruptedException {
    ExecutorService executor = Executors.newFixedThreadPool(2);
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Slice slice =
        ClosedLoop.run(
            100,
            slot -> {
              most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
              return CompletableFuture.supplyAsync(
                  () -> {
                    inFlight.decrementAndGet();
                    return 10;
                  },
                  executor);
            },
            Duration.ofMillis(200));
    executor.shutdown();
    assertTrue(most.get() <= 100, "in flight at once: " + most);
    assertEquals(0, inFlight.get());
    assertTrue(slice.done() > 0 && slice.done() % 10 == 0, slice.toString());
    assertEquals(0, slice.failed());
  }

  @Test
  void when_an_operation_is_refused_or_fails_then_it_counts_as_failed_and_not_as_done()
      throws InterruptedException {
    AtomicInteger begun = new AtomicInteger();
    Slice slice =
        ClosedLoop.run(
            2,
            slot -> {
              int turn = begun.incrementAndGet();
              return turn > 4
                  ? null
                  : turn % 2 == 0
                      ? CompletableFuture.completedFuture(0)
                      : CompletableFuture.failedFuture(new IllegalStateException("broken"));
            },
            Duration.ofSeconds(30));
    assertEquals(4, slice.failed());
    assertEquals(0, slice.done());
  }
}
