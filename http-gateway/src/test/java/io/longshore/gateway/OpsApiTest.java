package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import io.longshore.gateway.NodeHealth.Readiness;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The calls of those who run the nodes. */
class OpsApiTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void when_asked_how_it_is_then_the_node_says_what_it_knows() throws Exception {
    assertEquals("{\"status\":\"live\"}", api.get("/health/live").expect(200).body());
    assertEquals("{\"status\":\"ready\"}", api.get("/health/ready").expect(200).body());
    node.health().ready = new Readiness(false, List.of("the database", "2 partitions"));
    JsonNode problem = api.get("/health/ready").expect(ProblemType.NOT_READY).json();
    assertEquals("Waiting for the database; 2 partitions.", problem.path("detail").asText());
    api.get("/health/live").expect(200);
    node.health().live = false;
    api.get("/health/live").expect(ProblemType.NOT_READY);
    node.health().live = true;
    node.health().ready = new Readiness(true, List.of());
    api.get("/health/ready").expect(200);
  }

  @Test
  void when_metrics_are_read_then_they_are_as_prometheus_wants_them() throws Exception {
    Answer metrics = api.get("/metrics").expect(200);
    assertEquals("# TYPE up gauge\nup 1\n", metrics.body());
    assertTrue(metrics.header("Content-Type").startsWith("text/plain; version=0.0.4"));
  }

  @Test
  void when_the_page_is_read_then_its_files_fit_each_other_and_are_asked_for_again()
      throws Exception {
    Answer page = api.get("/").expect(200);
    for (String path : List.of("/", "/dashboard/style.css", "/dashboard/dashboard.js")) {
      Answer file = api.get(path).expect(200);
      assertEquals("no-cache", file.header("Cache-Control"), path);
      assertTrue(file.header("Content-Security-Policy").contains("default-src 'self'"), path);
      assertTrue(path.equals("/") || page.body().contains("\"" + path + "\""), path);
    }
    Matcher ids =
        Pattern.compile("byId\\('([a-z-]+)'\\)").matcher(api.get("/dashboard/dashboard.js").body());
    while (ids.find()) {
      assertTrue(page.body().contains("id=\"" + ids.group(1) + "\""), ids.group(1));
    }
  }

  @Test
  void when_the_cluster_is_read_then_its_members_are_told() throws Exception {
    JsonNode cluster = api.get("/v1/cluster").expect(200).json();
    assertEquals(
        ("{'name':'longshore','self':'127.0.0.1:7355','leader':'127.0.0.1:7355','expectedMembers':3,"
                + "'splitBrain':'keep-majority','inFlight':5,'members':[{'address':'127.0.0.1:7355',"
                + "'status':'up','reachable':true,'roles':['work'],'region':'eu','version':'1.0',"
                + "'ledgerPartitions':[0,2],'registryPartitions':[1],'mailboxShards':3,"
                + "'coordinatorShards':4}],'partitions':[{'kind':'ledger','count':16,'asleep':1}],"
                + "'queues':[{'capability':'summarize','waiting':7,'arrivalsPerSecond':0.5,"
                + "'onlineAgents':2}],'warnings':['one is missing']}")
            .replace('\'', '"'),
        cluster.toString());
  }

  @Test
  void when_something_unforeseen_fails_then_nothing_of_it_gets_out() throws Exception {
    node.health().failing = true;
    Answer answer = api.get("/metrics").expect(ProblemType.INTERNAL_ERROR);
    node.health().failing = false;
    assertTrue(answer.json().path("instance").asText().startsWith("urn:uuid:"));
    assertFalse(answer.body().contains("secret"));
    assertFalse(answer.body().contains("Exception"));
    api.get("/metrics").expect(200);
  }

  @Test
  void when_only_the_head_is_wanted_then_there_is_no_body() throws Exception {
    Answer head = api.send("HEAD", "/health/live", null).expect(200);
    assertEquals("", head.body());
    assertEquals("application/json", head.header("Content-Type"));
  }

  @Test
  void when_the_gateway_stops_then_requests_under_way_are_answered() throws Exception {
    Api stopping = node.gateway();
    String path =
        stopping.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(202).header("Location");
    CompletableFuture<Answer> underWay = stopping.sending("GET", path + "?waitSeconds=20", null);
    node.until(() -> node.door("waiting").depth() == 1);
    CompletionStage<Void> stopped = stopping.binding().terminate(Duration.ofSeconds(20));
    node.until(() -> refusesConnections(stopping));
    api.post(path + ":cancel", null).expect(200);
    underWay.get().expect(200);
    stopped.toCompletableFuture().get();
  }

  private static boolean refusesConnections(Api to) {
    try (Socket socket = new Socket(to.address().getAddress(), to.address().getPort())) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }
}
