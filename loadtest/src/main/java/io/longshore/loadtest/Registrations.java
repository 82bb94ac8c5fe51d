package io.longshore.loadtest;

import io.longshore.persistence.Answer;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.Deregistered;
import io.longshore.registry.RegistryProtocol.NoSuchAgent;
import io.longshore.registry.RegistryProtocol.Registered;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * New agents that register, each counted once it is committed. Between slices they are removed
 * again, which is not measured.
 */
final class Registrations implements Measurement {
  private static final int TIDYING = 1024;
  private final Registry registry;
  private final int inFlight;
  private final int first;
  private final int room;
  private final AtomicInteger next = new AtomicInteger();

  /**
   * Registrations of so many in flight.
   *
   * @param first the number of the first agent; from there on none is registered
   * @param room how many agents one slice may register
   */
  Registrations(Registry registry, int inFlight, int first, int room) {
    this.registry = registry;
    this.inFlight = inFlight;
    this.first = first;
    this.room = room;
    next.set(first);
  }

  @Override
  public String name() {
    return "registrations, %,d in flight".formatted(inFlight);
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    return ClosedLoop.run(
        inFlight,
        slot -> {
          int number = next.getAndIncrement();
          return number - first >= room ? null : register(registry, number);
        },
        length);
  }

  /** Registers one agent; 1 if it is committed, else 0. */
  static CompletableFuture<Integer> register(Registry registry, int number) {
    return registry
        .register(BenchAgents.spec(number), null)
        .thenApply(
            answer ->
                answer instanceof Answer.Replied<?> replied && replied.reply() instanceof Registered
                    ? 1
                    : 0)
        .toCompletableFuture();
  }

  /** Registers agents by number, all of them, however often one is refused for the moment. */
  static void all(Registry registry, int from, int to, int inFlight) throws InterruptedException {
    Queue<Integer> left = new ConcurrentLinkedQueue<>();
    IntStream.range(from, to).forEach(left::add);
    ClosedLoop.finish(
        inFlight,
        slot -> {
          Integer number = left.poll();
          return number == null
              ? null
              : register(registry, number).thenApply(done -> again(left, number, done));
        });
  }

  @Override
  public void tidy() throws InterruptedException {
    Queue<Integer> left = new ConcurrentLinkedQueue<>();
    IntStream.range(first, Math.min(next.get(), first + room)).forEach(left::add);
    ClosedLoop.finish(
        TIDYING,
        slot -> {
          Integer number = left.poll();
          return number == null
              ? null
              : registry
                  .deregister(BenchAgents.id(number), null)
                  .thenApply(
                      answer ->
                          answer instanceof Answer.Replied<?> replied
                                  && (replied.reply() instanceof Deregistered
                                      || replied.reply() instanceof NoSuchAgent)
                              ? 1
                              : 0)
                  .thenApply(done -> again(left, number, done));
        });
    next.set(first);
  }

  private static int again(Queue<Integer> left, int number, int done) {
    if (done == 0) {
      left.add(number);
    }
    return done;
  }
}
