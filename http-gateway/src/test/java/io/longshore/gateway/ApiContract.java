package io.longshore.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.gateway.Api.Answer;
import io.longshore.gateway.ApiDocument.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds every answer that a test gets against what the served description says of it: its status,
 * media type and headers, each field of its body, and by name each kind of problem.
 */
final class ApiContract {
  private static final ApiDocument DOCUMENT = ApiDocument.SERVED;

  private ApiContract() {}

  /**
   * Checks an answer.
   *
   * @throws AssertionError if the document does not describe it
   */
  static void check(String method, String path, Answer answer) {
    check(method, path, answer.status(), answer.http().headers(), answer.body());
  }

  /**
   * Checks that a body which was accepted is one that the document allows. Not those about many
   * things, of which each is accepted for itself.
   *
   * @throws AssertionError if it is not
   */
  static void checkAccepted(String method, String path, String body, Answer answer) {
    if (answer.status() / 100 == 2 && !path.endsWith(":batch")) {
      String errors = errors(method, path, body);
      demand(errors.isEmpty(), "Accepted, though openapi.json forbids it: " + body + errors);
    }
  }

  /**
   * What the document says is wrong with a body; nothing if that is no JSON. Schemas do not have to
   * say that null is as good as nothing, for the document says it of all fields.
   */
  static String errors(String method, String path, String body) {
    Operation operation = DOCUMENT.operation(method, path);
    if (operation == null) {
      return "";
    }
    JsonNode schema =
        DOCUMENT
            .resolved(operation.node().path("requestBody"))
            .at("/content/application~1json/schema");
    try {
      JsonNode value = ApiDocument.MAPPER.readTree(body);
      var errors = new ArrayList<>(DOCUMENT.errors(schema, operation + " body", value, false));
      errors.removeIf(error -> error.getInstanceNode().isNull());
      return errors.isEmpty() ? "" : errors.toString();
    } catch (IOException e) {
      return "";
    }
  }

  static void check(String method, String path, int status, HttpHeaders headers, String body) {
    Operation operation = DOCUMENT.operation(method.equals("HEAD") ? "GET" : method, path);
    if (operation == null) {
      return;
    }
    try {
      check(operation, status, headers, method.equals("HEAD") ? null : body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AssertionError e) {
      throw new AssertionError(
          "%s is answered otherwise than openapi.json says: %s; %d: %s"
              .formatted(operation, e.getMessage(), status, body),
          e);
    }
  }

  private static void check(
      Operation operation, int status, HttpHeaders headers, @Nullable String body)
      throws IOException {
    JsonNode responses = operation.node().path("responses");
    String name = responses.has(Integer.toString(status)) ? Integer.toString(status) : "default";
    JsonNode response = DOCUMENT.resolved(responses.path(name));
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      boolean required = DOCUMENT.resolved(header.getValue()).path("required").asBoolean();
      demand(
          !required || headers.firstValue(header.getKey()).isPresent(), "lacks " + header.getKey());
    }
    String type = headers.firstValue("Content-Type").orElse("").replaceAll(";.*", "");
    JsonNode media = response.path("content").path(type);
    boolean described = !media.isMissingNode() || (type.isEmpty() && !response.has("content"));
    demand(described, "has the type " + type);
    if (body == null || media.isMissingNode()) {
      return;
    }
    String place = operation + " " + name + " " + type;
    if (type.endsWith("/json") || type.endsWith("+json")) {
      JsonNode value = ApiDocument.MAPPER.readTree(body);
      conforms(media.path("schema"), place, value);
      if (type.equals("application/problem+json")) {
        String slug = value.path("type").asText().replace("/problems/", "");
        String told = response.path("description").asText();
        demand(told.contains("`" + slug + "`"), "does not tell of " + slug);
      }
    }
    if (type.equals("application/x-ndjson")) {
      for (String line : body.lines().toList()) {
        conforms(media.path("x-item-schema"), place + " line", ApiDocument.MAPPER.readTree(line));
      }
    }
  }

  /** Checks a value that was answered; unlike a request's it may have no fields but those told. */
  static void conforms(JsonNode schema, String place, JsonNode value) {
    var errors = DOCUMENT.errors(schema, place, value, true);
    demand(errors.isEmpty(), place + ": " + errors);
  }

  private static void demand(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
