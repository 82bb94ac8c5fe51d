package io.longshore.persistence;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Whether a node has answered its last requests and is about to hand its shards over. From then on
 * it must send nothing to sharded entities: a region keeps messages for shards on the move, and
 * while it keeps any the node cannot leave. Thread-safe.
 */
public final class Leaving {
  private volatile boolean begun;

  /**
   * Watches a node from now on.
   *
   * @param watcher names who watches, once per node
   */
  public static Leaving watch(ActorSystem<?> system, String watcher) {
    Leaving leaving = new Leaving();
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeClusterShutdown(),
            watcher + "-leaving",
            () -> {
              leaving.begun = true;
              return CompletableFuture.completedFuture(Done.done());
            });
    return leaving;
  }

  private Leaving() {}

  /** Whether nothing must be sent any more. */
  public boolean begun() {
    return begun;
  }
}
