package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client of one gateway, which holds each answer against the description of the API. */
final class Api {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Listeners binding;

  Api(Listeners binding) {
    this.binding = binding;
  }

  Listeners binding() {
    return binding;
  }

  InetSocketAddress address() {
    return binding.address();
  }

  /** An answer, with its body as text. */
  record Answer(int status, String body, HttpResponse<String> http) {

    JsonNode json() throws IOException {
      return MAPPER.readTree(body);
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    /** This answer, which must have this status. */
    Answer expect(int expected) {
      assertEquals(expected, status, () -> http.request() + ": " + body);
      return this;
    }

    /** This answer, which must be a problem of this kind. */
    Answer expect(ProblemType type) throws IOException {
      expect(type.status());
      assertEquals("application/problem+json", header("Content-Type"), body);
      assertEquals(type.uri(), json().path("type").asText(), body);
      assertEquals(type.status(), json().path("status").asInt(), body);
      assertEquals(type.title(), json().path("title").asText(), body);
      return this;
    }
  }

  Answer get(String path, String... headers) throws Exception {
    return send("GET", path, null, headers);
  }

  Answer post(String path, @Nullable String body, String... headers) throws Exception {
    return send("POST", path, body, headers);
  }

  Answer put(String path, @Nullable String body, String... headers) throws Exception {
    return send("PUT", path, body, headers);
  }

  Answer delete(String path, String... headers) throws Exception {
    return send("DELETE", path, null, headers);
  }

  /** Sends a request; a body without another type is JSON. */
  Answer send(String method, String path, @Nullable String body, String... headers)
      throws Exception {
    return sending(method, path, body, headers).get();
  }

  /** Sends a request without waiting for its answer. */
  CompletableFuture<Answer> sending(
      String method, String path, @Nullable String body, String... headers) {
    HttpRequest.Builder request =
        request(path)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    boolean json = body != null && !java.util.List.of(headers).contains("Content-Type");
    if (json) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    CompletableFuture<Answer> sent = sending(request);
    return !json
        ? sent
        : sent.thenApply(
            answer -> {
              ApiContract.checkAccepted(method, path, body, answer);
              return answer;
            });
  }

  CompletableFuture<Answer> sending(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    return http.sendAsync(request, BodyHandlers.ofString())
        .thenApply(
            response -> {
              Answer answer = new Answer(response.statusCode(), response.body(), response);
              ApiContract.check(request.method(), request.uri().getRawPath(), answer);
              return answer;
            });
  }

  /** A request to this gateway; one that is not answered in time fails. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://" + address().getHostString() + ":" + address().getPort() + path))
        .timeout(Duration.ofSeconds(60));
  }
}
