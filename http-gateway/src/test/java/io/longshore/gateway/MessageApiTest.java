package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.Message;
import io.longshore.agents.MessageGap;
import io.longshore.agents.MessageId;
import io.longshore.agents.ReceivedMessage;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.gateway.Api.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sending and receiving messages, on a real node. */
class MessageApiTest {
  private static final String[] LINES = {"Content-Type", "application/x-ndjson"};

  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node =
        new TestNode(
            """
            longshore.gateway.limits { body = 1000 }
            longshore.agents.messages.capacity.low = 8
            """);
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void register(String id, String spec) throws Exception {
    api.put("/v1/agents/" + id, spec).expect(201);
    node.until(() -> node.registry().directory().find(id).isPresent());
  }

  private static JsonNode receive(String id, int max) throws Exception {
    String body = "{\"max\": %d, \"waitSeconds\": 20}".formatted(max);
    return api.post("/v1/agents/" + id + "/messages:receive", body)
        .expect(200)
        .json()
        .path("messages");
  }

  private static List<String> bodies(JsonNode messages) {
    List<String> bodies = new ArrayList<>();
    messages.forEach(message -> bodies.add(message.path("body").toString()));
    return bodies;
  }

  @Test
  void when_a_message_is_sent_then_its_agent_receives_it_once_as_it_was() throws Exception {
    register("ann", "{}");
    Answer sent =
        api.post("/v1/agents/ann/messages?from=bob&priority=high", " {\"a\":1.50} ").expect(202);
    assertEquals("{\"accepted\":1,\"refused\":0}", sent.body());
    String read = api.post("/v1/agents/ann/messages:receive", null).expect(200).body();
    assertTrue(read.contains("\"body\":{\"a\":1.50}"), read);
    assertTrue(read.contains("\"from\":\"bob\""), read);
    assertTrue(read.contains("\"priority\":\"high\""), read);
    assertEquals("", api.post("/v1/agents/ann/messages:receive", null).expect(204).body());
  }

  @Test
  void when_nobody_says_who_sends_then_it_is_the_clients_address() throws Exception {
    register("amy", "{}");
    api.post("/v1/messages", "{\"to\": {\"agent\": \"amy\"}, \"body\": null}").expect(202);
    JsonNode message = receive("amy", 1).get(0);
    assertEquals("127.0.0.1", message.path("from").asText());
    assertEquals("normal", message.path("priority").asText());
    assertTrue(message.path("body").isNull());
    assertTrue(
        Instant.parse(message.path("sentAt").asText()).isBefore(Instant.now().plusMillis(1)));
  }

  @Test
  void when_somebody_waits_then_the_message_comes_at_once() throws Exception {
    register("eve", "{}");
    CompletableFuture<Answer> waiting =
        api.sending("POST", "/v1/agents/eve/messages:receive", "{\"waitSeconds\": 20}");
    api.post("/v1/agents/eve/messages", "1").expect(202);
    assertEquals(List.of("1"), bodies(waiting.get().expect(200).json().path("messages")));
  }

  @Test
  void when_lines_are_sent_then_each_is_a_message_and_what_is_wrong_is_told_by_line()
      throws Exception {
    register("lin", "{}");
    String body = "1\n{\"b\": 2 }\r\n\n{oops\n\"" + "x".repeat(1_000) + "\"\n[4]";
    Answer answer = api.post("/v1/agents/lin/messages", body, LINES).expect(202);
    assertEquals(3, answer.json().path("accepted").asInt());
    assertEquals(2, answer.json().path("refused").asInt());
    assertEquals(3, answer.json().path("problems").get(0).path("line").asInt());
    assertEquals(4, answer.json().path("problems").get(1).path("line").asInt());
    assertEquals(List.of("1", "{\"b\":2}", "[4]"), bodies(receive("lin", 10)));
  }

  @Test
  void when_there_are_more_lines_than_may_be_then_those_beyond_are_told_at_once() throws Exception {
    register("few", "{}");
    Api small = node.gateway("longshore.gateway.limits.batch-items = 3");
    JsonNode answer =
        small.post("/v1/agents/few/messages", "1\n2\n3\n4\n5\n6\n", LINES).expect(202).json();
    assertEquals(3, answer.path("accepted").asInt());
    assertEquals(3, answer.path("refused").asInt());
    assertEquals(1, answer.path("problems").size(), answer.toString());
    JsonNode beyond = answer.path("problems").get(0);
    assertEquals(4, beyond.path("line").asInt());
    assertEquals(6, beyond.path("lastLine").asInt());
    assertEquals(3, beyond.path("refused").asInt());
    assertEquals(List.of("1", "2", "3"), bodies(receive("few", 10)));
  }

  @Test
  void when_messages_got_lost_before_those_that_are_received_then_the_gap_is_told()
      throws Exception {
    MessageId first = new MessageId(1, 2);
    MessageId next = new MessageId(1, 5);
    MessageGap gap = new MessageGap(first, next, 2L);
    Message message = Message.of("bob", Priority.NORMAL, new byte[] {'7'}, null, 0);
    assertEquals(
        "{\"gap\":{\"after\":\"1-2\",\"before\":\"1-5\",\"missed\":2},\"messages\":[{\"id\":\"1-5\","
            + "\"from\":\"bob\",\"priority\":\"normal\",\"sentAt\":\"1970-01-01T00:00:00Z\",\"body\":7}]}",
        text(new Received(gap, List.of(new ReceivedMessage(next, 0, message))), 200));
    assertEquals(
        "{\"gap\":{\"after\":\"1-2\",\"before\":\"1-5\",\"missed\":2},\"messages\":[]}",
        text(new Received(gap, List.of()), 200));
    assertEquals("", text(new Received(null, List.of()), 204));
  }

  private static String text(Received received, int status) {
    HttpResponse response = MessageRoutes.response(received);
    assertEquals(status, response.status().intValue());
    return ((HttpEntity.Strict) response.entity()).getData().utf8String();
  }

  @Test
  void when_many_lines_are_addressed_then_each_agent_has_its_own_in_order() throws Exception {
    for (String id : List.of("m-0", "m-1", "m-2")) {
      register(id, "{\"topics\": [\"all\"]}");
    }
    String lines =
        IntStream.range(0, 300)
            .mapToObj(i -> "{\"to\": {\"agent\": \"m-%d\"}, \"body\": %d}".formatted(i % 3, i))
            .collect(Collectors.joining("\n"));
    Answer answer = api.post("/v1/messages", lines, LINES).expect(202);
    assertEquals(300, answer.json().path("accepted").asInt(), answer.body());
    for (int agent = 0; agent < 3; agent++) {
      int first = agent;
      assertEquals(
          IntStream.range(0, 100).mapToObj(i -> String.valueOf(first + 3 * i)).toList(),
          bodies(receive("m-" + agent, 1000)));
    }
  }

  @Test
  void when_it_goes_to_a_topic_then_all_who_have_subscribed_get_it() throws Exception {
    for (String id : List.of("t-0", "t-1")) {
      register(id, "{\"topics\": [\"news\"]}");
    }
    String body = "{\"to\": {\"topic\": \"news\"}, \"body\": 7, \"correlationId\": \"c\"}";
    assertEquals(
        "{\"accepted\":2,\"refused\":0}", api.post("/v1/messages", body).expect(202).body());
    for (String id : List.of("t-0", "t-1")) {
      JsonNode message = receive(id, 1).get(0);
      assertEquals("news", message.path("topic").asText());
      assertEquals("c", message.path("correlationId").asText());
    }
    assertEquals(
        "{\"accepted\":0,\"refused\":0}",
        api.post("/v1/messages", "{\"to\": {\"topic\": \"silence\"}, \"body\": 1}")
            .expect(202)
            .body());
  }

  @Test
  void when_it_goes_to_a_capability_then_one_of_those_who_read_gets_it() throws Exception {
    register("c-0", "{\"capabilities\": [\"sum@2.1.0\"]}");
    String body = "{\"to\": {\"capability\": \"sum@^2\"}, \"body\": 1}";
    api.post("/v1/messages", body).expect(ProblemType.NO_READER);
    CompletableFuture<Answer> waiting =
        api.sending("POST", "/v1/agents/c-0/messages:receive", "{\"waitSeconds\": 20}");
    node.until(() -> status(body) == 202);
    JsonNode message = waiting.get().expect(200).json().path("messages").get(0);
    assertEquals("sum@^2", message.path("capability").asText());
  }

  private static int status(String body) {
    try {
      return api.post("/v1/messages", body).status();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void when_nobody_offers_the_capability_then_the_nearest_is_told() throws Exception {
    register("near", "{\"capabilities\": [\"translate\"]}");
    Answer answer =
        api.post("/v1/messages", "{\"to\": {\"capability\": \"translat\"}, \"body\": 1}")
            .expect(ProblemType.NO_SUCH_CAPABILITY);
    assertEquals(
        "translate", answer.json().path("alternatives").get(0).path("capability").asText());
  }

  @Test
  void when_there_is_no_such_agent_then_it_is_told_whichever_way_it_is_named() throws Exception {
    api.post("/v1/agents/nobody/messages", "1").expect(ProblemType.NO_SUCH_AGENT);
    api.post("/v1/agents/nobody/messages", "1\n2", LINES).expect(ProblemType.NO_SUCH_AGENT);
    api.post("/v1/agents/nobody/messages:receive", null).expect(ProblemType.NO_SUCH_AGENT);
    api.post("/v1/messages", "{\"to\": {\"agent\": \"nobody\"}, \"body\": 1}")
        .expect(ProblemType.NO_SUCH_AGENT);
    register("some", "{}");
    String lines =
        "{\"to\": {\"agent\": \"nobody\"}, \"body\": 1}\n{\"to\": {\"agent\": \"some\"}, \"body\": 2}";
    Answer half = api.post("/v1/messages", lines, LINES).expect(202);
    assertEquals(1, half.json().path("accepted").asInt());
    assertEquals(
        ProblemType.NO_SUCH_AGENT.uri(),
        half.json().path("problems").get(0).path("problem").path("type").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"body\": 1}                                              | ",
        "{\"to\": {}, \"body\": 1}                                  | ",
        "{\"to\": {\"agent\": \"a\"}}                               | ",
        "{\"to\": {\"agent\": \"a\", \"topic\": \"t\"}, \"body\": 1} | /to/topic",
        "{\"to\": {\"agent\": \"a b\"}, \"body\": 1}                | /to/agent",
        "{\"to\": {\"agent\": \"a\"}, \"body\": 1, \"x\": 1}        | /x",
        "{\"to\": {\"agent\": \"a\"}, \"body\": 1, \"priority\": 1} | /priority",
        "[]                                                         | ",
      })
  void when_a_message_is_not_one_then_what_is_wrong_is_told(String body, String pointer)
      throws Exception {
    Answer answer = api.post("/v1/messages", body).expect(ProblemType.INVALID_REQUEST);
    assertEquals(
        pointer == null ? "" : pointer,
        answer.json().path("errors").get(0).path("pointer").asText());
  }

  @Test
  void when_parameters_are_wrong_then_they_are_told_also_with_lines() throws Exception {
    String path = "/v1/agents/ann/messages?from=a%20b&priority=x&y=1";
    assertEquals(
        3, api.post(path, "1").expect(ProblemType.INVALID_REQUEST).json().path("errors").size());
    api.post(path, "1\n2", LINES).expect(ProblemType.INVALID_REQUEST);
    api.post("/v1/agents/ann/messages", "{").expect(ProblemType.MALFORMED_REQUEST);
    api.get("/v1/messages").expect(ProblemType.METHOD_NOT_ALLOWED);
    api.post("/v1/agents/ann/messages:receive", "{\"max\": 0}").expect(ProblemType.INVALID_REQUEST);
  }

  @Test
  void when_readers_compete_then_each_message_is_received_once() throws Exception {
    register("twin", "{}");
    String lines =
        IntStream.range(0, 200).mapToObj(String::valueOf).collect(Collectors.joining("\n"));
    assertEquals(
        200,
        api.post("/v1/agents/twin/messages", lines, LINES)
            .expect(202)
            .json()
            .path("accepted")
            .asInt());
    List<CompletableFuture<Answer>> readers =
        IntStream.range(0, 20)
            .mapToObj(i -> api.sending("POST", "/v1/agents/twin/messages:receive", "{\"max\": 10}"))
            .toList();
    List<String> read = new ArrayList<>();
    for (CompletableFuture<Answer> reader : readers) {
      read.addAll(bodies(reader.get().expect(200).json().path("messages")));
    }
    assertEquals(200, read.size());
    assertEquals(200, read.stream().distinct().count());
  }

  @Test
  void when_the_mailbox_is_full_then_it_says_so_and_when_to_come_back() throws Exception {
    register("full", "{}");
    String path = "/v1/agents/full/messages?priority=low";
    String lines = IntStream.range(0, 20).mapToObj(i -> i + "\n").collect(Collectors.joining());
    JsonNode part = api.post(path, lines, LINES).expect(202).json();
    int accepted = part.path("accepted").asInt();
    assertTrue(accepted > 0 && accepted < 20, part.toString());
    assertEquals(20 - accepted, part.path("refused").asInt());
    JsonNode refusal = part.path("problems").get(0);
    assertEquals(1, refusal.path("line").asInt());
    assertEquals(20, refusal.path("lastLine").asInt());
    assertEquals(ProblemType.MAILBOX_FULL.uri(), refusal.path("problem").path("type").asText());

    Answer full = api.post(path, "1").expect(ProblemType.MAILBOX_FULL);
    assertTrue(Integer.parseInt(full.header("Retry-After")) >= 1);
    api.post(path, lines, LINES).expect(ProblemType.MAILBOX_FULL);
    assertEquals(accepted, receive("full", 20).size());
    api.post(path, "1").expect(202);
  }

  @Test
  void when_an_agent_is_shown_then_so_are_its_messages() throws Exception {
    register("sue", "{}");
    api.post("/v1/agents/sue/messages", "1").expect(202);
    JsonNode shown = api.get("/v1/agents/sue").expect(200).json().path("messages");
    assertEquals(1, shown.path("waiting").asInt());
    assertEquals(1, shown.path("accepted").asInt());
    assertNotEquals(0, shown.path("bytes").asInt());
  }
}
