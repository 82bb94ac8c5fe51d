package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What whoever runs the nodes sees when one ends: its exit code and a line. */
class EndingTest {
  private static final Map<String, String> ALONE = Map.of("LONGSHORE_DB_URL", "");
  @TempDir Path directory;

  private static Map<String, String> on(ManyNodes many) {
    return Map.of(
        "LONGSHORE_DB_URL",
        many.url(),
        "LONGSHORE_EXPECTED_MEMBERS",
        "2",
        "LONGSHORE_JOIN_TIMEOUT",
        "60 s");
  }

  @Test
  void when_it_is_told_to_stop_then_it_is_not_ready_serves_on_for_a_while_and_ends_with_0()
      throws Exception {
    Map<String, String> draining = Map.of("LONGSHORE_DB_URL", "", "LONGSHORE_DRAIN_DELAY", "8 s");
    try (ServeProcess node = ServeProcess.start(draining, "--data", directory.toString())) {
      node.api().awaitReady();
      node.terminate();
      Api.await("it is not ready", () -> node.api().get("/health/ready").status() == 503);
      HttpResponse<String> served =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(node.url() + "/v1/tasks"))
                      .header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofString("{\"capability\": \"x\"}"))
                      .build(),
                  BodyHandlers.ofString());
      assertEquals(202, served.statusCode());
      assertEquals("close", served.headers().firstValue("Connection").orElse(""));
      assertEquals(0, node.exitCode(), node.output());
      assertTrue(node.output().contains("has stopped"), node.output());
    }
  }

  @Test
  void when_the_configuration_is_wrong_then_it_ends_with_2_and_says_all() throws Exception {
    try (ServeProcess node = ServeProcess.start(ALONE, "--role", "cook", "--expect-members", "0")) {
      assertEquals(2, node.exitCode(), node.output());
      assertTrue(node.output().contains("2 problems"), node.output());
    }
  }

  @Test
  void when_the_database_does_not_answer_then_it_waits_as_told_and_ends_with_1() throws Exception {
    int nobody = Ports.free(1).get(0);
    Map<String, String> environment =
        Map.of(
            "LONGSHORE_DB_URL",
            "jdbc:postgresql://127.0.0.1:" + nobody + "/longshore",
            "LONGSHORE_DB_WAIT",
            "3 s");
    try (ServeProcess node = ServeProcess.start(environment)) {
      assertEquals(1, node.exitCode(), node.output());
      assertTrue(node.output().contains("Waiting for it for up to 3 s"), node.output());
      assertTrue(node.output().contains("cannot be used"), node.output());
    }
  }

  @Test
  void when_there_is_nobody_to_join_then_it_ends_with_4_in_time() throws Exception {
    List<Integer> ports = Ports.free(2);
    try (ManyNodes many = new ManyNodes();
        ServeProcess node =
            ServeProcess.start(
                Map.of("LONGSHORE_DB_URL", many.url(), "LONGSHORE_JOIN_TIMEOUT", "3 s"),
                "--cluster-port",
                "" + ports.get(0),
                "--seed",
                "127.0.0.1:" + ports.get(1))) {
      assertEquals(4, node.exitCode(), node.output());
      assertTrue(node.output().contains("could not join"), node.output());
      assertFalse(node.output().contains("timed out"), "nothing holds it: " + node.output());
    }
  }

  @Test
  void when_the_first_of_two_is_killed_then_the_other_ends_with_3_unless_a_lease_decides()
      throws Exception {
    try (ManyNodes many = new ManyNodes()) {
      List<ServeProcess> pair = pair(many, NodeSettings.KEEP_MAJORITY);
      pair.get(0).kill();
      assertEquals(3, pair.get(1).exitCode(), pair.get(1).output());
      assertTrue(pair.get(1).output().contains("removed from the cluster"), pair.get(1).output());

      pair = pair(many, NodeSettings.LEASE_MAJORITY);
      pair.get(0).kill();
      Api survivor = pair.get(1).api();
      Api.await(
          "the other is gone",
          () -> survivor.get("/v1/cluster").body().path("members").size() == 1);
      Api.await("all partitions answer", () -> awake(survivor));
      assertEquals(201, survivor.put("/v1/agents/a", "{\"capabilities\": [\"x\"]}").status());
      assertEquals(202, survivor.post("/v1/tasks", "{\"capability\": \"x\"}").status());
      pair.get(1).close();
    }
  }

  private static boolean awake(Api api) {
    for (var partitions : api.get("/v1/cluster").body().path("partitions")) {
      if (partitions.path("asleep").asInt() > 0) {
        return false;
      }
    }
    return true;
  }

  /** Two nodes that are ready, the one with the lower address first. */
  private static List<ServeProcess> pair(ManyNodes many, String splitBrain) {
    List<Integer> ports = Ports.free(2).stream().sorted().toList();
    String seeds = "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1);
    Map<String, String> environment = new java.util.HashMap<>(on(many));
    environment.put("LONGSHORE_SEEDS", seeds);
    environment.put("LONGSHORE_SPLIT_BRAIN", splitBrain);
    List<ServeProcess> pair = new ArrayList<>();
    for (int port : ports) {
      pair.add(ServeProcess.start(environment, "--cluster-port", "" + port));
    }
    pair.forEach(node -> node.api().awaitReady());
    return pair;
  }
}
