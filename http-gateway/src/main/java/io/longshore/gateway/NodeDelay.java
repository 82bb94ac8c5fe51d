package io.longshore.gateway;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.dispatch.ExecutionContexts;

/**
 * How long it takes in this node to have a turn as often as a small call needs one, for something
 * that has nothing to do. Connections are served where actors work, so it grows with all that is
 * done here, whoever causes it.
 */
final class NodeDelay {
  private static final Duration EVERY = Duration.ofMillis(10);

  /** While nothing is late so many looks are left out: each wakes threads that would sleep. */
  private static final int LEFT_OUT = 4;

  /** A command is read, given to its partition or mailbox, done, and answered. */
  private static final int TURNS = 4;

  private final Executor turns;
  private final LongConsumer delays;
  private long begun;
  private int leftOut;
  private volatile boolean late;
  private volatile boolean over = true;

  private NodeDelay(Executor turns, LongConsumer delays) {
    this.turns = turns;
    this.delays = delays;
  }

  /**
   * Looks twenty times a second, as long as the system runs, and a hundred times from when a look
   * has taken {@link #EVERY} until one takes less. One that takes longer is told of again and
   * again, before it is over.
   *
   * @param delays is told of each, nanoseconds
   */
  static void watch(ActorSystem<?> system, LongConsumer delays) {
    NodeDelay delay = new NodeDelay(system.executionContext(), delays);
    // On the timer's own thread: it must not wait for the turns it measures.
    system
        .scheduler()
        .scheduleAtFixedRate(
            EVERY, EVERY, delay::look, ExecutionContexts.fromExecutor(Runnable::run));
  }

  private void look() {
    long now = System.nanoTime();
    if (!over) {
      delays.accept(now - begun);
    } else if (late || leftOut >= LEFT_OUT) {
      leftOut = 0;
      over = false;
      begun = now;
      next(TURNS);
    } else {
      leftOut++;
    }
  }

  private void next(int left) {
    if (left == 0) {
      long delay = System.nanoTime() - begun;
      delays.accept(delay);
      late = delay >= EVERY.toNanos();
      over = true;
    } else {
      turns.execute(() -> next(left - 1));
    }
  }
}
