package io.longshore.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent whose node leaves goes on at another. */
class AgentsMoveTest {
  private static final int GOING_AWAY = 1001;
  private static final int LOST_AFTER_SECONDS = 10;
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

  /** The body of the next message; null at the end of the stream. Gaps are passed over. */
  private static @Nullable String nextMessage(BufferedReader events, List<String> ids)
      throws IOException {
    String id = "";
    for (String line = events.readLine(); line != null; line = events.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        JsonNode data = Api.json(line.substring(6));
        if (data.has("body")) {
          ids.add(id);
          return data.path("body").asText();
        }
      }
    }
    return null;
  }

  /**
   * Sends a message and reads it. While a mailbox moves it refuses, and what it had accepted is
   * lost with it: then it is sent again.
   */
  private static void tell(Api from, String agent, String body, BufferedReader to, List<String> ids)
      throws Exception {
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return String.valueOf(nextMessage(to, ids));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Api.await(
        agent + " has read " + body,
        () ->
            from.post("/v1/agents/" + agent + "/messages", '"' + body + '"').status() == 202
                && isDone(read));
    assertEquals(body, read.join());
  }

  private static boolean isDone(CompletableFuture<String> read) {
    try {
      read.get(LOST_AFTER_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void when_the_node_of_a_stream_of_messages_leaves_then_it_goes_on_at_another() throws Exception {
    Api leaving = Api.of(nodes.get(0));
    Api staying = Api.of(nodes.get(1));
    List<String> ids = new ArrayList<>();
    // Several, so that mailboxes of the leaving node and of others are among them.
    for (int i = 0; i < 4; i++) {
      leaving.put("/v1/agents/ann-" + i, "{\"capabilities\": [\"ann\"]}");
    }
    List<BufferedReader> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      streams.add(leaving.stream("/v1/agents/ann-" + i + "/messages"));
      tell(staying, "ann-" + i, "before", streams.get(i), ids);
    }

    nodes.remove(0).close();

    for (int i = 0; i < 4; i++) {
      assertNull(nextMessage(streams.get(i), ids), "the stream ends well");
      BufferedReader rest =
          staying.stream("/v1/agents/ann-" + i + "/messages", "Last-Event-ID", ids.get(i));
      tell(staying, "ann-" + i, "after", rest, ids);
    }
  }

  @Test
  void when_the_node_of_an_agents_connection_leaves_then_it_settles_and_works_at_another()
      throws Exception {
    Api leaving = Api.of(nodes.get(0));
    Api staying = Api.of(nodes.get(1));
    leaving.put("/v1/agents/bob", "{\"capabilities\": [\"bob\"], \"concurrency\": 2}");
    AgentConnection first = leaving.connect("/v1/agents/bob/connection?leaseSeconds=600");
    first.say("{\"type\": \"credit\", \"tasks\": 1}");
    staying.post("/v1/tasks", "{\"capability\": \"bob\", \"input\": 1}");
    JsonNode begun = first.next("task").path("lease");
    assertEquals(1, begun.path("input").asInt());

    nodes.remove(0).close();
    assertEquals(GOING_AWAY, first.closed());

    AgentConnection second = staying.connect("/v1/agents/bob/connection?leaseSeconds=600");
    second.say(
        "{\"type\": \"complete\", \"leases\": [{\"taskId\": %s, \"leaseToken\": %s, \"output\": 1}]}"
            .formatted(begun.path("taskId"), begun.path("leaseToken")));
    JsonNode settled = second.next("settled");
    assertEquals(begun.path("taskId"), settled.path("succeeded").path(0).path("taskId"));
    staying.post("/v1/tasks", "{\"capability\": \"bob\", \"input\": 2}");
    second.say("{\"type\": \"credit\", \"tasks\": 1}");
    assertEquals(2, second.next("task").path("lease").path("input").asInt());
    second.close();
  }
}
