package io.longshore.loadtest;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.remaining;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.util.ByteString;

/** The least that an HTTP server of the node's kind can do: a reference. */
final class BareServer implements AutoCloseable {
  private static final int BODY_MILLIS = 10_000;
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectReader TREES = new JsonMapper().readerFor(JsonNode.class);
  private final ServerBinding binding;

  private BareServer(
      ActorSystem<?> system, Function<HttpRequest, CompletionStage<HttpResponse>> answer) {
    binding =
        Http.get(system).newServerAt("127.0.0.1", 0).bind(answer).toCompletableFuture().join();
  }

  /** A route that reads bodies and answers 202 with bytes made before, as one begins a service. */
  static BareServer routing(ActorSystem<?> system, byte[] answer) {
    HttpResponse response = accepted(answer);
    Route route =
        pathPrefix(
            "v1",
            () ->
                path(
                    remaining(),
                    rest ->
                        post(
                            () ->
                                entity(
                                    Unmarshaller.entityToByteArray(),
                                    body -> complete(response)))));
    return new BareServer(system, route.function(system));
  }

  /** The same without a route: all that is left is Pekko HTTP's own work. */
  static BareServer reading(ActorSystem<?> system, byte[] answer) {
    HttpResponse response = accepted(answer);
    return new BareServer(
        system,
        request -> request.entity().toStrict(BODY_MILLIS, system).thenApply(body -> response));
  }

  /**
   * One that passes over the bodies' lines of JSON, looks at no value, and says how many there
   * were.
   */
  static BareServer scanning(ActorSystem<?> system) {
    return counting(system, BareServer::scanned);
  }

  /** One that reads each line of JSON into a tree, as Jackson does it, and keeps nothing. */
  static BareServer parsing(ActorSystem<?> system) {
    return counting(system, BareServer::parsed);
  }

  private interface Lines {
    int count(byte[] body) throws IOException;
  }

  private static BareServer counting(ActorSystem<?> system, Lines lines) {
    return new BareServer(
        system,
        request ->
            request
                .entity()
                .toStrict(BODY_MILLIS, system)
                .thenApply(body -> accepted(counted(body.getData(), lines))));
  }

  private static byte[] counted(ByteString body, Lines lines) {
    try {
      return "{\"accepted\":%d,\"refused\":0}"
          .formatted(lines.count(body.toArrayUnsafe()))
          .getBytes(StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("The body is not lines of JSON", e);
    }
  }

  private static int scanned(byte[] body) throws IOException {
    int lines = 0;
    try (JsonParser parser = JSON.createParser(body)) {
      while (parser.nextToken() != null) {
        parser.skipChildren();
        lines++;
      }
    }
    return lines;
  }

  private static int parsed(byte[] body) throws IOException {
    int lines = 0;
    try (MappingIterator<JsonNode> trees = TREES.readValues(body)) {
      while (trees.hasNextValue()) {
        trees.nextValue();
        lines++;
      }
    }
    return lines;
  }

  private static HttpResponse accepted(byte[] answer) {
    return HttpResponse.create()
        .withStatus(202)
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, answer));
  }

  /** Where it listens. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + binding.localAddress().getPort());
  }

  @Override
  public void close() {
    binding.unbind().toCompletableFuture().join();
  }
}
