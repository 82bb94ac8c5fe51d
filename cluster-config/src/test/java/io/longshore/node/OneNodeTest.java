package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.Database.DatabaseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node on its embedded database, from outside. */
class OneNodeTest {
  @TempDir Path data;

  private Node start(Map<String, Object> more) {
    Map<String, Object> flags =
        new java.util.HashMap<>(
            Map.of("longshore.gateway.port", 0, "longshore.node.data", data.toString()));
    flags.putAll(more);
    return Node.start(NodeSettings.load(flags, ConfigFactory.empty()));
  }

  @Test
  void when_the_port_is_taken_then_that_is_said_before_anything_else_is_done() throws IOException {
    InetAddress host = InetAddress.getLoopbackAddress();
    try (ServerSocket taken = new ServerSocket(0, 1, host)) {
      int port = taken.getLocalPort();
      Map<String, Object> flags =
          Map.of("longshore.gateway.host", host.getHostAddress(), "longshore.gateway.port", port);

      String message =
          String.valueOf(
              assertThrows(IllegalStateException.class, () -> start(flags).close()).getMessage());

      assertTrue(message.startsWith("Cannot listen on 127.0.0.1:" + port), message);
      assertTrue(message.contains("--port"), message);
      assertEquals(0, data.toFile().list().length);
    }
  }

  @Test
  void when_a_task_is_submitted_then_an_agent_does_it_and_the_service_reads_the_result() {
    try (Node node = start(Map.of())) {
      Api api = Api.of(node);
      api.awaitReady();
      assertEquals(201, api.put("/v1/agents/alice", "{\"capabilities\": [\"upper\"]}").status());
      Api.Answer submitted =
          api.post("/v1/tasks", "{\"capability\": \"upper\", \"input\": {\"text\": \"hello\"}}");
      assertEquals(202, submitted.status(), submitted.toString());

      JsonNode lease = api.acquire("alice", 30);
      assertEquals(submitted.text("taskId"), lease.path("taskId").asText());
      assertEquals("hello", lease.path("input").path("text").asText());
      assertEquals(200, api.complete(lease, "\"HELLO\"").status());

      Api.Answer task = api.get("/v1/tasks/" + submitted.text("taskId"));
      assertEquals("completed", task.text("state"));
      assertEquals("HELLO", task.text("output"));
      JsonNode decisions = api.get("/v1/tasks/" + submitted.text("taskId") + "/decisions").body();
      assertTrue(decisions.toString().contains("assigned"), decisions.toString());
    }
  }

  @Test
  void when_a_node_is_stopped_and_started_then_agents_and_tasks_are_there() {
    String taskId;
    try (Node node = start(Map.of())) {
      Api api = Api.of(node);
      api.awaitReady();
      api.put("/v1/agents/alice", "{\"capabilities\": [\"upper\"]}");
      taskId = api.post("/v1/tasks", "{\"capability\": \"upper\", \"input\": 1}").text("taskId");
    }
    try (Node node = start(Map.of())) {
      Api api = Api.of(node);
      api.awaitReady();
      assertEquals(200, api.get("/v1/agents/alice").status());
      JsonNode lease = api.acquire("alice", 30);
      assertEquals(taskId, lease.path("taskId").asText());
      assertEquals(200, api.complete(lease, "2").status());
      assertEquals("completed", api.get("/v1/tasks/" + taskId).text("state"));
    }
  }

  /** The second time Java is warm, and the node is there before its partitions have a place. */
  @Test
  void when_a_node_is_told_to_stop_as_soon_as_it_is_a_member_then_nothing_holds_it() {
    String phase = "pekko.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout";
    for (int time = 1; time <= 2; time++) {
      Node node = start(Map.of(phase, "10 minutes"));
      Api.await(
          "it is a member",
          () -> Cluster.get(node.system()).selfMember().status().equals(MemberStatus.up()));
      node.close();
      assertTrue(node.stopped().isDone());
    }
  }

  @Test
  void when_the_partition_count_differs_from_the_databases_then_the_node_says_so() {
    try (Node node = start(Map.of())) {
      Api.of(node).awaitReady();
    }
    Map<String, String> pinned =
        Map.of(
            "longshore.ledger.partitions.count", "ledger.partitions",
            "longshore.registry.partitions.count", "registry.partitions",
            "longshore.agents.shards", "agents.shards",
            "longshore.coordinator.shards", "coordinator.shards");
    pinned.forEach(
        (key, name) -> {
          DatabaseException refused =
              assertThrows(DatabaseException.class, () -> start(Map.of(key, 3)));
          assertTrue(String.valueOf(refused.getMessage()).contains(name + " = "));
        });
  }

  @Test
  void when_several_nodes_are_wanted_on_the_embedded_database_then_the_node_says_what_to_do() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> start(Map.of("longshore.node.expected-members", 2)));
    assertTrue(String.valueOf(refused.getMessage()).contains("LONGSHORE_DB_URL"));
  }

  @Test
  void when_metrics_are_scraped_then_longshores_own_are_there() {
    Map<String, Object> settings =
        Map.of(
            "kamon.metric.tick-interval",
            "1 second",
            "longshore.gateway.rate-limit.enabled",
            true,
            "longshore.gateway.rate-limit.burst",
            1,
            "longshore.gateway.rate-limit.per-minute",
            1);
    try (Node node = start(settings)) {
      Api.of(node).awaitReady();
      Api.await(
          "metrics are collected", () -> node.health().metrics().contains("longshore_node_ready"));
      // Their values are those of any node of this process, ended or not.
      for (String name :
          List.of(
              "cluster_members",
              "cluster_unreachable",
              "ledger_asleep",
              "registry_asleep",
              "node_clock_ahead_millis")) {
        assertTrue(node.health().metrics().contains("longshore_" + name + " "), name);
      }
      Api.of(node).post("/v1/tasks", "{\"capability\": \"scaled\"}");
      Api.await(
          "the capability has a desired number of agents",
          () ->
              node.health()
                  .metrics()
                  .contains("longshore_capability_desired_agents{capability=\"scaled\"} 1"));
      Api.of(node).post("/v1/tasks", "{\"capability\": \"scaled\"}");
      Api.await(
          "what was refused is counted",
          () ->
              node.health()
                  .metrics()
                  .contains("longshore_refused_total{reason=\"rate\",door=\"clients\"} 1.0"));
      assertTrue(
          node.health().metrics().contains("longshore_door_limit{door=\"requests\"} 4096"),
          node.health().metrics());
    }
  }
}
