package io.longshore.persistence;

import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Starts an actor once this node is up in its cluster. Whoever talks to sharded entities by himself
 * waits for that: a region keeps what it cannot send yet, and while it keeps anything a node that
 * is told to stop, or finds nobody to join, cannot go.
 */
public final class OnceUp {
  private OnceUp() {}

  /** Starts an actor with this behavior and this name, at once if the node is up already. */
  public static void start(ActorSystem<?> system, Behavior<?> behavior, String name) {
    system.systemActorOf(waiting(behavior), name, Props.empty());
  }

  private static Behavior<SelfUp> waiting(Behavior<?> behavior) {
    return Behaviors.setup(
        context -> {
          Cluster.get(context.getSystem())
              .subscriptions()
              .tell(Subscribe.create(context.getSelf(), SelfUp.class));
          return Behaviors.receiveMessage(
              up -> {
                context.spawn(behavior, "up");
                return Behaviors.same();
              });
        });
  }
}
