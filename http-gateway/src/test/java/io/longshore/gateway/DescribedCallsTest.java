package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.gateway.Api.Answer;
import io.longshore.gateway.ApiDocument.Operation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Makes every call with every body that its description shows, on a real node on which there is
 * what the call is about. {@link Api} holds the answers against the description.
 */
class DescribedCallsTest {
  private static final ApiDocument DOCUMENT = ApiDocument.SERVED;

  /** When the examples play. */
  private static final Instant NOW = Instant.parse("2026-11-21T20:15:30Z");

  /** These go on after they are answered, or are no HTTP. */
  private static final Set<String> STREAMS = Set.of("followTask", "followMessages", "connectAgent");

  private static TestNode node;
  private static Api api;
  private static EventClient alicesMessages;
  private static int agents;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("", Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), NOW)));
    api = node.gateway();
    JsonNode alice = operation("registerAgent").at("/requestBody/content/application~1json");
    api.put("/v1/agents/alice", DOCUMENT.examples(alice).get("pull").toString()).expect(201);
    node.until(() -> node.registry().directory().find("alice").isPresent());
    alicesMessages = new EventClient(api, "/v1/agents/alice/messages");
    node.until(() -> readers() == 1);
  }

  @AfterAll
  static void stop() throws Exception {
    alicesMessages.close();
    node.close();
  }

  private static int readers() {
    try {
      return api.get("/v1/agents/alice").expect(200).json().at("/messages/readers").asInt();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode operation(String id) {
    return DOCUMENT.operations().stream()
        .filter(operation -> operation.id().equals(id))
        .findFirst()
        .orElseThrow()
        .node();
  }

  static Stream<Arguments> calls() {
    List<Arguments> calls = new ArrayList<>();
    for (Operation operation : DOCUMENT.operations()) {
      JsonNode content = DOCUMENT.resolved(operation.node().path("requestBody")).path("content");
      for (var media : content.properties()) {
        DOCUMENT
            .examples(media.getValue())
            .forEach((name, body) -> calls.add(arguments(operation, media.getKey(), name, body)));
      }
      if (content.isMissingNode() && !STREAMS.contains(operation.id())) {
        calls.add(arguments(operation, "", "", null));
      }
    }
    return calls.stream();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource
  void calls(Operation operation, String media, String name, JsonNode example) throws Exception {
    JsonNode body = example == null ? null : example.deepCopy();
    String about = prepared(operation, body);
    String path = operation.path().replaceAll("\\{\\w+}", about);
    String sent = body == null ? null : body.isTextual() ? body.asText() : body.toString();
    // Text is a document of its own as JSON, and lines otherwise.
    if (media.equals("application/json") && body.isTextual()) {
      sent = body.toString();
    }
    Answer answer =
        media.isEmpty()
            ? api.send(operation.method(), path, null)
            : api.send(operation.method(), path, sent, "Content-Type", media);
    assertTrue(answer.status() / 100 == 2, answer.status() + " " + answer.body());
  }

  /**
   * Brings about what a call needs, and names it in the body where the example names another.
   *
   * @return the task or agent that the call is about
   */
  private static String prepared(Operation operation, JsonNode body) throws Exception {
    // It may have been drained.
    api.post("/v1/agents/alice:resume", null).expect(200);
    node.until(() -> !node.registry().directory().find("alice").orElseThrow().draining());
    return switch (operation.id()) {
      case "cancelTask", "getTask", "listDecisions" -> submitted("alice");
      case "resumeTask" -> {
        JsonNode lease = leased();
        api.post("/v1/leases:require-input", LeaseApiTest.leases(lease, "\"prompt\": 1"))
            .expect(200);
        yield lease.path("taskId").asText();
      }
      case "acquireLeases" -> {
        String agent = registered();
        submitted(agent);
        yield agent;
      }
      case "receiveMessages" -> {
        String agent = registered();
        api.post("/v1/agents/" + agent + "/messages", "1").expect(202);
        yield agent;
      }
      case "discardDeadLetter", "redriveDeadLetter" -> deadLetter();
      case "listDeadLetters" -> {
        deadLetter();
        yield "";
      }
      case "removeAgent", "registerAgent" -> registered();
      case "completeLeases", "failLeases", "releaseLeases", "extendLeases", "requireInput" -> {
        for (JsonNode one : body.path("leases")) {
          ((ObjectNode) one).setAll((ObjectNode) heldBy(leased()));
        }
        yield "";
      }
      case "getProblemType" -> "lease-lost";
      default -> "alice";
    };
  }

  /** A new agent. */
  private static String registered() throws Exception {
    String name = "agent-" + ++agents;
    api.put("/v1/agents/" + name, "{}").expect(201);
    return name;
  }

  private static String submitted(String agent) throws Exception {
    return api.post("/v1/tasks", "{\"agent\": \"" + agent + "\"}")
        .expect(202)
        .json()
        .path("taskId")
        .asText();
  }

  /** A lease of a new agent on a new task. */
  private static JsonNode leased() throws Exception {
    String agent = registered();
    submitted(agent);
    return api.post("/v1/agents/" + agent + "/leases:acquire", "{\"waitSeconds\": 30}")
        .expect(200)
        .json()
        .path("leases")
        .get(0);
  }

  private static JsonNode heldBy(JsonNode lease) {
    return ((ObjectNode) lease.deepCopy()).retain("taskId", "leaseToken");
  }

  private static String deadLetter() throws Exception {
    JsonNode lease = leased();
    api.post(
            "/v1/leases:fail",
            LeaseApiTest.leases(lease, "\"error\": {\"message\": \"no\"}, \"retryable\": false"))
        .expect(200);
    String id = lease.path("taskId").asText();
    node.until(() -> isListed(id));
    return id;
  }

  private static boolean isListed(String id) {
    try {
      return api.get("/v1/dead-letters").expect(200).body().contains(id);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void when_streams_are_read_then_their_events_are_as_described() throws Exception {
    String task = submitted("alice");
    try (EventClient changes = new EventClient(api, "/v1/tasks/" + task + "/events")) {
      api.post("/v1/tasks/" + task + ":cancel", null).expect(200);
      for (String state : List.of("submitted", "canceled")) {
        EventClient.Event event = changes.next();
        assertEquals(state, event.name());
        conforms("followTask", event.data());
      }
    }
    api.post("/v1/agents/alice/messages", "{\"hello\": \"alice\"}").expect(202);
    conforms("followMessages", alicesMessages.next().data());
  }

  private static void conforms(String id, JsonNode data) {
    JsonNode media = operation(id).at("/responses/200/content/text~1event-stream");
    ApiContract.conforms(media.path("x-item-schema"), id, data);
  }
}
