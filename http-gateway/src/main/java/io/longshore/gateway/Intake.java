package io.longshore.gateway;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * Where every call comes in: it is let in if there is room, its body is read up to the limit, and
 * whatever goes wrong becomes a problem.
 */
final class Intake {
  private static final byte[] NO_BODY = {};

  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final Admission admission;

  Intake(ActorSystem<?> system, GatewaySettings settings) {
    this.system = system;
    this.settings = settings;
    this.admission = new Admission(settings.limits());
  }

  /** A call that takes no body; one that comes is read and forgotten. */
  Route call(Call.Handler handler) {
    return Directives.handle(
        request -> {
          request.discardEntityBytes(system);
          return admitted(request, 0, () -> CompletableFuture.completedStage(NO_BODY), handler);
        });
  }

  /** A call that takes one JSON document about a single thing. */
  Route json(Call.Handler handler) {
    return body(settings.limits().body(), EnumSet.of(Media.JSON), handler);
  }

  /** A call that takes one JSON document about many things. */
  Route bulk(Call.Handler handler) {
    return body(settings.limits().batchBody(), EnumSet.of(Media.JSON), handler);
  }

  /** A call that takes many things, in one JSON document or one a line. */
  Route lines(Call.Handler handler) {
    return body(settings.limits().batchBody(), EnumSet.allOf(Media.class), handler);
  }

  /**
   * A call that takes one JSON document, or many, one a line. Such calls on one connection are
   * handled in their order, each after the one before was handed over.
   *
   * @param lines reads the request's entity itself, to its end or until that fails
   */
  Route inTurn(Call.InTurn document, Call.Handler lines) {
    return Directives.handle(
        request -> {
          try {
            checkMedia(request, EnumSet.allOf(Media.class));
            return Media.of(request) == Media.NDJSON
                ? lines(request, lines)
                : document(request, document);
          } catch (ProblemException refusal) {
            return refused(request, refusal.problem());
          }
        });
  }

  private CompletionStage<HttpResponse> document(HttpRequest request, Call.InTurn handler) {
    int limit = settings.limits().body();
    Admission.Permit permit = admission.enter(checkedLength(request, limit));
    return answered(
        permit,
        Connections.inTurn(
            request,
            read(request, limit),
            (read, handedOver) -> {
              checkEncoding(read);
              return handler.handle(new Call(request, read, permit), handedOver);
            }));
  }

  /** Holds two pieces of the body at a time: one that is handled, and one that comes. */
  private CompletionStage<HttpResponse> lines(HttpRequest request, Call.Handler handler) {
    checkedLength(request, settings.limits().batchBody());
    Admission.Permit permit = admission.enter(2L * settings.limits().body());
    return answered(
        permit,
        Connections.inTurn(
            request,
            CompletableFuture.completedStage(NO_BODY),
            (none, handedOver) ->
                CompletableFuture.completedStage(new Call(request, none, permit))
                    .thenCompose(handler::handle)
                    .exceptionallyCompose(
                        failure -> afterBody(request, Problems.failure(failure)))));
  }

  private Route body(int limit, Set<Media> accepted, Call.Handler handler) {
    return Directives.handle(
        request -> {
          try {
            checkMedia(request, accepted);
            long length = checkedLength(request, limit);
            return admitted(request, length, () -> read(request, limit), handler);
          } catch (ProblemException refusal) {
            return refused(request, refusal.problem());
          }
        });
  }

  private static long checkedLength(HttpRequest request, int limit) {
    long length = request.entity().getContentLengthOption().orElse(limit);
    if (length > limit) {
      throw tooLarge(limit);
    }
    return length;
  }

  /** Handles a call within the room it takes up. */
  private CompletionStage<HttpResponse> admitted(
      HttpRequest request,
      long bytes,
      Supplier<CompletionStage<byte[]>> body,
      Call.Handler handler) {
    Admission.Permit permit = admission.enter(bytes);
    return answered(
        permit, body.get().thenCompose(read -> handle(new Call(request, read, permit), handler)));
  }

  private static CompletionStage<HttpResponse> answered(
      Admission.Permit permit, CompletionStage<HttpResponse> answer) {
    return answer
        .exceptionally(Problems::failure)
        .whenComplete((response, failure) -> permit.close());
  }

  private CompletionStage<byte[]> read(HttpRequest request, int limit) {
    HttpEntity entity = request.entity();
    // Mostly a small body comes with its head; to run a stream for it would cost ten times more.
    return entity instanceof HttpEntity.Strict strict
        ? CompletableFuture.completedStage(strict.getData().toArrayUnsafe())
        : entity
            .withSizeLimit(limit)
            .toStrict(settings.bodyTimeout().toMillis(), limit, system)
            .handle(
                (read, failure) -> {
                  if (read == null) {
                    throw unread(failure, limit);
                  }
                  return read.getData().toArrayUnsafe();
                });
  }

  private static CompletionStage<HttpResponse> handle(Call call, Call.Handler handler) {
    checkEncoding(call.body());
    return handler.handle(call);
  }

  private static void checkEncoding(byte[] body) {
    if (!Text.isUtf8(body)) {
      throw problem(ProblemType.MALFORMED_REQUEST, "The body is not encoded as UTF-8.");
    }
  }

  private CompletionStage<HttpResponse> refused(HttpRequest request, Problem problem) {
    return afterBody(request, Responses.problem(problem));
  }

  /**
   * Answers once the body has come, because most clients read no answer before they have sent it
   * all. One that is larger still is cut off.
   */
  private CompletionStage<HttpResponse> afterBody(HttpRequest request, HttpResponse response) {
    boolean asksFirst = request.getHeader("Expect").isPresent();
    if (request.entity().isStrict() || asksFirst) {
      return CompletableFuture.completedStage(response);
    }
    return request
        .entity()
        .withSizeLimit(settings.limits().batchBody())
        .getDataBytes()
        .completionTimeout(settings.bodyTimeout())
        .runWith(Sink.ignore(), system)
        .handle((done, failure) -> response);
  }

  private static void checkMedia(HttpRequest request, Set<Media> accepted) {
    boolean encoded =
        request
            .getHeader("Content-Encoding")
            .filter(encoding -> !encoding.value().equalsIgnoreCase("identity"))
            .isPresent();
    if (encoded) {
      throw problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send it without Content-Encoding.");
    }
    Media media = Media.of(request);
    if (!request.entity().isKnownEmpty() && (media == null || !accepted.contains(media))) {
      String types = accepted.stream().map(Media::type).collect(Collectors.joining(" or "));
      throw problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send it as Content-Type: " + types + ".");
    }
  }

  /** What it means that a body cannot be read to its end. */
  static RuntimeException unread(Throwable failure, int limit) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof EntityStreamSizeException) {
      return tooLarge(limit);
    }
    if (cause instanceof TimeoutException) {
      return problem(ProblemType.REQUEST_TIMEOUT, "The rest of the body did not come in time.");
    }
    if (cause instanceof EntityStreamException) {
      return problem(ProblemType.MALFORMED_REQUEST, "The body ended before its end.");
    }
    return new CompletionException(cause);
  }

  private static ProblemException tooLarge(int limit) {
    return problem(
        ProblemType.CONTENT_TOO_LARGE, "A body may have %d bytes here.".formatted(limit));
  }

  private static ProblemException problem(ProblemType type, String detail) {
    return new ProblemException(Problem.of(type, detail));
  }
}
