package io.longshore.loadtest;

import java.net.URI;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The least that an HTTP server of the node's kind can do: reads the body and answers 202 with
 * bytes made before.
 */
final class BareServer implements AutoCloseable {
  private static final int BODY_MILLIS = 10_000;
  private final ActorSystem<?> system;
  private final HttpResponse response;
  private final ServerBinding binding;

  /** Starts one on any port, in the node's actor system. */
  BareServer(ActorSystem<?> system, byte[] answer) {
    this.system = system;
    response =
        HttpResponse.create()
            .withStatus(202)
            .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, answer));
    binding =
        Http.get(system)
            .newServerAt("127.0.0.1", 0)
            .bind(this::answer)
            .toCompletableFuture()
            .join();
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    return request.entity().toStrict(BODY_MILLIS, system).thenApply(body -> response);
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
