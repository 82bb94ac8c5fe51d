package io.longshore.persistence;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.internal.JournalFailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * A node's client of all partitions of one kind. Every partition is one shard; each has a lane here
 * that commits commands in batches. Thread-safe.
 */
public final class Partitions {
  /** After which whoever asked a node that leaves should ask, and finds another. */
  private static final Duration AT_ANOTHER = Duration.ofSeconds(1);

  private final PartitionsSettings settings;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Leaving leaving;
  private final ActorRef<ShardingEnvelope<PartitionMessage>> region;
  private final List<PartitionLane> lanes;
  private final AtomicLongArray lastAwake;
  private final NearPartitions near = new NearPartitions();
  private final DrainRate drainRate = new DrainRate();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong inFlightBytes = new AtomicLong();
  private final Door door;
  private final Door kind;

  private Partitions(
      ActorSystem<?> system,
      PartitionsSettings settings,
      String typeName,
      IntFunction<Behavior<PartitionMessage>> partition,
      Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.scheduler = system.scheduler();
    this.leaving = Leaving.watch(system, typeName);
    this.door = Doors.of(system).door(typeName + "-commands");
    this.door.measures(inFlight::get, settings::maxInFlight);
    this.kind = Doors.of(system).door(typeName);
    Doors.of(system)
        .door(typeName + "-bytes")
        .measures(inFlightBytes::get, settings::maxInFlightBytes);
    EntityTypeKey<PartitionMessage> key = EntityTypeKey.create(PartitionMessage.class, typeName);
    region =
        ClusterSharding.get(system)
            .init(
                Entity.of(
                        key,
                        entity -> {
                          int number = Integer.parseInt(entity.getEntityId());
                          return near.watch(number, stopping(partition.apply(number)));
                        })
                    .withRole(settings.role())
                    .withMessageExtractor(new OneShardEach())
                    .withAllocationStrategy(CalmAllocation.of(system, clock)));
    lastAwake = new AtomicLongArray(settings.count());
    lanes = new ArrayList<>(settings.count());
    for (int i = 0; i < settings.count(); i++) {
      int number = i;
      lanes.add(
          new PartitionLane(
              sender -> system.systemActorOf(sender, typeName + "-lane-" + number, Props.empty()),
              message -> tell(number, message),
              settings,
              drainRate,
              clock,
              System::nanoTime));
    }
    OnceUp.start(
        system,
        PartitionWaker.create(
            typeName,
            (wake, to) -> tell(to, wake),
            near::now,
            settings.wakeInterval(),
            lastAwake,
            clock),
        typeName + "-waker");
  }

  /**
   * A partition that cannot read or write its journal stops, and whoever needs it starts it again.
   * That is said once, by the lane that gets no answer, and not at each attempt.
   */
  static <M> Behavior<M> stopping(Behavior<M> partition) {
    return Behaviors.supervise(partition)
        .onFailure(
            JournalFailureException.class, SupervisorStrategy.stop().withLogLevel(Level.DEBUG));
  }

  /**
   * Starts the partitions of one kind on this node, or a way to them where the node has not their
   * role.
   *
   * @param typeName names the kind in the cluster and in the journal; never changes
   * @param partition makes the behavior of a partition; called again after it stopped
   */
  public static Partitions start(
      ActorSystem<?> system,
      PartitionsSettings settings,
      String typeName,
      IntFunction<Behavior<PartitionMessage>> partition,
      Clock clock) {
    return new Partitions(system, settings, typeName, partition, clock);
  }

  /**
   * Has a command decided and committed. Never completes exceptionally, and always completes: with
   * the reply, with a refusal when this node leaves or has as much in flight as it may, or, after
   * the reply timeout, as indeterminate.
   */
  public <R> CompletionStage<Answer<R>> ask(int partition, PartitionCommand<R> command) {
    CompletableFuture<Answer<R>> result = new CompletableFuture<>();
    send(partition, List.of(command), command.weight(), answer -> result.complete(one(answer, 0)));
    return result;
  }

  /**
   * Has commands decided in order, each for itself, and committed together: what {@link #ask} does,
   * at a fraction of the cost where there are many.
   *
   * @return the answer to each command in order
   */
  public <R> CompletionStage<List<Answer<R>>> askAll(
      int partition, List<? extends PartitionCommand<R>> commands) {
    int weight = 0;
    for (PartitionCommand<R> command : commands) {
      weight += command.weight();
    }
    CompletableFuture<List<Answer<R>>> result = new CompletableFuture<>();
    send(
        partition,
        commands,
        weight,
        answer -> {
          List<Answer<R>> each = new ArrayList<>(commands.size());
          for (int i = 0; i < commands.size(); i++) {
            each.add(one(answer, i));
          }
          result.complete(each);
        });
    return result;
  }

  private void send(
      int partition,
      List<? extends PartitionCommand<?>> commands,
      int weight,
      Consumer<Answer<List<Object>>> whenAnswered) {
    if (leaving.begun()) {
      door.refused("leaving", commands.size());
      whenAnswered.accept(new Answer.Unavailable<>(AT_ANOTHER));
      return;
    }
    PartitionLane lane = lanes.get(partition);
    int commandsNow = inFlight.addAndGet(commands.size());
    long bytesNow = inFlightBytes.addAndGet(weight);
    drainRate.filled(clock.millis());
    String full = full(commandsNow, bytesNow);
    if (full != null) {
      release(commands.size(), weight);
      door.refused(full, commands.size());
      whenAnswered.accept(
          new Answer.Overloaded<>(drainRate.retryAfter(commandsNow, clock.millis())));
      return;
    }
    lane.add(
        new PartitionLane.Ask(
            commands,
            weight,
            answer -> {
              release(commands.size(), weight);
              count(answer, commands.size());
              whenAnswered.accept(answer);
            }));
  }

  private void count(Answer<List<Object>> answer, int commands) {
    if (answer instanceof Answer.Replied<List<Object>> replied) {
      for (Object reply : replied.reply()) {
        if (reply instanceof NoRoom full) {
          kind.refused(full.lacking());
        }
      }
    } else if (answer instanceof Answer.Unavailable) {
      door.refused("unavailable", commands);
    } else if (answer instanceof Answer.Overloaded) {
      door.refused("partition", commands);
    }
  }

  private @Nullable String full(int commandsNow, long bytesNow) {
    if (commandsNow > settings.maxInFlight()) {
      return "commands";
    }
    return bytesNow > settings.maxInFlightBytes() ? "bytes" : null;
  }

  @SuppressWarnings("unchecked") // a partition answers each command with the family it names
  private <R> Answer<R> one(Answer<List<Object>> answer, int index) {
    if (answer instanceof Answer.Replied<List<Object>> replied
        && replied.reply().get(index) instanceof PartitionMessage.Undecided) {
      return new Answer.Indeterminate<>(drainRate.retryAfter(0, clock.millis()));
    }
    return answer.map(replies -> (R) replies.get(index));
  }

  /** Sends a message past the lanes: it changes nothing durable and may be lost. */
  public void tell(int partition, PartitionMessage message) {
    if (!leaving.begun()) {
      region.tell(new ShardingEnvelope<>(Integer.toString(partition), message));
    }
  }

  /**
   * Sends a message past the lanes and waits for its answer: for reading and waiting.
   *
   * @param timeout after which the answer is indeterminate
   */
  public <R> CompletionStage<Answer<R>> await(
      int partition, Function<ActorRef<R>, PartitionMessage> message, Duration timeout) {
    if (leaving.begun()) {
      door.refused("leaving");
      return CompletableFuture.completedFuture(new Answer.Unavailable<>(AT_ANOTHER));
    }
    return AskPattern.<ShardingEnvelope<PartitionMessage>, R>ask(
            region,
            replyTo -> new ShardingEnvelope<>(Integer.toString(partition), message.apply(replyTo)),
            timeout,
            scheduler)
        .handle((reply, failure) -> awaited(reply));
  }

  private <R> Answer<R> awaited(@Nullable R reply) {
    if (reply == null) {
      return new Answer.Indeterminate<>(drainRate.retryAfter(0, clock.millis()));
    }
    if (reply instanceof PartitionMessage.Refused refused) {
      door.refused("partition");
      return new Answer.Overloaded<>(Duration.ofMillis(refused.retryAfterMillis()));
    }
    return new Answer.Replied<>(reply);
  }

  /** How many partitions there are. */
  public int count() {
    return settings.count();
  }

  /** Those that this node has at present: asking them crosses no network. Perhaps none. */
  public List<Integer> near() {
    return near.now();
  }

  /** How many commands of this node are unanswered. */
  public int inFlight() {
    return inFlight.get();
  }

  /** How many partitions are not known to have answered within three wake intervals. */
  public int asleep() {
    Duration patience = settings.wakeInterval().multipliedBy(3);
    long since = clock.millis() - patience.toMillis();
    int asleep = 0;
    for (int i = 0; i < lastAwake.length(); i++) {
      if (lastAwake.get(i) < since) {
        asleep++;
      }
    }
    return asleep;
  }

  private void release(int count, int weight) {
    if (inFlight.addAndGet(-count) == 0) {
      drainRate.emptied(clock.millis());
    }
    inFlightBytes.addAndGet(-weight);
  }
}
