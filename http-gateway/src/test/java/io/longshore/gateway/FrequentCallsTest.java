package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls are found by their path alone. */
class FrequentCallsTest {
  private final FrequentCalls calls = new FrequentCalls();

  FrequentCallsTest() {
    calls.add("tasks", request -> answer("tasks"));
    calls.add("leases:complete", request -> answer("complete"));
    calls.addOfAgent("messages", (id, request) -> answer("to " + id));
    calls.addOfAgent("leases:acquire", (id, request) -> answer("acquire of " + id));
  }

  private static CompletionStage<HttpResponse> answer(String text) {
    return CompletableFuture.completedStage(HttpResponse.create().withEntity(text));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/tasks, tasks",
    "/v1/tasks?x=1, tasks",
    "/v1/leases:complete, complete",
    "/v1/agents/ann/messages, to ann",
    "/v1/agents/messages/messages, to messages",
    "/v1/agents/a.b~c-d_e/leases:acquire, acquire of a.b~c-d_e"
  })
  void when_one_is_posted_then_it_is_found(String path, String expected) {
    CompletionStage<HttpResponse> found = calls.handled(HttpRequest.POST(path));
    assertEquals(
        HttpResponse.create().withEntity(expected), found.toCompletableFuture().join(), path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/task",
        "/v1/tasks/",
        "/v1/tasks/x",
        "/v2/tasks",
        "/v1/agents/ann",
        "/v1/agents/ann/messages/",
        "/v1/agents/ann/messages/1",
        "/v1/agents/ann/tasks",
        "/v1/agents//messages",
        "/v1/agents/a%20b/messages",
        "/v1/agents/a:b/messages"
      })
  void when_the_path_is_another_then_it_is_left_to_the_routes(String path) {
    assertNull(calls.handled(HttpRequest.POST(path)));
  }

  @Test
  void when_the_method_is_another_then_it_is_left_to_the_routes() {
    assertNull(calls.handled(HttpRequest.GET("/v1/tasks")));
    assertNull(calls.handled(HttpRequest.DELETE("/v1/agents/ann/messages")));
  }
}
