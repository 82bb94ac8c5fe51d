package io.longshore.node;

import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log who comes and goes. What a person should look at Pekko itself warns of. */
final class MembershipLog {
  private static final Logger log = LoggerFactory.getLogger(MembershipLog.class);

  private MembershipLog() {}

  static void start(ActorSystem<?> system) {
    system.systemActorOf(create(), "longshore-membership-log", Props.empty());
  }

  private static Behavior<MemberEvent> create() {
    return Behaviors.setup(
        context -> {
          Cluster.get(context.getSystem())
              .subscriptions()
              .tell(Subscribe.create(context.getSelf(), MemberEvent.class));
          return Behaviors.receiveMessage(
              event -> {
                tell(event);
                return Behaviors.same();
              });
        });
  }

  private static void tell(MemberEvent event) {
    String address = event.member().address().hostPort();
    if (event instanceof MemberUp) {
      log.info("{} is up", address);
    } else if (event instanceof MemberRemoved removed) {
      boolean down = removed.previousStatus().equals(MemberStatus.down());
      log.info("{} {}", address, down ? "was put out of the cluster" : "has left");
    }
  }
}
