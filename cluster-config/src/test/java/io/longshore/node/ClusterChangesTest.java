package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.persistence.PartitionMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.ShardRegion.ClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingQuery;
import org.apache.pekko.cluster.sharding.typed.GetClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes join and leave while clients go on. */
class ClusterChangesTest {
  private static final int PARTITIONS = 16;
  private static final long PAUSE_SECONDS = 15;
  private TestCluster cluster;
  private List<Node> nodes;

  @BeforeEach
  void start() {
    cluster = TestCluster.start(3);
    nodes = cluster.nodes();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static List<Integer> shares(Node node, String kind) {
    ClusterShardingStats stats =
        AskPattern.<ClusterShardingQuery, ClusterShardingStats>ask(
                ClusterSharding.get(node.system()).shardState(),
                (ActorRef<ClusterShardingStats> replyTo) ->
                    new GetClusterShardingStats(
                        EntityTypeKey.create(PartitionMessage.class, kind),
                        Duration.ofSeconds(10),
                        replyTo),
                Duration.ofSeconds(20),
                node.system().scheduler())
            .toCompletableFuture()
            .join();
    return stats.getRegions().values().stream().map(region -> region.getStats().size()).toList();
  }

  private void awaitEven() {
    for (String kind : List.of("ledger", "registry")) {
      Api.await(
          "each node has about as many partitions of the " + kind + " as any other",
          () -> {
            List<Integer> shares = shares(nodes.get(0), kind);
            return shares.size() == nodes.size()
                && shares.stream().mapToInt(Integer::intValue).sum() == PARTITIONS
                && Collections.max(shares) - Collections.min(shares) <= 1;
          });
    }
  }

  /** Submits one task after the other until told to stop; the longest that one took. */
  private static long submitUntil(AtomicBoolean enough, Api api) {
    long longest = 0;
    while (!enough.get()) {
      long from = System.nanoTime();
      Api.Answer answer = api.post("/v1/tasks", "{\"capability\": \"none\", \"input\": 1}");
      assertEquals(202, answer.status(), answer.toString());
      longest = Math.max(longest, System.nanoTime() - from);
    }
    return longest;
  }

  @Test
  void when_a_node_joins_and_one_leaves_then_partitions_are_even_and_no_submission_is_refused() {
    awaitEven();
    AtomicBoolean enough = new AtomicBoolean();
    List<CompletableFuture<Long>> submitters = new ArrayList<>();
    for (Node node : nodes.subList(0, 2)) {
      Api api = Api.of(node);
      submitters.add(CompletableFuture.supplyAsync(() -> submitUntil(enough, api)));
    }

    cluster.join();
    awaitEven();
    nodes.remove(2).close();
    awaitEven();

    enough.set(true);
    for (CompletableFuture<Long> longest : submitters) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(longest.join());
      assertTrue(seconds < PAUSE_SECONDS, () -> "a submission took " + seconds + " s");
    }
  }

  /** The line with the next event's id; null at the end of the stream. */
  private static @Nullable String nextId(BufferedReader events) throws IOException {
    String line = events.readLine();
    while (line != null && !line.startsWith("id: ")) {
      line = events.readLine();
    }
    return line;
  }

  @Test
  void when_the_node_of_a_poll_a_stream_and_a_worker_leaves_then_all_go_on_at_another()
      throws IOException {
    Api leaving = Api.of(nodes.get(0));
    Api staying = Api.of(nodes.get(1));
    leaving.put("/v1/agents/ann", "{\"capabilities\": [\"ann\"], \"concurrency\": 2}");
    String path =
        "/v1/tasks/"
            + staying.post("/v1/tasks", "{\"capability\": \"ann\", \"input\": 1}").text("taskId");
    JsonNode lease = leaving.acquire("ann", 600);
    int generation = staying.get(path).body().path("generation").asInt();
    CompletableFuture<Api.Answer> poll =
        CompletableFuture.supplyAsync(
            () -> leaving.get(path + "?waitSeconds=60&afterGeneration=" + generation));
    CompletableFuture<Api.Answer> worker =
        CompletableFuture.supplyAsync(
            () -> leaving.post("/v1/agents/ann/leases:acquire", "{\"waitSeconds\": 60}"));

    BufferedReader stream = leaving.stream(path + "/events");
    assertEquals("id: " + generation, nextId(stream));
    nodes.remove(0).close();
    assertNull(nextId(stream), "the stream ends well");
    BufferedReader rest = staying.stream(path + "/events", "Last-Event-ID", "" + generation);
    assertNotEquals("completed", poll.join().text("state"));
    assertNotEquals(200, worker.join().status());

    CompletableFuture<Api.Answer> again =
        CompletableFuture.supplyAsync(
            () -> staying.get(path + "?waitSeconds=60&afterGeneration=" + generation));
    assertEquals(200, staying.complete(lease, "\"done\"").status());
    assertEquals("completed", again.join().text("state"));
    assertEquals("id: " + (generation + 1), nextId(rest), "what came before is not told again");
    assertNull(nextId(rest));
    staying.post("/v1/tasks", "{\"capability\": \"ann\", \"input\": 2}");
    JsonNode second = staying.acquire("ann", 600);
    assertEquals(2, second.path("input").asInt());
    assertEquals(1, second.path("attempt").asInt());
    assertEquals(200, staying.complete(second, "2").status());
  }
}
