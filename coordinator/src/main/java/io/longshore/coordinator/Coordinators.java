package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.persistence.Leaving;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** A node's way to the coordinators, one per route, wherever they are. Thread-safe. */
final class Coordinators {
  private static final EntityTypeKey<CoordinatorProtocol.Command> KEY =
      EntityTypeKey.create(CoordinatorProtocol.Command.class, "coordinator");
  private final ClusterSharding sharding;
  private final Leaving leaving;
  private final int shards;
  private final String role;

  Coordinators(ActorSystem<?> system, int shards, String role) {
    this.sharding = ClusterSharding.get(system);
    this.leaving = Leaving.watch(system, "coordinators");
    this.shards = shards;
    this.role = role;
  }

  /** Starts hosting coordinators, or a way to them where the node has not the role. */
  void start(Function<Route, Behavior<CoordinatorProtocol.Command>> coordinator) {
    sharding.init(
        Entity.of(KEY, entity -> coordinator.apply(Route.ofKey(entity.getEntityId())))
            .withRole(role)
            .withMessageExtractor(new HashCodeMessageExtractor<>(shards)));
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
