package io.longshore.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.agents.TaskContext;
import io.longshore.agents.TaskHandler;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.node.cli.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DemoHandlersTest {
  private static final TaskContext UNDISTURBED =
      new TaskContext() {
        @Override
        public boolean canceled() {
          return false;
        }

        @Override
        public void progress(byte[] json) {}
      };

  private final List<Duration> efforts = new ArrayList<>();
  private final TaskHandler handler =
      new DemoHandlers.Summarizer("test", Duration.ofSeconds(4), efforts::add);

  private JsonNode handle(String input) throws Exception {
    byte[] json = input.getBytes(StandardCharsets.UTF_8);
    return Json.parse(
        handler.handle(
            new Lease(
                "t",
                "k",
                1,
                0,
                Route.capability("summarize"),
                json,
                Priority.NORMAL,
                0,
                Map.of(),
                null,
                null,
                List.of()),
            UNDISTURBED));
  }

  @Test
  void when_a_text_is_summarized_then_the_facts_are_right() throws Exception {
    JsonNode result =
        handle("{\"text\": \"The tide rose. A tide is the sea's breath, and the tide fell.\"}");

    assertEquals("The tide rose.", result.path("summary").asText());
    assertEquals(13, result.path("words").asInt());
    assertEquals("tide", result.path("mostUsed").asText());
    assertEquals(List.of(Duration.ofSeconds(4)), efforts);
  }

  @Test
  void when_the_input_is_a_string_or_no_sentence_then_it_is_still_summarized() throws Exception {
    assertEquals("no full stop", handle("\"no full stop\"").path("summary").asText());
    assertEquals(0, handle("\"\"").path("words").asInt());
  }

  @Test
  void when_handlers_are_looked_for_then_the_three_are_found() {
    Set<String> names =
        ServiceLoader.load(TaskHandler.class).stream()
            .map(provider -> provider.get().name())
            .collect(Collectors.toSet());

    assertEquals(Set.of("demo.swift", "demo.steady", "demo.swamped"), names);
  }
}
