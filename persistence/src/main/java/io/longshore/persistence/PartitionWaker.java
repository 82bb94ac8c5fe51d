package io.longshore.persistence;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ObjIntConsumer;
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
 */
final class PartitionWaker {

  /** What a waker understands. */
  interface Message {}

  private record Wake() implements Message {}

  private record MembershipChanged() implements Message {}

  private PartitionWaker() {}

  static Behavior<Message> create(
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
          return Behaviors.withTimers(
              timers -> {
                timers.startTimerWithFixedDelay(new Wake(), interval);
                wakeAll(context, partitions, lastAwake.length());
                return Behaviors.receive(Message.class)
                    .onMessage(
                        PartitionMessage.Awake.class,
                        awake -> {
                          lastAwake.set(awake.partition(), clock.millis());
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

  private static void wakeAll(
      ActorContext<Message> context, ObjIntConsumer<PartitionMessage> partitions, int count) {
    PartitionMessage wake = new PartitionMessage.Wake(context.getSelf().narrow());
    for (int partition = 0; partition < count; partition++) {
      partitions.accept(wake, partition);
    }
  }
}
