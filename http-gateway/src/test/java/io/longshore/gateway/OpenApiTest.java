package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.longshore.gateway.ApiDocument.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description of the HTTP API is OpenAPI, whole, and true to itself. */
class OpenApiTest {
  private static final ApiDocument DOCUMENT = ApiDocument.SERVED;
  private static final String OPENAPI = "https://spec.openapis.org/";

  static Stream<Operation> operations() {
    return DOCUMENT.operations().stream();
  }

  @Test
  void when_the_document_is_judged_by_openapi_itself_then_it_is_valid() {
    SchemaRegistry registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(OpenApiTest::published));
    Schema openApi =
        registry.getSchema(SchemaLocation.of(OPENAPI + "oas/3.1/schema-base/2022-10-07"));
    assertEquals(List.of(), openApi.validate(DOCUMENT.root()));
    JsonNode broken = DOCUMENT.root().deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) broken.at("/paths/~1v1~1tasks/post"))
        .put("sumary", "x");
    assertFalse(openApi.validate(broken).isEmpty());
  }

  /** The schemas of OpenAPI, which a library carries. */
  private static @Nullable String published(String iri) {
    try (InputStream in =
        OpenApiTest.class.getClassLoader().getResourceAsStream(iri.replace("https://", ""))) {
      return !iri.startsWith(OPENAPI) || in == null ? null : new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void when_references_are_followed_then_they_lead_somewhere_and_nothing_is_left_over() {
    Set<String> used = new TreeSet<>();
    for (JsonNode ref : DOCUMENT.root().findValues("$ref")) {
      assertFalse(DOCUMENT.root().at(ref.asText().substring(1)).isMissingNode(), ref.asText());
      used.add(ref.asText());
    }
    Set<String> defined = new TreeSet<>();
    DOCUMENT
        .root()
        .path("components")
        .properties()
        .forEach(
            kind ->
                kind.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        name -> defined.add("#/components/" + kind.getKey() + "/" + name)));
    assertEquals(defined, used);
  }

  @Test
  void when_problems_are_listed_then_these_are_all_there_are() {
    Map<String, String> listed = new TreeMap<>();
    DOCUMENT
        .root()
        .at("/components/schemas/ProblemType/oneOf")
        .forEach(
            type ->
                listed.put(
                    type.path("const").asText(),
                    type.path("description").asText().replaceAll(":.*", " ")
                        + type.path("title").asText()));
    Map<String, String> all = new TreeMap<>();
    Arrays.stream(ProblemType.values())
        .forEach(type -> all.put(type.uri(), type.status() + " " + type.title()));
    assertEquals(all, listed);
  }

  @Test
  void when_operations_are_named_then_each_by_itself_and_under_a_known_tag() {
    Set<String> ids = new HashSet<>();
    List<String> tags = DOCUMENT.root().path("tags").findValuesAsText("name");
    for (Operation operation : DOCUMENT.operations()) {
      assertTrue(ids.add(operation.id()), operation.id());
      assertTrue(tags.contains(operation.node().path("tags").path(0).asText()), operation.id());
      assertFalse(operation.node().path("summary").asText().isEmpty(), operation.id());
    }
    assertFalse(DOCUMENT.root().at("/info/version").asText().contains("$"));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void when_something_is_shown_as_an_example_then_its_schema_allows_it(Operation operation) {
    for (String in : List.of("path", "query", "header")) {
      for (JsonNode parameter : DOCUMENT.parameters(operation, in)) {
        String place = operation + " " + parameter.path("name").asText();
        for (JsonNode example : ApiDocument.examplesOf(parameter)) {
          assertEquals(List.of(), DOCUMENT.errors(parameter.path("schema"), place, example, false));
        }
        assertFalse(parameter.path("description").asText().isEmpty(), place);
      }
    }
    content(DOCUMENT.resolved(operation.node().path("requestBody")), operation + " body", false);
    for (var response : operation.node().path("responses").properties()) {
      content(DOCUMENT.resolved(response.getValue()), operation + " " + response.getKey(), true);
    }
  }

  private static void content(JsonNode body, String place, boolean closed) {
    for (var media : body.path("content").properties()) {
      String where = place + " " + media.getKey();
      Map<String, JsonNode> examples = DOCUMENT.examples(media.getValue());
      assertFalse(examples.isEmpty(), where);
      for (JsonNode example : examples.values()) {
        assertEquals(
            List.of(),
            DOCUMENT.errors(media.getValue().path("schema"), where, example, closed),
            where);
        if (media.getValue().has("x-item-schema")) {
          assertEquals(
              List.of(), items(media.getValue().path("x-item-schema"), where, example, closed));
        }
      }
    }
  }

  /** What is wrong with the lines, or the data of events, of an example that has many things. */
  private static List<?> items(JsonNode schema, String place, JsonNode example, boolean closed) {
    return example
        .asText()
        .lines()
        .filter(line -> line.startsWith("data: ") || !line.matches("|(id|event): .*"))
        .flatMap(
            line ->
                DOCUMENT
                    .errors(schema, place + " item", json(line.replace("data: ", "")), closed)
                    .stream())
        .toList();
  }

  private static JsonNode json(String text) {
    try {
      return ApiDocument.MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  @Test
  void when_an_answer_is_not_as_described_then_tests_notice() {
    String ready = "{\"status\":\"ready\"}";
    answered("/health/ready", 200, "application/json", ready);
    deviates("/health/ready", 200, "application/json", "{\"status\":\"ready\",\"new\":1}");
    deviates("/health/ready", 200, "application/json", "{}");
    deviates("/health/ready", 200, "text/plain", ready);
    deviates("/health/ready", 204, "application/json", ready);
    String lost =
        "{\"type\":\"/problems/lease-lost\",\"title\":\"t\",\"status\":409,\"detail\":\"d\"}";
    deviates("/health/ready", 503, "application/problem+json", lost);
    deviates(
        "/v1/agents", 429, "application/problem+json", lost.replace("lease-lost", "overloaded"));
  }

  private static void deviates(String path, int status, String type, String body) {
    assertThrows(AssertionError.class, () -> answered(path, status, type, body));
  }

  private static void answered(String path, int status, String type, String body) {
    HttpHeaders headers =
        HttpHeaders.of(Map.of("Content-Type", List.of(type)), (name, value) -> true);
    ApiContract.check("GET", path, status, headers, body);
  }
}
