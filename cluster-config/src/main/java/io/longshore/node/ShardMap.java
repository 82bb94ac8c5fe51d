package io.longshore.node;

import io.longshore.coordinator.LedgerJournal;
import io.longshore.gateway.NodeHealth.Shards;
import io.longshore.registry.RegistryJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.ShardRegion.ClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.GetClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;

/** Which node has which shards. Asked when somebody wants to know; nobody keeps it. */
final class ShardMap {
  private static final Duration REGIONS_WITHIN = Duration.ofMillis(1_500);
  private static final Duration WITHIN = Duration.ofSeconds(2);
  private static final String MAILBOX = "mailbox";
  private static final String COORDINATOR = "coordinator";
  private static final List<String> TYPES =
      List.of(LedgerJournal.TYPE_NAME, RegistryJournal.TYPE_NAME, MAILBOX, COORDINATOR);
  private final ActorSystem<?> system;

  ShardMap(ActorSystem<?> system) {
    this.system = system;
  }

  /**
   * What each node has, by its address; nothing where not all nodes answered within two seconds.
   * Never completes exceptionally.
   */
  CompletableFuture<Map<String, Shards>> ask() {
    Map<String, CompletableFuture<Map<String, Set<String>>>> answers = new HashMap<>();
    for (String type : TYPES) {
      answers.put(type, ask(type));
    }
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              Map<String, Map<String, Set<String>>> byType = new HashMap<>();
              answers.forEach((type, answer) -> byType.put(type, answer.join()));
              return merge(byType);
            });
  }

  /** The shards of one type by the address of their node; empty if that is not known. */
  private CompletableFuture<Map<String, Set<String>>> ask(String type) {
    EntityTypeKey<Object> key = EntityTypeKey.create(Object.class, type);
    return AskPattern
        .<org.apache.pekko.cluster.sharding.typed.ClusterShardingQuery, ClusterShardingStats>ask(
            ClusterSharding.get(system).shardState(),
            replyTo -> new GetClusterShardingStats(key, REGIONS_WITHIN, replyTo),
            WITHIN,
            system.scheduler())
        .handle((stats, failure) -> stats == null ? Map.<String, Set<String>>of() : byNode(stats))
        .toCompletableFuture();
  }

  private Map<String, Set<String>> byNode(ClusterShardingStats stats) {
    Map<String, Set<String>> byNode = new HashMap<>();
    stats
        .getRegions()
        .forEach(
            (address, region) -> {
              Address full =
                  address.hasLocalScope() ? Cluster.get(system).selfMember().address() : address;
              Set<String> shards = new HashSet<>(region.getStats().keySet());
              shards.addAll(region.getFailed());
              byNode.put(full.hostPort(), shards);
            });
    return byNode;
  }

  /** Only nodes of which all is known. */
  private static Map<String, Shards> merge(Map<String, Map<String, Set<String>>> byType) {
    Set<String> nodes = new HashSet<>();
    byType.values().forEach(byNode -> nodes.addAll(byNode.keySet()));
    Map<String, Shards> merged = new HashMap<>();
    for (String node : nodes) {
      if (byType.values().stream().allMatch(byNode -> byNode.containsKey(node))) {
        merged.put(
            node,
            new Shards(
                numbers(of(byType, LedgerJournal.TYPE_NAME, node)),
                numbers(of(byType, RegistryJournal.TYPE_NAME, node)),
                of(byType, MAILBOX, node).size(),
                of(byType, COORDINATOR, node).size()));
      }
    }
    return merged;
  }

  private static Set<String> of(
      Map<String, Map<String, Set<String>>> byType, String type, String node) {
    return byType.getOrDefault(type, Map.of()).getOrDefault(node, Set.of());
  }

  private static List<Integer> numbers(Set<String> shards) {
    List<Integer> numbers = new ArrayList<>();
    shards.forEach(shard -> numbers.add(Integer.valueOf(shard)));
    numbers.sort(Integer::compareTo);
    return numbers;
  }
}
