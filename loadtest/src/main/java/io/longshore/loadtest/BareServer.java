package io.longshore.loadtest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** The least that an HTTP server of the node's kind can do: a reference. */
final class BareServer implements AutoCloseable {
  private static final int BODY_MILLIS = 10_000;
  private static final JsonFactory JSON = new JsonFactory();
  private final ServerBinding binding;

  private BareServer(
      ActorSystem<?> system, Function<HttpRequest, CompletionStage<HttpResponse>> answer) {
    binding =
        Http.get(system)
            .newServerAt("127.0.0.1", 0)
            .bind(answer::apply)
            .toCompletableFuture()
            .join();
  }

  /** One in the node's actor system that reads bodies and answers 202 with bytes made before. */
  static BareServer reading(ActorSystem<?> system, byte[] answer) {
    HttpResponse response = accepted(answer);
    return new BareServer(
        system,
        request -> request.entity().toStrict(BODY_MILLIS, system).thenApply(body -> response));
  }

  /**
   * One that also parses the bodies' lines of JSON, keeps nothing, and says how many there were.
   */
  static BareServer parsing(ActorSystem<?> system) {
    return new BareServer(
        system,
        request ->
            request
                .entity()
                .toStrict(BODY_MILLIS, system)
                .thenApply(body -> accepted(parsed(body.getData()))));
  }

  private static byte[] parsed(ByteString body) {
    int lines = 0;
    try (JsonParser parser = JSON.createParser(body.toArrayUnsafe())) {
      while (parser.nextToken() != null) {
        parser.skipChildren();
        lines++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The body is not lines of JSON", e);
    }
    return "{\"accepted\":%d,\"refused\":0}".formatted(lines).getBytes(StandardCharsets.US_ASCII);
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
