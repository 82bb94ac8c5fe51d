package io.longshore.gateway;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;
import org.jspecify.annotations.Nullable;

/**
 * A request that was let in.
 *
 * @param request its head
 * @param body all of its body; empty if there is none or the call takes none
 * @param permit the room it takes up
 */
record Call(HttpRequest request, byte[] body, Admission.Permit permit) {
  /** How much longer than its wait a request may take before it is given up. */
  private static final Duration GRACE = Duration.ofSeconds(15);

  /** Handles a call; a problem may also be thrown. */
  @FunctionalInterface
  interface Handler {
    CompletionStage<HttpResponse> handle(Call call);
  }

  /** Handles a call whose order matters; a problem may also be thrown. */
  @FunctionalInterface
  interface InTurn {
    /**
     * Handles it.
     *
     * @param handedOver to be run as soon as the next call of the connection may be handled
     */
    CompletionStage<HttpResponse> handle(Call call, Runnable handedOver);
  }

  @Nullable String header(String name) {
    Optional<HttpHeader> header = request.getHeader(name);
    return header.isPresent() ? header.get().value() : null;
  }

  Query query(Violations violations) {
    return new Query(request, violations);
  }

  /** Refuses all parameters, for calls that know none. */
  void noParameters(Violations violations) {
    query(violations).end();
  }

  /** Refuses all fields, for calls whose body is empty or an empty object. */
  void noFields(Violations violations) {
    if (body.length > 0) {
      Document.read(body, violations, in -> in.object(name -> in.unknown()));
    }
  }

  /**
   * Says how many things this call is about, which counts as so many calls of its client.
   *
   * @throws ProblemException {@link ProblemType#RATE_LIMITED} if those are more than it may make
   */
  void counts(int things) {
    countsMore(Math.max(0, things - 1));
  }

  /**
   * Says that this call is about more things, which counts as so many calls of its client.
   *
   * @throws ProblemException {@link ProblemType#RATE_LIMITED} if those are more than it may make
   */
  void countsMore(int things) {
    permit.client().takeMore(things);
  }

  /**
   * The same for a call of which something is done already: it is refused no more, and its client
   * owes them.
   */
  void owes(int things) {
    permit.client().owes(things);
  }

  /** Whether the client has closed its connection, so that nobody reads an answer. */
  boolean abandoned() {
    return Connections.isClosed(request);
  }

  /**
   * Has something done, perhaps twice, if the client closes its connection before it is answered,
   * or before its stream has ended.
   *
   * @return to be run with the answer, or with the stream's end
   */
  Runnable onAbandoned(Runnable listener) {
    return Connections.onClose(request, listener);
  }

  /**
   * Asks for something that may come late. If the client closes its connection before, or has done
   * so already, {@code hangUp} is run, perhaps twice, and never before it was asked.
   */
  <T> CompletionStage<T> asks(Supplier<CompletionStage<T>> question, Runnable hangUp) {
    CompletionStage<T> answer = question.get();
    Runnable answered = onAbandoned(hangUp);
    return answer.whenComplete((reply, failure) -> answered.run());
  }

  /** Cuts the client's connection, without another word. */
  void cut() {
    Connections.cut(request);
  }

  /** Where the client is: its address without its port. */
  String clientAddress() {
    return request
        .getAttribute(AttributeKeys.remoteAddress)
        .flatMap(RemoteAddress::getAddress)
        .map(InetAddress::getHostAddress)
        .orElse("");
  }

  /** Whether the body is one JSON document a line, not one in all. */
  boolean isLines() {
    return Media.of(request) == Media.NDJSON;
  }

  /**
   * Says that this call is going to wait.
   *
   * @throws ProblemException {@link ProblemType#NODE_BUSY} if too many wait
   */
  void waits(Duration wait) {
    permit.waits();
    request
        .getHeader(TimeoutAccess.class)
        .ifPresent(timeout -> timeout.timeoutAccess().updateTimeout(wait.plus(GRACE)));
  }
}
