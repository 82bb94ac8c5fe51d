package io.longshore.persistence;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ObjIntConsumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Keeps every partition alive somewhere: wakes all of them every few seconds and whenever the
 * membership changes, since a partition has timers to run even when nobody talks to it. Notes when
 * each last answered.
 *
 * <p>A node that is told to stop first waits a little for all of them to have answered once. What
 * woke them is kept by the region until they have a place, and a node that leaves is given none: if
 * there is no other, its region would wait for that until it times out.
 */
final class PartitionWaker {

  /** What a waker understands. */
  interface Message {}

  private record Wake() implements Message {}

  private record MembershipChanged() implements Message {}

  private static final Duration PLACED_WITHIN = Duration.ofSeconds(5);

  private PartitionWaker() {}

  /**
   * Begins as soon as it is started.
   *
   * @param typeName names the partitions
   * @param partitions sends a message to one of them
   * @param lastAwake when each has last answered; 0 for never
   */
  static Behavior<Message> create(
      String typeName,
      ObjIntConsumer<PartitionMessage> partitions,
      Duration interval,
      AtomicLongArray lastAwake,
      Clock clock) {
    return Behaviors.setup(
        context -> {
          Cluster.get(context.getSystem())
              .subscriptions()
              .tell(
                  Subscribe.create(
                      context.messageAdapter(
                          ClusterEvent.MemberEvent.class, event -> new MembershipChanged()),
                      ClusterEvent.MemberEvent.class));
          CompletableFuture<Done> placed = placedBeforeLeaving(context.getSystem(), typeName);
          return Behaviors.withTimers(
              timers -> {
                timers.startTimerWithFixedDelay(new Wake(), interval);
                wakeAll(context, partitions, lastAwake.length());
                return Behaviors.receive(Message.class)
                    .onMessage(
                        PartitionMessage.Awake.class,
                        awake -> {
                          lastAwake.set(awake.partition(), clock.millis());
                          if (!placed.isDone() && allAnswered(lastAwake)) {
                            placed.complete(Done.done());
                          }
                          return Behaviors.same();
                        })
                    .onAnyMessage(
                        message -> {
                          wakeAll(context, partitions, lastAwake.length());
                          return Behaviors.same();
                        })
                    .build();
              });
        });
  }

  private static CompletableFuture<Done> placedBeforeLeaving(
      ActorSystem<?> system, String typeName) {
    CompletableFuture<Done> placed = new CompletableFuture<>();
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceRequestsDone(),
            typeName + "-placed",
            () ->
                placed.completeOnTimeout(
                    Done.done(), PLACED_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
    return placed;
  }

  private static boolean allAnswered(AtomicLongArray lastAwake) {
    for (int i = 0; i < lastAwake.length(); i++) {
      if (lastAwake.get(i) == 0) {
        return false;
      }
    }
    return true;
  }

  private static void wakeAll(
      ActorContext<Message> context, ObjIntConsumer<PartitionMessage> partitions, int count) {
    PartitionMessage wake = new PartitionMessage.Wake(context.getSelf().narrow());
    for (int partition = 0; partition < count; partition++) {
      partitions.accept(wake, partition);
    }
  }
}
