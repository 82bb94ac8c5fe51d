package io.longshore.persistence;

import com.typesafe.config.Config;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ActorSystemDependentAllocationStrategy;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import org.apache.pekko.cluster.sharding.ShardCoordinator.StartableAllocationStrategy;
import org.apache.pekko.cluster.typed.Cluster;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.concurrent.Future;
import scala.concurrent.Future$;

/**
 * Spreads shards over the nodes as Pekko does by default, but moves none until nothing has changed
 * among the nodes for a while. A shard on the move needs every node's consent, so one that dies
 * meanwhile holds it up; and nodes that die or join often do so one after the other. A node that
 * has just started has warmed up a little when its shards come. What a dead node had is placed at
 * once, and what one that leaves has too: neither is a matter of spreading.
 */
public final class CalmAllocation implements StartableAllocationStrategy {
  private static final String LIMITS = "pekko.cluster.sharding.least-shard-allocation-strategy.";

  private final ActorSystem<?> system;
  private final Clock clock;
  private final ShardAllocationStrategy even;
  private final Settling settling;

  private CalmAllocation(ActorSystem<?> system, Clock clock) {
    Config config = system.settings().config();
    this.system = system;
    this.clock = clock;
    this.even =
        ShardCoordinator.leastShardAllocationStrategy(
            config.getInt(LIMITS + "rebalance-absolute-limit"),
            config.getDouble(LIMITS + "rebalance-relative-limit"));
    this.settling =
        new Settling(config.getDuration("longshore.persistence.rebalance-after").toMillis());
  }

  /** One for one kind of entities. */
  public static CalmAllocation of(ActorSystem<?> system, Clock clock) {
    return new CalmAllocation(system, clock);
  }

  @Override
  public void start() {
    if (even instanceof ActorSystemDependentAllocationStrategy needsSystem) {
      needsSystem.start(Adapter.toClassic(system));
    }
  }

  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> current) {
    return even.allocateShard(requester, shardId, current);
  }

  @Override
  public Future<scala.collection.immutable.Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> current,
      scala.collection.immutable.Set<String> inProgress) {
    return settling.isCalm(nodes(), clock.millis())
        ? even.rebalance(current, inProgress)
        : Future$.MODULE$.successful(scala.collection.immutable.Set$.MODULE$.<String>empty());
  }

  private Set<String> nodes() {
    CurrentClusterState state = Cluster.get(system).state();
    Set<String> nodes = new HashSet<>();
    for (Member member : state.getMembers()) {
      nodes.add(member.uniqueAddress() + " " + member.status());
    }
    for (Member member : state.getUnreachable()) {
      nodes.add(member.uniqueAddress() + " unreachable");
    }
    return nodes;
  }
}
