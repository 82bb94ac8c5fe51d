package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input to each call: a problem that names every place, and a good call works after it. */
class BadInputTest {
  private static final String TOO_LONG = "x".repeat(129);

  /**
   * Ranges of versions, times, what one field means for another, and a name that is there twice.
   */
  private static final Pattern BEYOND_SCHEMAS =
      Pattern.compile("\\w@|\\d{4}-01-01T|rejectIfLate|(\"capability\").*\\1");

  private static TestNode node;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    node = new TestNode("");
    api = node.gateway();
    api.put("/v1/agents/here", "{\"capabilities\": [\"c\"]}").expect(201);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        // Agents
        bad("PUT", "/v1/agents/a%20b", "{}"),
        bad("PUT", "/v1/agents/" + TOO_LONG, "{}"),
        bad("PUT", "/v1/agents/a", "[]", ""),
        bad("PUT", "/v1/agents/a", "{\"agentId\": \"a\"}", "/agentId"),
        bad(
            "PUT",
            "/v1/agents/a",
            "{\"capabilities\": [\"a b\", \"\"]}",
            "/capabilities/0",
            "/capabilities/1"),
        bad("PUT", "/v1/agents/a", "{\"capabilities\": " + many(65) + "}", "/capabilities"),
        bad(
            "PUT",
            "/v1/agents/a",
            "{\"capabilities\": [\"c@2\", \"c@^2.0.0\", \"c@2.0.0\", \"a b@2.0.0\"]}",
            "/capabilities/0",
            "/capabilities/1",
            "/capabilities/3"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c@two\"}", "/capability"),
        bad("POST", "/v1/tasks", "{\"capability\": \"@^2\"}", "/capability"),
        bad("GET", "/v1/agents?capability=c@two", null, "capability"),
        bad("GET", "/v1/tasks?capability=c@", null, "capability"),
        bad("PUT", "/v1/agents/a", "{\"labels\": [], \"topics\": {}}", "/labels", "/topics"),
        bad(
            "PUT",
            "/v1/agents/a",
            "{\"concurrency\": 0, \"region\": 1}",
            "/concurrency",
            "/region"),
        bad("PUT", "/v1/agents/a", "{\"concurrency\": 99999999999}", "/concurrency"),
        bad(
            "PUT",
            "/v1/agents/a",
            "{\"description\": \"" + "x".repeat(1025) + "\"}",
            "/description"),
        bad("PUT", "/v1/agents/a", "{\"delivery\": {}}", "/delivery"),
        bad("PUT", "/v1/agents/a", "{\"delivery\": {\"webhook\": {}}}", "/delivery/webhook"),
        bad("PUT", "/v1/agents/a", "{\"delivery\": {\"handler\": {}}}", "/delivery/handler"),
        bad("PUT", "/v1/agents/a", "{\"delivery\": {\"pull\": {\"x\": 1}}}", "/delivery/pull/x"),
        bad(
            "PUT",
            "/v1/agents/a",
            "{\"delivery\": {\"pull\": {}, \"handler\": {\"name\": \"h\"}}}",
            "/delivery"),
        bad("PUT", "/v1/agents/a?x=1", "{\"y\": 1}", "x", "/y"),
        bad("GET", "/v1/agents/a%2Fb", null),
        bad("GET", "/v1/agents/here?x=1", null, "x"),
        bad("DELETE", "/v1/agents/%00", null),
        bad(
            "GET",
            "/v1/agents?pageSize=0&label=x&status=up&pageToken=%21&capability=a%20b&x=1",
            null,
            "capability",
            "label",
            "status",
            "pageSize",
            "pageToken",
            "x"),
        bad("GET", "/v1/agents?status=online&status=offline", null, "status"),
        bad("POST", "/v1/agents/here:drain", "{\"x\": 1}", "/x"),
        bad("POST", "/v1/agents/a%20b:resume", null),
        bad("POST", "/v1/agents/here:heartbeat?x=1", "[]", "x", ""),
        // Tasks
        bad("POST", "/v1/tasks", "{}", ""),
        bad("POST", "/v1/tasks", "[]", ""),
        bad("POST", "/v1/tasks", "\"x\"", ""),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"agent\": \"here\"}", ""),
        bad("POST", "/v1/tasks", "{\"capability\": \"a:b\"}", "/capability"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"priority\": \"urgent\"}", "/priority"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"priority\": 1}", "/priority"),
        bad(
            "POST",
            "/v1/tasks",
            "{\"capability\": \"c\", \"deadline\": \"2000-01-01T00:00:00Z\"}",
            "/deadline"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"deadline\": \"soon\"}", "/deadline"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"ttlSeconds\": 0}", "/ttlSeconds"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"rejectIfLate\": true}", ""),
        bad(
            "POST",
            "/v1/tasks",
            "{\"capability\": \"c\", \"ttlSeconds\": 1, \"deadline\": \"2100-01-01T00:00:00Z\"}",
            "/deadline",
            ""),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"leaseSeconds\": 0.9}", "/leaseSeconds"),
        bad(
            "POST",
            "/v1/tasks",
            "{\"capability\": \"c\", \"leaseSeconds\": 43201}",
            "/leaseSeconds"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"maxAttempts\": 101}", "/maxAttempts"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"labels\": {\"\": \"x\"}}", "/labels/"),
        bad("POST", "/v1/tasks", "{\"capability\": \"c\", \"capability\": \"d\"}", "/capability"),
        bad(
            "POST",
            "/v1/tasks",
            "{\"capability\": \"c\", \"a\": 1, \"b\": {}, \"c\": []}",
            "/a",
            "/b",
            "/c"),
        bad("POST", "/v1/tasks:batch", "{}", ""),
        bad("POST", "/v1/tasks:batch", "[" + "{},".repeat(10_000) + "{}]", ""),
        bad("GET", "/v1/tasks/a%20b", null),
        bad(
            "GET",
            "/v1/tasks/x?waitSeconds=61&afterGeneration=-2&x=1",
            null,
            "waitSeconds",
            "afterGeneration",
            "x"),
        bad("GET", "/v1/tasks/a%20b/decisions", null),
        bad(
            "GET",
            "/v1/tasks?state=done&pageSize=501&agent=&x=1",
            null,
            "state",
            "agent",
            "pageSize",
            "x"),
        bad("POST", "/v1/tasks/x:cancel", "{\"why\": \"x\"}", "/why"),
        // Leases
        bad(
            "POST",
            "/v1/agents/here/leases:acquire",
            "{\"max\": 0, \"waitSeconds\": 61, \"leaseSeconds\": 0}",
            "/max",
            "/waitSeconds",
            "/leaseSeconds"),
        bad("POST", "/v1/agents/here/leases:acquire", "{\"wait\": 1}", "/wait"),
        bad("POST", "/v1/agents/a%20b/leases:acquire", "{}"),
        bad("POST", "/v1/leases:complete", "{}", ""),
        bad("POST", "/v1/leases:complete", "{\"leases\": []}", ""),
        bad(
            "POST",
            "/v1/leases:complete",
            "{\"leases\": [{}, 1]}",
            "/leases/0",
            "/leases/0",
            "/leases/1"),
        bad(
            "POST",
            "/v1/leases:complete",
            "{\"leases\": [{\"taskId\": \"a b\", \"leaseToken\": 1, \"progress\": 1}]}",
            "/leases/0/taskId",
            "/leases/0/leaseToken",
            "/leases/0/progress",
            "/leases/0"),
        bad(
            "POST",
            "/v1/leases:fail",
            "{\"leases\": [{\"taskId\": \"a\", \"leaseToken\": \"t\"}]}",
            "/leases/0"),
        bad(
            "POST",
            "/v1/leases:fail",
            "{\"leases\": [{\"taskId\": \"a\", \"leaseToken\": \"t\", \"error\": {\"code\": \"a b\", \"x\": 1},"
                + " \"retryable\": \"no\", \"retryAfterSeconds\": -1}]}",
            "/leases/0/error/code",
            "/leases/0/error/x",
            "/leases/0/retryable",
            "/leases/0/retryAfterSeconds"),
        bad(
            "POST", "/v1/leases:release",
            "{\"leases\": [{\"taskId\": \"a\", \"leaseToken\": \"t\", \"output\": 1}]}",
                "/leases/0/output"),
        bad(
            "POST",
            "/v1/leases:require-input",
            "{\"leases\": [{\"taskId\": \"a\", \"leaseToken\": \"t\", \"progress\": 1}]}",
            "/leases/0",
            "/leases/0/progress"),
        bad("POST", "/v1/tasks/a:resume", "{\"x\": 1}", "", "/x"),
        bad(
            "POST",
            "/v1/leases:extend",
            "{\"leases\": [{\"taskId\": \"a\", \"leaseToken\": \"t\", \"leaseSeconds\": 43201}], \"x\": 1}",
            "/leases/0/leaseSeconds",
            "/x"));
  }

  private static Arguments bad(
      String method, String path, @Nullable String body, String... places) {
    return arguments(method, path, body, List.of(places));
  }

  private static String many(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("\"c" + i + "\"");
    }
    return names.toString();
  }

  @ParameterizedTest
  @MethodSource
  void invalid(String method, String path, @Nullable String body, List<String> places)
      throws Exception {
    Answer answer = api.send(method, path, body).expect(ProblemType.INVALID_REQUEST);
    List<String> named = new ArrayList<>();
    for (JsonNode error : answer.json().path("errors")) {
      named.add(error.path("pointer").asText(error.path("parameter").asText()));
      assertTrue(!error.path("detail").asText().isEmpty());
    }
    assertEquals(
        places.stream().sorted().toList(), named.stream().sorted().toList(), answer.body());
    boolean ofBody = places.stream().allMatch(place -> place.isEmpty() || place.startsWith("/"));
    if (body != null && !places.isEmpty() && ofBody && !BEYOND_SCHEMAS.matcher(body).find()) {
      assertNotEquals("", ApiContract.errors(method, path, body), "openapi.json allows it");
    }
    api.post("/v1/tasks", "{\"agent\": \"nobody\"}").expect(202);
  }

  static Stream<Arguments> otherwise() {
    return Stream.of(
        arguments("GET", "/v1/agents/nobody", null, ProblemType.NO_SUCH_AGENT),
        arguments("DELETE", "/v1/agents/nobody", null, ProblemType.NO_SUCH_AGENT),
        arguments("POST", "/v1/agents/nobody:drain", null, ProblemType.NO_SUCH_AGENT),
        arguments("POST", "/v1/agents/nobody:resume", "{}", ProblemType.NO_SUCH_AGENT),
        arguments("POST", "/v1/agents/nobody:heartbeat", null, ProblemType.NO_SUCH_AGENT),
        arguments("POST", "/v1/agents/nobody/leases:acquire", null, ProblemType.NO_SUCH_AGENT),
        arguments("GET", "/v1/tasks/nothing", null, ProblemType.NO_SUCH_TASK),
        arguments("GET", "/v1/tasks/nothing?waitSeconds=5", null, ProblemType.NO_SUCH_TASK),
        arguments("GET", "/v1/tasks/nothing/decisions", null, ProblemType.NO_SUCH_TASK),
        arguments("POST", "/v1/tasks/nothing:resume", "{\"input\": 1}", ProblemType.NO_SUCH_TASK),
        arguments("GET", "/v1/tasks/nothing/events", null, ProblemType.NO_SUCH_TASK),
        arguments("POST", "/v1/tasks/nothing:cancel", null, ProblemType.NO_SUCH_TASK),
        arguments(
            "POST",
            "/v1/leases:release",
            "{\"leases\": [{\"taskId\": \"a\", \"leaseToken\": \"t\"}]}",
            ProblemType.LEASE_LOST),
        arguments("PUT", "/v1/agents/a", "{", ProblemType.MALFORMED_REQUEST),
        arguments("PUT", "/v1/agents/a", null, ProblemType.MALFORMED_REQUEST),
        arguments("POST", "/v1/tasks", "{\"capability\": \"c\"} x", ProblemType.MALFORMED_REQUEST),
        arguments("POST", "/v1/tasks", null, ProblemType.MALFORMED_REQUEST),
        arguments("POST", "/v1/tasks:batch", "[{\"agent\": \"a\"}", ProblemType.MALFORMED_REQUEST),
        arguments("POST", "/v1/leases:complete", "nonsense", ProblemType.MALFORMED_REQUEST),
        arguments("GET", "/v1", null, ProblemType.NOT_FOUND),
        arguments("GET", "/v1/agents/", null, ProblemType.NOT_FOUND),
        arguments("GET", "/v1/agentsx", null, ProblemType.NOT_FOUND),
        arguments("POST", "/v1/agents/here:explode", null, ProblemType.NOT_FOUND),
        arguments("GET", "/v1/tasks/x/y", null, ProblemType.NOT_FOUND),
        arguments("POST", "/v1/leases:explode", "{}", ProblemType.NOT_FOUND),
        arguments("POST", "/v1/agents/here/messages/1", "{}", ProblemType.NOT_FOUND),
        arguments("POST", "/nowhere", "x".repeat(100_000), ProblemType.NOT_FOUND),
        arguments("POST", "/v1/agents", "{}", ProblemType.METHOD_NOT_ALLOWED),
        arguments("POST", "/v1/agents/a", "{}", ProblemType.METHOD_NOT_ALLOWED),
        arguments("GET", "/v1/agents/a:drain", null, ProblemType.METHOD_NOT_ALLOWED),
        arguments("DELETE", "/v1/tasks", null, ProblemType.METHOD_NOT_ALLOWED),
        arguments("PUT", "/v1/tasks:batch", "[]", ProblemType.METHOD_NOT_ALLOWED),
        arguments("GET", "/v1/leases:complete", null, ProblemType.METHOD_NOT_ALLOWED),
        arguments("POST", "/v1/cluster", "{}", ProblemType.METHOD_NOT_ALLOWED),
        arguments("POST", "/health/ready", null, ProblemType.METHOD_NOT_ALLOWED));
  }

  @ParameterizedTest
  @MethodSource
  void otherwise(String method, String path, @Nullable String body, ProblemType type)
      throws Exception {
    Answer answer = api.send(method, path, body).expect(type);
    if (type == ProblemType.METHOD_NOT_ALLOWED) {
      assertTrue(!answer.header("Allow").isEmpty());
    }
    api.get("/v1/agents/here").expect(200);
  }
}
