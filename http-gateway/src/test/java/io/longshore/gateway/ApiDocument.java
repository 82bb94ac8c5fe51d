package io.longshore.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The description of the HTTP API that the gateway serves, and what follows from it. */
final class ApiDocument {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          // Schemas refer to each other as parts of a document.
          Dialect.builder(Dialects.getDraft202012())
              .keyword(new NonValidationKeyword("components"))
              .build(),
          registry ->
              registry.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  static final ApiDocument SERVED = new ApiDocument(read());

  private final JsonNode root;
  private final JsonNode strict;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  ApiDocument(JsonNode root) {
    this.root = root;
    this.strict = closed(root.path("components").path("schemas").deepCopy());
    root.path("paths")
        .properties()
        .forEach(
            path ->
                METHODS.forEach(
                    method -> {
                      if (path.getValue().has(method)) {
                        operations.add(new Operation(method.toUpperCase(Locale.ROOT), path));
                      }
                    }));
  }

  /** One call of the API. */
  record Operation(String method, String path, JsonNode node, JsonNode ofPath, Pattern pattern) {

    private Operation(String method, Map.Entry<String, JsonNode> path) {
      this(
          method,
          path.getKey(),
          path.getValue().path(method.toLowerCase(Locale.ROOT)),
          path.getValue().path("parameters"),
          Pattern.compile(path.getKey().replace(".", "\\.").replaceAll("\\{\\w+}", "[^/:]+")));
    }

    String id() {
      return node.path("operationId").asText();
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private static JsonNode read() {
    try (InputStream in =
        ApiDocument.class.getClassLoader().getResourceAsStream("openapi/openapi.json")) {
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode root() {
    return root;
  }

  List<Operation> operations() {
    return operations;
  }

  /** The call that a request makes; null if there is none. */
  @Nullable Operation operation(String method, String path) {
    String plain = path.replaceAll("[?#].*", "");
    for (Operation operation : operations) {
      if (operation.method().equals(method) && operation.pattern().matcher(plain).matches()) {
        return operation;
      }
    }
    return null;
  }

  /** The object itself, or what it refers to. */
  JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? root.at(node.path("$ref").asText().substring(1)) : node;
  }

  /** All parameters of a call in this place. */
  List<JsonNode> parameters(Operation operation, String in) {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode list : List.of(operation.ofPath(), operation.node().path("parameters"))) {
      for (JsonNode one : list) {
        if (resolved(one).path("in").asText().equals(in)) {
          all.add(resolved(one));
        }
      }
    }
    return all;
  }

  /**
   * The values that a parameter may have, for example. Those of optional ones are in their schema,
   * where the page does not take them for values to begin with.
   */
  static List<JsonNode> examplesOf(JsonNode parameter) {
    List<JsonNode> all = new ArrayList<>();
    parameter.path("schema").path("examples").forEach(all::add);
    if (parameter.has("example")) {
      all.add(parameter.path("example"));
    }
    return all;
  }

  /** The examples of a media type, by name. */
  Map<String, JsonNode> examples(JsonNode media) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    if (media.has("example")) {
      all.put("example", media.path("example"));
    }
    media
        .path("examples")
        .properties()
        .forEach(one -> all.put(one.getKey(), resolved(one.getValue()).path("value")));
    return all;
  }

  /**
   * What is wrong with a value.
   *
   * @param schema one of this document's
   * @param place where it is in the document
   * @param closed whether objects have no fields but those that are described
   */
  List<Error> errors(JsonNode schema, String place, JsonNode value, boolean closed) {
    return schemas
        .computeIfAbsent(place + closed, any -> SCHEMAS.getSchema(whole(schema, closed)))
        .validate(value);
  }

  /** A schema together with those that it refers to. */
  private JsonNode whole(JsonNode schema, boolean closed) {
    ObjectNode whole = closed ? (ObjectNode) closed(schema.deepCopy()) : schema.deepCopy();
    whole
        .putObject("components")
        .set("schemas", closed ? strict : root.path("components").path("schemas"));
    return whole;
  }

  private static JsonNode closed(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(ApiDocument::closed);
    return schema;
  }
}
