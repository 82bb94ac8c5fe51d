package io.longshore.registry;

import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Keeps this node's {@link Directory}: watches every partition at once and then every few seconds,
 * applies what they send, and asks again at once, but once in a while only, where something is
 * missing.
 */
final class DirectoryActor extends AbstractBehavior<DirectoryActor.Message> {

  /** What a directory understands. */
  interface Message {}

  /** Time to watch all partitions again. */
  private record Tick() implements Message {}

  private final List<PartitionReplica> replicas = new ArrayList<>();
  private final BitSet asked = new BitSet();
  private final AtomicInteger missing;
  private final ObjIntConsumer<Watch> partitions;

  private DirectoryActor(
      ActorContext<Message> context,
      Directory directory,
      AtomicInteger missing,
      ObjIntConsumer<Watch> partitions) {
    super(context);
    this.missing = missing;
    this.partitions = partitions;
    for (int i = missing.get(); i > 0; i--) {
      replicas.add(new PartitionReplica(directory));
    }
  }

  /**
   * A keeper of {@code directory}.
   *
   * @param missing how many partitions there are; counted down to 0 as they become complete
   * @param partitions sends a message to a partition
   * @param interval how often each is watched
   */
  static Behavior<Message> create(
      Directory directory,
      AtomicInteger missing,
      ObjIntConsumer<Watch> partitions,
      Duration interval) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Tick(), interval);
                  context.getSelf().tell(new Tick());
                  return new DirectoryActor(context, directory, missing, partitions);
                }));
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(DirectoryUpdate.class, this::onUpdate)
        .onMessage(Tick.class, this::onTick)
        .build();
  }

  private Behavior<Message> onTick(Tick tick) {
    asked.clear();
    for (int partition = 0; partition < replicas.size(); partition++) {
      watch(partition);
    }
    return this;
  }

  private Behavior<Message> onUpdate(DirectoryUpdate update) {
    int partition = update.partition();
    PartitionReplica replica = replicas.get(partition);
    boolean wasComplete = replica.complete();
    boolean fits = replica.apply(update);
    if (!fits && !asked.get(partition)) {
      asked.set(partition);
      watch(partition);
    }
    if (!wasComplete && replica.complete()) {
      missing.decrementAndGet();
    }
    return this;
  }

  private void watch(int partition) {
    long known = replicas.get(partition).revision();
    partitions.accept(new Watch(getContext().getSelf().narrow(), known), partition);
  }
}
