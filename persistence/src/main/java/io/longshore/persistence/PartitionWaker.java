package io.longshore.persistence;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Keeps every partition alive somewhere, since a partition has timers to run even when nobody talks
 * to it, and notes when each was last known to be.
 *
 * <p>Every few seconds a node wakes its own, tells the other nodes' wakers in one message which of
 * them have answered, and wakes those of which no other node has said so lately: so what is said
 * grows with the pairs of nodes and not with the partitions too. Whenever the membership changes it
 * wakes all.
 *
 * <p>A node that is told to stop first waits a little for all of them to have answered once. What
 * woke them is kept by the region until they have a place, and a node that leaves is given none: if
 * there is no other, its region would wait for that until it times out.
 */
final class PartitionWaker extends AbstractBehavior<PartitionWaker.Message> {

  /** What a waker understands. */
  interface Message {}

  private record Wake() implements Message {}

  private record MembershipChanged() implements Message {}

  private static final Duration PLACED_WITHIN = Duration.ofSeconds(5);

  private final ObjIntConsumer<PartitionMessage> partitions;
  private final Supplier<List<Integer>> near;
  private final long interval;
  private final AtomicLongArray lastAwake;
  private final Clock clock;
  private final CompletableFuture<Done> placed;
  private final Cluster cluster;

  /** Those that have answered since the others were last told. */
  private final Set<Integer> answered = new HashSet<>();

  private PartitionWaker(
      ActorContext<Message> context,
      String typeName,
      ObjIntConsumer<PartitionMessage> partitions,
      Supplier<List<Integer>> near,
      Duration interval,
      AtomicLongArray lastAwake,
      Clock clock) {
    super(context);
    this.partitions = partitions;
    this.near = near;
    this.interval = interval.toMillis();
    this.lastAwake = lastAwake;
    this.clock = clock;
    this.placed = placedBeforeLeaving(context.getSystem(), typeName);
    this.cluster = Cluster.get(context.getSystem());
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(
                    ClusterEvent.MemberEvent.class, event -> new MembershipChanged()),
                ClusterEvent.MemberEvent.class));
  }

  /**
   * Begins as soon as it is started.
   *
   * @param typeName names the partitions
   * @param partitions sends a message to one of them
   * @param near which run on this node
   * @param lastAwake when each has last answered, or another node has said that it did; 0 for never
   */
  static Behavior<Message> create(
      String typeName,
      ObjIntConsumer<PartitionMessage> partitions,
      Supplier<List<Integer>> near,
      Duration interval,
      AtomicLongArray lastAwake,
      Clock clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Wake(), interval);
                  PartitionWaker waker =
                      new PartitionWaker(
                          context, typeName, partitions, near, interval, lastAwake, clock);
                  waker.wakeAll();
                  return waker;
                }));
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(PartitionMessage.Awake.class, this::onAwake)
        .onMessage(PartitionMessage.AwakeThere.class, this::onAwakeThere)
        .onMessage(Wake.class, wake -> onWake())
        .onMessage(MembershipChanged.class, changed -> wakeAll())
        .build();
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

  private Behavior<Message> onAwake(PartitionMessage.Awake awake) {
    answered.add(awake.partition());
    awake(awake.partition());
    return this;
  }

  private Behavior<Message> onAwakeThere(PartitionMessage.AwakeThere there) {
    there.partitions().forEach(this::awake);
    return this;
  }

  private void awake(int partition) {
    if (partition < lastAwake.length()) {
      lastAwake.set(partition, clock.millis());
    }
    if (!placed.isDone() && allAnswered()) {
      placed.complete(Done.done());
    }
  }

  private boolean allAnswered() {
    for (int i = 0; i < lastAwake.length(); i++) {
      if (lastAwake.get(i) == 0) {
        return false;
      }
    }
    return true;
  }

  private Behavior<Message> onWake() {
    List<Integer> here = near.get();
    tellOthers(here.stream().filter(answered::contains).toList());
    answered.clear();
    // One and a half, for no two nodes' clocks tick at the same time.
    long since = clock.millis() - interval - interval / 2;
    List<Integer> doubted = new ArrayList<>(here);
    for (int partition = 0; partition < lastAwake.length(); partition++) {
      if (lastAwake.get(partition) < since && !here.contains(partition)) {
        doubted.add(partition);
      }
    }
    doubted.forEach(this::wake);
    return this;
  }

  private void tellOthers(List<Integer> awake) {
    if (awake.isEmpty()) {
      return;
    }
    PartitionMessage.AwakeThere there = new PartitionMessage.AwakeThere(awake);
    String path = getContext().getSelf().path().toStringWithoutAddress();
    for (Member member : cluster.state().getMembers()) {
      Address address = member.address();
      if (member.status().equals(MemberStatus.up())
          && !address.equals(cluster.selfMember().address())) {
        Adapter.toClassic(getContext().getSystem())
            .actorSelection(address + path)
            .tell(there, ActorRef.noSender());
      }
    }
  }

  private Behavior<Message> wakeAll() {
    for (int partition = 0; partition < lastAwake.length(); partition++) {
      wake(partition);
    }
    return this;
  }

  private void wake(int partition) {
    partitions.accept(new PartitionMessage.Wake(getContext().getSelf().narrow()), partition);
  }
}
