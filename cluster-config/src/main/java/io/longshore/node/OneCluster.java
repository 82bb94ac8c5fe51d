package io.longshore.node;

import io.longshore.persistence.Database.DatabaseException;
import io.longshore.persistence.Leases;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.ExecutionContextExecutor;

/**
 * Joins a node with those of its seeds, so that exactly one cluster begins, whoever starts first
 * and whatever is cut off.
 *
 * <p>Whoever holds the cluster's lease in the database may begin it, after asking the others
 * whether they are in one; all others only join. Members keep the lease alive, so that nobody
 * begins a second cluster because it does not reach the first. When all have died, somebody may
 * begin anew {@link #KEPT_FOR} later.
 */
final class OneCluster {
  private static final Logger log = LoggerFactory.getLogger(OneCluster.class);
  private static final Duration KEPT_FOR = Duration.ofSeconds(10);
  private static final Duration KEEP_EVERY = Duration.ofSeconds(3);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final Cluster cluster;
  private final ExecutionContextExecutor blocking;
  private final Leases leases;
  private final String lease;
  private final Address self;
  private final boolean named;
  private final Supplier<List<String>> lookUp;
  private final Clock clock;
  private final long giveUpAt;
  private List<Address> joining = List.of();
  private volatile boolean leaving;

  private OneCluster(
      ActorSystem<?> system,
      NodeSettings settings,
      Leases leases,
      Supplier<List<String>> lookUp,
      Clock clock) {
    this.system = system;
    this.cluster = Cluster.get(system);
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.leases = leases;
    this.lease = "begins-cluster:" + settings.cluster();
    this.self = cluster.selfMember().address();
    this.named = !settings.joining().dns().isEmpty();
    this.lookUp = lookUp;
    this.clock = clock;
    this.giveUpAt = clock.millis() + settings.joining().timeout().toMillis();
  }

  /**
   * Looks for others until the node is a member; gives up, and stops the node, after the join
   * timeout.
   *
   * @param leases closed when the node has stopped
   * @param lookUp {@code host:port} of the seeds; none if their name does not resolve. May block.
   */
  static void join(
      ActorSystem<?> system,
      NodeSettings settings,
      Leases leases,
      Supplier<List<String>> lookUp,
      Clock clock) {
    OneCluster seeds = new OneCluster(system, settings, leases, lookUp, clock);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeClusterShutdown(),
            "longshore-last-member",
            () -> CompletableFuture.supplyAsync(seeds::leave, seeds.blocking));
    system.getWhenTerminated().thenRun(leases::close);
    seeds.lookAgain(Duration.ZERO);
  }

  private void lookAgain(Duration after) {
    system.scheduler().scheduleOnce(after, this::look, blocking);
  }

  private void look() {
    if (leaving || system.whenTerminated().isCompleted()) {
      return;
    }
    try {
      if (isMember()) {
        leases.extend(lease, KEPT_FOR);
      } else if (clock.millis() >= giveUpAt) {
        CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.clusterJoinUnsuccessfulReason());
        return;
      } else {
        joinThose(lookUp.get());
      }
    } catch (DatabaseException e) {
      log.debug("The cluster's lease could not be kept or taken", e);
    } catch (RuntimeException e) {
      // Whatever it is: a member has to go on keeping the lease, a node without a cluster to look.
      log.warn("Looking for the cluster failed and is tried again", e);
    }
    lookAgain(isMember() ? KEEP_EVERY : LOOK_EVERY);
  }

  private boolean isMember() {
    for (Member member : cluster.state().getMembers()) {
      if (member.uniqueAddress().equals(cluster.selfMember().uniqueAddress())) {
        return true;
      }
    }
    return false;
  }

  private void joinThose(List<String> hosts) {
    if (hosts.isEmpty()) {
      return;
    }
    List<Address> all = new ArrayList<>();
    for (String host : hosts) {
      all.add(AddressFromURIString.parse("pekko://" + system.name() + "@" + host));
    }
    boolean seed = all.contains(self);
    if (named && joining.isEmpty() && !seed) {
      log.warn(
          "The seeds' DNS name gives {}, but this node calls itself {}. Others will not find it: set"
              + " longshore.node.host (LONGSHORE_CLUSTER_HOST) to its address there, or to auto.",
          hosts,
          self.hostPort());
    }
    // A node that others do not look for begins nothing; and one that was started anew at the same
    // address is another owner: that the one before it has begun the cluster gives it no right.
    boolean mayBegin = seed && leases.acquire(lease, owner(), KEPT_FOR);
    List<Address> order = order(self, all, mayBegin);
    if (!order.isEmpty() && !order.equals(joining)) {
      joining = order;
      cluster.manager().tell(new JoinSeedNodes(order));
    }
  }

  private String owner() {
    return self.hostPort() + "#" + cluster.selfMember().uniqueAddress().longUid();
  }

  /**
   * Whom to join: Pekko begins a cluster where a node is the first of its own seeds, and then asks
   * all others whether they are in one already.
   */
  static List<Address> order(Address self, List<Address> all, boolean mayBegin) {
    List<Address> order = new ArrayList<>(all.stream().distinct().toList());
    order.remove(self);
    if (mayBegin) {
      order.add(0, self);
    }
    return List.copyOf(order);
  }

  /** The last one to leave lets the next begin at once. */
  private Done leave() {
    leaving = true;
    boolean last = cluster.state().members().size() == 1 && isMember();
    try {
      if (last && cluster.selfMember().status().equals(MemberStatus.up())) {
        leases.expire(lease);
      }
    } catch (DatabaseException e) {
      log.debug("The cluster's lease is left to run out", e);
    }
    return Done.done();
  }
}
