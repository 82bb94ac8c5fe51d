package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.gateway.Api.Answer;
import io.longshore.gateway.ApiDocument.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description of the API and its page are served, and tell of the calls that there are. */
class DocsApiTest {
  private static final ApiDocument DOCUMENT = ApiDocument.SERVED;

  /** The words of paths, as the routes have them. */
  private static final Pattern WORDS =
      Pattern.compile(
          "(?:path|pathPrefix|slash|\\.add|addOfAgent|case)\\s*\\(?\\s*\"([a-z:.-]+)\"");

  /** Files of pages: nobody calls these. */
  private static final Set<String> OF_PAGES = Set.of("dashboard", "swagger-ui");

  /** Paths that take any word below them, and the words to try. */
  private static final Map<String, Set<String>> ANYTHING_BELOW =
      Map.of("docs", Set.of(), "problems", Set.of("x"));

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
  void when_the_document_is_read_again_then_only_if_it_has_changed() throws Exception {
    Answer first = api.get("/openapi.json").expect(200);
    assertEquals(DOCUMENT.root(), first.json());
    assertEquals("application/json", first.header("Content-Type"));
    assertEquals("no-cache", first.header("Cache-Control"));
    String tag = first.header("ETag");
    assertEquals("", api.get("/openapi.json", "If-None-Match", tag).expect(304).body());
    api.get("/openapi.json", "If-None-Match", "\"1\", W/" + tag).expect(304);
    api.get("/openapi.json", "If-None-Match", "\"1\"").expect(200);
    api.get("/openapi.json", "If-None-Match", "1").expect(ProblemType.INVALID_REQUEST);
    Answer head = api.send("HEAD", "/openapi.json", null).expect(200);
    assertEquals("", head.body());
    assertEquals(tag, head.header("ETag"));
  }

  @Test
  void when_the_page_is_read_then_all_its_files_are_there_and_come_from_this_node()
      throws Exception {
    Answer page = api.get("/docs").expect(200);
    assertTrue(page.header("Content-Type").startsWith("text/html"));
    Matcher files = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.body());
    Set<String> read = new TreeSet<>();
    while (files.find()) {
      if (!files.group(1).equals("data:,")) {
        Answer file = api.get(files.group(1)).expect(200);
        assertFalse(file.body().isEmpty(), files.group(1));
        read.add(files.group(1).replaceAll("/[0-9.]+/", "/*/") + " " + caching(file));
      }
    }
    assertEquals(
        Set.of(
            "/ no-cache ours",
            "/openapi.json no-cache",
            "/docs/docs.js no-cache ours",
            "/docs/style.css no-cache ours",
            "/docs/swagger-ui/*/swagger-ui.css public, max-age=31536000, immutable ours",
            "/docs/swagger-ui/*/swagger-ui-bundle.js public, max-age=31536000, immutable ours"),
        read);
    assertTrue(api.get("/").body().contains("href=\"/docs\""));
    api.get("/docs/swagger-ui/nothing.js").expect(ProblemType.NOT_FOUND);
    api.get("/docs/nothing.js").expect(ProblemType.NOT_FOUND);
  }

  @Test
  void when_the_type_of_a_problem_is_followed_then_it_says_what_to_do() throws Exception {
    String all = api.get("/problems").expect(200).body();
    for (ProblemType type : ProblemType.values()) {
      Answer answer = api.get(type.uri()).expect(200);
      assertTrue(answer.header("Content-Type").startsWith("text/plain"));
      assertTrue(answer.body().contains(type.title() + ". " + type.advice()), answer.body());
      assertTrue(all.contains(answer.body()), type.uri());
    }
    api.get("/problems/nothing").expect(ProblemType.NOT_FOUND);
    api.send("POST", "/problems/lease-lost", "{}").expect(ProblemType.METHOD_NOT_ALLOWED);
    api.send("PATCH", "/dashboardx", "{}").expect(ProblemType.NOT_FOUND);
  }

  private static String caching(Answer file) {
    boolean ours = file.header("Content-Security-Policy").contains("default-src 'self'");
    return file.header("Cache-Control") + (ours ? " ours" : "");
  }

  static Stream<Operation> operations() {
    return DOCUMENT.operations().stream();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void when_a_call_is_described_then_the_gateway_knows_it_and_its_parameters(Operation operation)
      throws Exception {
    String query =
        DOCUMENT.parameters(operation, "query").stream()
            .flatMap(
                parameter ->
                    ApiDocument.examplesOf(parameter).stream()
                        .map(value -> value.isArray() ? value.path(0) : value)
                        .map(value -> parameter.path("name").asText() + "=" + value.asText()))
            .collect(Collectors.joining("&"))
            .replace("^", "%5E");
    String path =
        operation.path().replace("{problemType}", "lease-lost").replaceAll("\\{\\w+}", "unknown")
            + "?"
            + query;
    Answer answer = api.send(operation.method(), path, null);
    if (answer.status() >= 400) {
      String type = answer.json().path("type").asText();
      assertNotEquals(ProblemType.NOT_FOUND.uri(), type);
      assertNotEquals(ProblemType.METHOD_NOT_ALLOWED.uri(), type);
      assertFalse(answer.body().contains("\"parameter\":"), answer.body());
    }
  }

  /** Tries every path that can be made of the words of the routes, with a method nobody knows. */
  @Test
  void when_the_gateway_knows_a_call_then_it_is_described() throws Exception {
    Set<String> words = new TreeSet<>(wordsOfRoutes());
    words.removeAll(OF_PAGES);
    Map<String, String> described = new TreeMap<>();
    for (Operation operation : DOCUMENT.operations()) {
      described.merge(
          operation.path().replaceAll("\\{\\w+}", "x"), operation.method(), (a, b) -> a + " " + b);
    }
    Set<String> nouns = new TreeSet<>();
    Set<String> verbs = new TreeSet<>(Set.of(""));
    for (String path : described.keySet()) {
      for (String segment : path.split("/", -1)) {
        List<String> parts = Arrays.asList(segment.split(":", -1));
        nouns.add(parts.get(0));
        parts.subList(1, parts.size()).forEach(verb -> verbs.add(":" + verb));
      }
    }
    for (String word : words) {
      List<String> parts = Arrays.asList(word.split(":", -1));
      assertTrue(
          parts.stream().allMatch(part -> nouns.contains(part) || verbs.contains(":" + part)),
          "Routes have " + word + ", which no described path has");
    }
    nouns.removeAll(Set.of("", "v1", "x"));
    Map<String, String> known = new TreeMap<>(Map.of("/", methods("/")));
    for (String first : nouns) {
      for (String verb : verbs) {
        tryPaths(known, "/" + first + verb, "/v1/" + first + verb, "/v1/" + first + "/x" + verb);
        for (String second : nouns) {
          tryPaths(known, "/v1/" + first + "/x/" + second + verb);
        }
      }
      for (String second : ANYTHING_BELOW.getOrDefault(first, nouns)) {
        tryPaths(known, "/" + first + "/" + second);
      }
    }
    assertEquals(described, known);
  }

  private static void tryPaths(Map<String, String> known, String... paths) throws Exception {
    for (String path : paths) {
      String methods = methods(path);
      if (!methods.isEmpty()) {
        known.put(path, methods);
      }
    }
  }

  /** The methods that a path has; none if the gateway does not know it. */
  private static String methods(String path) throws Exception {
    Answer answer = api.send("PATCH", path, null);
    List<String> order = List.of("GET", "PUT", "POST", "DELETE");
    return answer.status() == 404
        ? ""
        : Arrays.stream(answer.expect(405).header("Allow").split(", ", -1))
            .sorted((a, b) -> order.indexOf(a) - order.indexOf(b))
            .collect(Collectors.joining(" "));
  }

  private static Set<String> wordsOfRoutes() throws IOException {
    Set<String> words = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/java/io/longshore/gateway"))) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        if (text.contains("server.Route;") || text.contains("FrequentCalls")) {
          Matcher found = WORDS.matcher(text);
          while (found.find()) {
            words.add(found.group(1));
          }
        }
      }
    }
    assertTrue(
        words.containsAll(Set.of("drain", "leases:extend", "cluster", "events")), "" + words);
    return words;
  }
}
