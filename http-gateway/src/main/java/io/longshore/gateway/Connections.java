package io.longshore.gateway;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.impl.engine.server.ServerTerminationDeadlineReached;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests know whether their connection is still there, cuts it, and takes those in turn
 * whose order matters. A client that closes its side while it waits for an answer counts as gone.
 */
final class Connections {
  private static final HttpHeader CLOSE =
      org.apache.pekko.http.javadsl.model.headers.Connection.create("close");
  private static final AttributeKey<Connection> KEY =
      AttributeKey.create("longshore-connection", Connection.class);

  /** How long a connection beyond the limit may wait before it asks and is told so. */
  private static final Duration REFUSED_WITHIN = Duration.ofSeconds(5);

  private Connections() {}

  /**
   * Handles a body that has come.
   *
   * @param <B> the body
   */
  @FunctionalInterface
  interface Step<B> {
    /**
     * Handles it.
     *
     * @param handedOver to be run as soon as what follows may be handled; at the latest, the answer
     *     does
     */
    CompletionStage<HttpResponse> take(B body, Runnable handedOver);
  }

  /** One connection of a client. */
  static final class Connection {
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<UniqueKillSwitch> cut = new CompletableFuture<>();
    private volatile boolean closed;
    // Seen only while a request is taken in, and those of a connection are one after the other.
    private CompletableFuture<@Nullable Void> turn = CompletableFuture.completedFuture(null);

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

    private void cut() {
      var unused = cut.thenAccept(how -> how.abort(new ServerTerminationDeadlineReached()));
    }

    private <B> CompletionStage<HttpResponse> inTurn(CompletionStage<B> body, Step<B> step) {
      CompletableFuture<@Nullable Void> before = turn;
      CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
      turn = over;
      Runnable handedOver = () -> over.complete(null);
      CompletionStage<B> ready = before.isDone() ? body : before.thenCompose(nothing -> body);
      return ready
          .thenCompose(read -> step.take(read, handedOver))
          .whenComplete((response, failure) -> handedOver.run());
    }
  }

  /**
   * Answers a connection's requests, up to {@code pipelining} of them at once, in order. One that
   * finds no room is told so by the answer to its first request, and closed; if too many are there
   * to be told, at once.
   *
   * @param refusing a permit for each that may be there to be told so at a time
   * @param leaving whether answers end their connections, so that clients look elsewhere
   */
  static Flow<HttpRequest, HttpResponse, NotUsed> watched(
      Function<HttpRequest, CompletionStage<HttpResponse>> handler,
      int pipelining,
      Room room,
      Semaphore refusing,
      BooleanSupplier leaving) {
    return Flow.fromMaterializer(
            (materializer, attributes) -> {
              try {
                room.take(1);
              } catch (ProblemException full) {
                return refusing.tryAcquire()
                    ? refusing(full.problem(), refusing, materializer)
                    : Flow.fromSinkAndSource(Sink.<HttpRequest>cancelled(), Source.empty());
              }
              return watched(new Connection(), handler, pipelining, room)
                  .map(response -> leaving.getAsBoolean() ? last(response) : response);
            })
        .mapMaterializedValue(done -> NotUsed.getInstance());
  }

  private static HttpResponse last(HttpResponse response) {
    return response.status().equals(StatusCodes.SWITCHING_PROTOCOLS)
        ? response
        : response.addHeader(CLOSE);
  }

  private static Flow<HttpRequest, HttpResponse, NotUsed> refusing(
      Problem full, Semaphore refusing, Materializer materializer) {
    return Flow.of(HttpRequest.class)
        .watchTermination(
            (nothing, done) -> {
              done.whenComplete((end, failure) -> refusing.release());
              return nothing;
            })
        .takeWithin(REFUSED_WITHIN)
        .map(
            request -> {
              request.discardEntityBytes(materializer);
              return Responses.problem(full).addHeader(CLOSE);
            });
  }

  private static Flow<HttpRequest, HttpResponse, NotUsed> watched(
      Connection connection,
      Function<HttpRequest, CompletionStage<HttpResponse>> handler,
      int pipelining,
      Room room) {
    return Flow.of(HttpRequest.class)
        .watchTermination(
            (nothing, done) -> {
              done.whenComplete(
                  (end, failure) -> {
                    room.giveBack(1);
                    connection.close();
                  });
              return nothing;
            })
        .via(new RequestsTaken(request -> request.addAttribute(KEY, connection)))
        .mapAsync(pipelining, handler)
        .viaMat(KillSwitches.single(), Keep.right())
        .mapMaterializedValue(
            cut -> {
              connection.cut.complete(cut);
              return NotUsed.getInstance();
            });
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

  /**
   * Cuts the request's connection without another word. Of all failures only this one is taken by
   * Pekko HTTP for what it is: others it logs as errors, and tries to answer.
   */
  static void cut(HttpRequest request) {
    request.getAttribute(KEY).ifPresent(Connection::cut);
  }

  /**
   * Handles a request after those before it on its connection that are also taken in turn. Their
   * bodies may come later than the next request, so without this the order could be lost.
   *
   * <p>To be called while the request is taken in, not later.
   */
  static <B> CompletionStage<HttpResponse> inTurn(
      HttpRequest request, CompletionStage<B> body, Step<B> step) {
    Connection connection = request.getAttribute(KEY).orElse(null);
    return connection == null
        ? body.thenCompose(read -> step.take(read, () -> {}))
        : connection.inTurn(body, step);
  }
}
