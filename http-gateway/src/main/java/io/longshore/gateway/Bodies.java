package io.longshore.gateway;

import io.longshore.persistence.Door;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.StreamTcpException;
import org.apache.pekko.stream.javadsl.Sink;

/** What is asked of the bodies of requests, and how they are read: up to a limit, and in time. */
final class Bodies {
  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final Door arriving;

  /**
   * Reads as these settings allow.
   *
   * @param arriving counts those that do not come in time
   */
  Bodies(ActorSystem<?> system, GatewaySettings settings, Door arriving) {
    this.system = system;
    this.settings = settings;
    this.arriving = arriving;
  }

  /** Refuses a body that is encoded, or not of these types. */
  static void checkMedia(HttpRequest request, Set<Media> accepted) {
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

  /** Refuses a body that says it is larger. */
  static void checkLength(HttpRequest request, int limit) {
    if (request.entity().getContentLengthOption().orElse(0) > limit) {
      throw tooLarge(limit);
    }
  }

  /** Refuses text that is not UTF-8. */
  static void checkEncoding(byte[] body) {
    if (!Text.isUtf8(body)) {
      throw problem(ProblemType.MALFORMED_REQUEST, "The body is not encoded as UTF-8.");
    }
  }

  /** A body that is on its way, once it has come and the call has begun to work. */
  CompletionStage<byte[]> arriving(HttpRequest request, Admission.Permit permit, int limit) {
    return request
        .entity()
        .withSizeLimit(limit)
        .getDataBytes()
        .completionTimeout(settings.bodyTimeout())
        .runWith(Sink.fold(new ArrivingBody(permit), ArrivingBody::with), system)
        .handle(
            (arrived, failure) -> {
              if (arrived == null) {
                throw unread(failure, limit);
              }
              byte[] body = arrived.bytes();
              permit.works();
              return body;
            });
  }

  /**
   * Answers once the body has come, because most clients read no answer before they have sent it
   * all. One that is larger still is cut off.
   */
  CompletionStage<HttpResponse> answerAfter(HttpRequest request, HttpResponse response) {
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

  /** What it means that a body cannot be read to its end. */
  RuntimeException unread(Throwable failure, int limit) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof EntityStreamSizeException) {
      return tooLarge(limit);
    }
    if (cause instanceof TimeoutException) {
      arriving.refused("timeout");
      return problem(ProblemType.REQUEST_TIMEOUT, "The rest of the body did not come in time.");
    }
    // The client closed its connection, or reset it.
    if (cause instanceof EntityStreamException || cause instanceof StreamTcpException) {
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
