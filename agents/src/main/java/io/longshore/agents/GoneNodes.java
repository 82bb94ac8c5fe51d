package io.longshore.agents;

import java.util.function.Consumer;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Tells which nodes cannot be reached any more, as soon as that is found, and again when they are
 * removed. What is started for a worker that waits there would be done by nobody until its lease is
 * over.
 */
final class GoneNodes {
  private GoneNodes() {}

  static Behavior<ClusterEvent.ClusterDomainEvent> create(Consumer<Address> gone) {
    return Behaviors.setup(
        context -> {
          var self = context.getSelf();
          var subscriptions = Cluster.get(context.getSystem()).subscriptions();
          subscriptions.tell(Subscribe.create(self.narrow(), UnreachableMember.class));
          subscriptions.tell(Subscribe.create(self.narrow(), MemberEvent.class));
          return Behaviors.receive(ClusterEvent.ClusterDomainEvent.class)
              .onMessage(
                  UnreachableMember.class,
                  event -> {
                    gone.accept(event.member().address());
                    return Behaviors.same();
                  })
              .onMessage(
                  MemberRemoved.class,
                  event -> {
                    gone.accept(event.member().address());
                    return Behaviors.same();
                  })
              .onAnyMessage(event -> Behaviors.same())
              .build();
        });
  }
}
