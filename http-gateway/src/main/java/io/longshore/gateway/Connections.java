package io.longshore.gateway;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Flow;

/**
 * Lets requests know whether their connection is still there. A client that closes its side while
 * it waits for an answer counts as gone.
 */
final class Connections {
  private static final AttributeKey<Connection> KEY =
      AttributeKey.create("longshore-connection", Connection.class);

  private Connections() {}

  /** One connection of a client. */
  static final class Connection {
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private void close() {
      closed = true;
      listeners.forEach(Runnable::run);
      listeners.clear();
    }

    /** Has it run once the connection is closed, at once if it is, perhaps twice. */
    private Runnable onClose(Runnable listener) {
      listeners.add(listener);
      if (closed) {
        listener.run();
      }
      return () -> listeners.remove(listener);
    }
  }

  /** Answers a connection's requests, up to {@code pipelining} of them at once, in order. */
  static Flow<HttpRequest, HttpResponse, NotUsed> watched(
      Function<HttpRequest, CompletionStage<HttpResponse>> handler, int pipelining) {
    return Flow.fromMaterializer(
            (materializer, attributes) -> watched(new Connection(), handler, pipelining))
        .mapMaterializedValue(done -> NotUsed.getInstance());
  }

  private static Flow<HttpRequest, HttpResponse, NotUsed> watched(
      Connection connection,
      Function<HttpRequest, CompletionStage<HttpResponse>> handler,
      int pipelining) {
    return Flow.of(HttpRequest.class)
        .watchTermination(
            (nothing, done) -> {
              done.whenComplete((end, failure) -> connection.close());
              return nothing;
            })
        .map(request -> request.addAttribute(KEY, connection))
        .mapAsync(pipelining, handler);
  }

  /**
   * Has something done, perhaps twice, when the request's connection is closed before the request
   * is answered.
   *
   * @return to be run with the answer
   */
  static Runnable onClose(HttpRequest request, Runnable listener) {
    return request
        .getAttribute(KEY)
        .map(connection -> connection.onClose(listener))
        .orElse(() -> {});
  }

  /** Whether the request's connection is closed, as far as is known. */
  static boolean isClosed(HttpRequest request) {
    return request.getAttribute(KEY).map(connection -> connection.closed).orElse(false);
  }
}
