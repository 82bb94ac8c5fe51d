package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.persistence.CalmAllocation;
import io.longshore.persistence.Leaving;
import java.time.Clock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * A node's way to the coordinators, one per route, wherever they are. Routes are named by whoever
 * submits: a coordinator that has had nothing to do for a while leaves memory. Thread-safe.
 */
final class Coordinators {
  private static final EntityTypeKey<CoordinatorProtocol.Command> KEY =
      EntityTypeKey.create(CoordinatorProtocol.Command.class, "coordinator");
  private final ClusterSharding sharding;
  private final Leaving leaving;
  private final ActorSystem<?> system;
  private final CoordinatorSettings settings;
  private final Clock clock;

  Coordinators(ActorSystem<?> system, CoordinatorSettings settings, Clock clock) {
    this.system = system;
    this.clock = clock;
    this.sharding = ClusterSharding.get(system);
    this.leaving = Leaving.watch(system, "coordinators");
    this.settings = settings;
  }

  /** What makes a route's coordinator; it is given whom it tells that it may leave. */
  interface Making
      extends BiFunction<
          Route,
          Consumer<ActorRef<CoordinatorProtocol.Command>>,
          Behavior<CoordinatorProtocol.Command>> {}

  /** Starts hosting coordinators, or a way to them where the node has not the role. */
  void start(Making coordinator) {
    sharding.init(
        Entity.of(
                KEY,
                entity ->
                    coordinator.apply(
                        Route.ofKey(entity.getEntityId()),
                        self -> entity.getShard().tell(new ClusterSharding.Passivate<>(self))))
            .withRole(settings.partitions().role())
            .withMessageExtractor(new HashCodeMessageExtractor<>(settings.shards()))
            .withAllocationStrategy(CalmAllocation.of(system, clock))
            // What is dropped is said again: nothing that a coordinator hears has to reach it.
            .withEntityProps(MailboxSelector.bounded(settings.commandCapacity())));
  }

  /** A way for what this node's mailboxes and partitions have to tell. */
  ToCoordinators gathering() {
    return new ToCoordinators(
        this::tell,
        (delay, task) -> {
          var unused = system.scheduler().scheduleOnce(delay, task, system.executionContext());
        });
  }

  /**
   * Sends a command to the coordinator that places a route's tasks; may be lost. A node that is
   * leaving sends none.
   */
  void tell(Route route, CoordinatorProtocol.Command command) {
    if (!leaving.begun()) {
      sharding.entityRefFor(KEY, route.withoutRange().key()).tell(command);
    }
  }
}
