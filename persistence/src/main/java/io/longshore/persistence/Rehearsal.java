package io.longshore.persistence;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * Reads partitions as whoever takes them over does, and forgets them. The first recoveries of a
 * process connect to the database, load half of the journal plugin and run code that is not
 * compiled, which takes seconds where others have the cores; before a node joins, nobody waits for
 * that.
 *
 * <p>Writes nothing and answers nobody: the partition itself may be at work elsewhere, and what is
 * read of it may be torn by what is deleted there meanwhile.
 */
public final class Rehearsal {
  /** A start must not take much longer for it. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** After so long enough was read. */
  private static final Duration ENOUGH = Duration.ofSeconds(1);

  private static final int MOST = 4;

  private Rehearsal() {}

  /**
   * Returns when some partitions were read, could not be read, or take too long: it is not needed.
   *
   * @param typeName names the kind of the partitions in the journal
   */
  public static void await(ActorSystem<?> system, String typeName, PartitionLogic<?, ?, ?> logic) {
    long from = System.nanoTime();
    for (int i = 0; i < MOST && System.nanoTime() - from < ENOUGH.toNanos(); i++) {
      CompletableFuture<Void> over = new CompletableFuture<>();
      system.systemActorOf(
          reading(PersistenceId.of(typeName, Integer.toString(i)), logic, over),
          "rehearsal-" + UUID.randomUUID(),
          Props.empty());
      over.completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    }
  }

  private static <S, E> Behavior<Stop> reading(
      PersistenceId id, PartitionLogic<S, ?, E> logic, CompletableFuture<Void> over) {
    Behavior<Stop> once =
        Behaviors.setup(context -> new Reading<>(id, logic, context.getSelf(), over));
    return Partitions.stopping(once);
  }

  /** Sent to itself once it has recovered. */
  private record Stop() {}

  private static final class Reading<S, E> extends EventSourcedBehavior<Stop, EventBatch, S> {
    private final PartitionLogic<S, ?, E> logic;
    private final ActorRef<Stop> self;
    private final CompletableFuture<Void> over;

    Reading(
        PersistenceId id,
        PartitionLogic<S, ?, E> logic,
        ActorRef<Stop> self,
        CompletableFuture<Void> over) {
      super(id);
      this.logic = logic;
      this.self = self;
      this.over = over;
    }

    @Override
    public S emptyState() {
      return logic.empty();
    }

    @Override
    public CommandHandler<Stop, EventBatch, S> commandHandler() {
      return (state, stop) -> Effect().stop();
    }

    @Override
    public EventHandler<S, EventBatch> eventHandler() {
      return (state, batch) -> {
        batch.events(logic.events()).forEach(event -> logic.evolve(state, event));
        return state;
      };
    }

    @Override
    public SnapshotAdapter<S> snapshotAdapter() {
      return new ReadSnapshots<>(snapshot -> snapshot.state(logic.snapshots()));
    }

    @Override
    public SignalHandler<S> signalHandler() {
      return newSignalHandlerBuilder()
          .onSignal(RecoveryCompleted.instance(), state -> self.tell(new Stop()))
          .onSignal(PostStop.instance(), state -> over.complete(null))
          .build();
    }
  }
}
