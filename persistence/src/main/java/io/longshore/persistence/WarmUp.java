package io.longshore.persistence;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * Recovers something of which nothing is kept. The first recovery of a process connects to the
 * database and loads half of the journal plugin, which takes seconds where others have the cores;
 * before a node joins, no partition waits for that.
 */
public final class WarmUp {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private WarmUp() {}

  /** Returns when that is done, has failed, or takes too long: it is not needed. */
  public static void await(ActorSystem<?> system) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Behavior<Stop> once = Behaviors.setup(context -> new Recovery(context.getSelf(), done));
    system.systemActorOf(once, "warm-up", Props.empty());
    done.completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** Sent to itself once it has recovered. */
  private record Stop() {}

  private static final class Recovery extends EventSourcedBehavior<Stop, Stop, Stop> {
    private final ActorRef<Stop> self;
    private final CompletableFuture<Void> done;

    Recovery(ActorRef<Stop> self, CompletableFuture<Void> done) {
      super(PersistenceId.ofUniqueId("warm-up-" + UUID.randomUUID()));
      this.self = self;
      this.done = done;
    }

    @Override
    public Stop emptyState() {
      return new Stop();
    }

    @Override
    public CommandHandler<Stop, Stop, Stop> commandHandler() {
      return (state, stop) -> Effect().stop();
    }

    @Override
    public EventHandler<Stop, Stop> eventHandler() {
      return (state, event) -> state;
    }

    @Override
    public SignalHandler<Stop> signalHandler() {
      return newSignalHandlerBuilder()
          .onSignal(
              RecoveryCompleted.instance(),
              state -> {
                done.complete(null);
                self.tell(new Stop());
              })
          .onSignal(RecoveryFailed.class, (state, failed) -> done.complete(null))
          .build();
    }
  }
}
