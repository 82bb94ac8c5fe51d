package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.gateway.EventClient.Event;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stream of an agent's messages, as a client reads it. */
class MessageEventsTest {
  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("longshore.gateway.stream-keep-alive = 200 ms");
    api = node.gateway();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String register(String id) throws Exception {
    api.put("/v1/agents/" + id, "{}").expect(201);
    return "/v1/agents/" + id + "/messages";
  }

  @Test
  void when_messages_are_followed_then_each_is_an_event_and_comments_fill_the_silence()
      throws Exception {
    String path = register("ann");
    api.post(path, "0").expect(202);
    try (EventClient stream = new EventClient(api, path)) {
      assertTrue(stream.head.get(0).contains("200"), stream.head.toString());
      assertEquals(0, stream.next().data().path("body").asInt());
      node.until(() -> readers("ann") == 1);
      api.post(path, "1").expect(202);
      Event event = stream.next();
      assertEquals("message", event.name());
      assertEquals(event.data().path("id").asText(), event.id());
      assertEquals(1, event.data().path("body").asInt());
      assertEquals(": keep-alive", stream.comment());
      assertEquals(": keep-alive", stream.comment());
    }
  }

  private static int readers(String id) {
    try {
      return api.get("/v1/agents/" + id).json().path("messages").path("readers").asInt();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void when_the_connection_broke_then_the_stream_goes_on_after_the_last_one_that_arrived()
      throws Exception {
    String path = register("bob");
    for (int i = 0; i < 3; i++) {
      api.post(path, Integer.toString(i)).expect(202);
    }
    Event first;
    try (EventClient stream = new EventClient(api, path)) {
      first = stream.next();
    }
    try (EventClient stream = new EventClient(api, path, "Last-Event-ID: " + first.id())) {
      assertEquals(1, stream.next().data().path("body").asInt());
      assertEquals(2, stream.next().data().path("body").asInt());
      assertTrue(stream.asides.stream().allMatch(": keep-alive"::equals), stream.asides.toString());
    }
  }

  @Test
  void when_the_mailbox_does_not_remember_that_far_then_the_gap_is_told() throws Exception {
    String path = register("gus");
    api.post(path, "1").expect(202);
    try (EventClient stream = new EventClient(api, path, "Last-Event-ID: abc-7")) {
      Event gap = stream.next();
      assertEquals("gap", gap.name());
      assertNull(gap.id());
      assertEquals("abc-7", gap.data().path("after").asText());
      Event message = stream.next();
      assertEquals(1, message.data().path("body").asInt());
      assertNotEquals("abc-7", message.id());
    }
    api.get(path, "Last-Event-ID", "7").expect(ProblemType.INVALID_REQUEST);
  }

  @Test
  void when_another_takes_its_place_then_the_older_stream_ends() throws Exception {
    String path = register("dan");
    api.post(path, "1").expect(202);
    try (EventClient older = new EventClient(api, path)) {
      Event first = older.next();
      try (EventClient newer = new EventClient(api, path, "Last-Event-ID: " + first.id())) {
        assertEquals("replaced", older.next().name());
        assertNull(older.next());
        api.post(path, "2").expect(202);
        assertEquals(2, newer.next().data().path("body").asInt());
      }
    }
  }

  @Test
  void when_a_page_of_another_site_reads_then_it_is_refused_and_messages_stay() throws Exception {
    String path = register("zoe");
    api.post(path, "1").expect(202);
    api.get(path, "Sec-Fetch-Site", "cross-site").expect(ProblemType.ORIGIN_REFUSED);
    api.get(path, "Sec-Fetch-Site", "same-site").expect(ProblemType.ORIGIN_REFUSED);
    api.get(path, "Origin", "http://example.org").expect(ProblemType.ORIGIN_REFUSED);
    try (EventClient stream = new EventClient(api, path, "Sec-Fetch-Site: same-origin")) {
      assertEquals(1, stream.next().data().path("body").asInt());
    }
  }

  @Test
  void when_the_agent_is_removed_then_its_stream_ends() throws Exception {
    String path = register("tim");
    try (EventClient stream = new EventClient(api, path)) {
      api.delete("/v1/agents/tim").expect(204);
      assertNull(stream.next());
    }
    api.get(path).expect(ProblemType.NO_SUCH_AGENT);
  }

  @Test
  void when_the_client_goes_away_then_what_comes_next_waits_for_another_reader() throws Exception {
    Api silent = node.gateway("longshore.gateway.stream-keep-alive = 15 s");
    String path = register("eve");
    EventClient stream = new EventClient(silent, path);
    node.until(() -> readers("eve") == 1);
    stream.close();
    node.until(() -> readers("eve") == 0);
    api.post(path, "1").expect(202);
    assertEquals(1, receive(path));
  }

  @Test
  void when_the_client_does_not_read_then_it_is_cut_off_and_messages_stay() throws Exception {
    Api strict = node.gateway("longshore.gateway.stream-read-timeout = 300 ms");
    String path = register("max");
    String large = "\"" + "x".repeat(500_000) + "\"";
    try (EventClient stream = new EventClient(strict, path)) {
      int sent = 0;
      while (sent < 100 && api.post(path, large).status() == 202) {
        sent++;
      }
      // Not read until then: one that reads is not cut off.
      node.until(() -> node.door(StalledReaders.DOOR).refusals("stalled") == 1);
      assertCut(stream);
    }
    assertEquals(1, receive(path));
  }

  private static int receive(String path) throws Exception {
    return api.post(path + ":receive", null).expect(200).json().path("messages").size();
  }

  private static void assertCut(EventClient stream) {
    try {
      for (Event event = stream.next(); event != null; event = stream.next()) {
        assertEquals("message", event.name());
      }
    } catch (IOException | NumberFormatException cut) {
      return;
    }
    throw new AssertionError("The stream ended as if all was well");
  }

  @Test
  void when_the_node_stops_then_the_stream_ends_well_and_says_to_come_back() throws Exception {
    try (TestNode leaving = new TestNode("")) {
      Api gateway = leaving.gateway();
      gateway.put("/v1/agents/ann", "{}").expect(201);
      gateway.post("/v1/agents/ann/messages", "1").expect(202);
      CompletableFuture<Done> left;
      try (EventClient stream = new EventClient(gateway, "/v1/agents/ann/messages")) {
        stream.next();
        left = leaving.leave();
        assertNull(stream.next());
        assertTrue(stream.asides.contains("retry: 500"), stream.asides.toString());
      }
      left.get(60, TimeUnit.SECONDS);
    }
  }
}
