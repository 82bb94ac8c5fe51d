package io.longshore.gateway;

import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Indeterminate;
import io.longshore.persistence.Answer.Overloaded;
import io.longshore.persistence.Answer.Replied;
import io.longshore.persistence.Answer.Unavailable;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.TimeoutAccess;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever went wrong into a problem. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private Problems() {}

  /** The response to a partition's answer: {@code reply} makes it if there was a reply. */
  static <R> HttpResponse answer(Answer<R> answer, Function<R, HttpResponse> reply) {
    return answer instanceof Replied<R> replied
        ? reply.apply(replied.reply())
        : Responses.problem(unanswered(answer));
  }

  /**
   * Why there is no reply.
   *
   * @throws IllegalArgumentException if there is one
   */
  static Problem unanswered(Answer<?> answer) {
    if (answer instanceof Overloaded<?> overloaded) {
      return Problem.of(ProblemType.OVERLOADED, "Nothing has changed. Send it again later.")
          .withRetryAfter(overloaded.retryAfter());
    }
    if (answer instanceof Unavailable<?> unavailable) {
      return Problem.of(
              ProblemType.UNAVAILABLE,
              "The part of the cluster that keeps this does not answer at present. Nothing has"
                  + " changed. Send it again later.")
          .withRetryAfter(unavailable.retryAfter());
    }
    if (answer instanceof Indeterminate<?> indeterminate) {
      return indeterminate(indeterminate.retryAfter());
    }
    throw new IllegalArgumentException("There is a reply");
  }

  /** No answer came in time. */
  static Problem indeterminate(Duration retryAfter) {
    return Problem.of(
            ProblemType.INDETERMINATE,
            "There was no answer in time, so this may or may not have been done. Send the same"
                + " request again; a submission with the same Idempotency-Key, or it may be done"
                + " twice.")
        .withRetryAfter(retryAfter);
  }

  /** Has a request be answered with a problem if it takes longer than it may. */
  static void tellIfTimedOut(HttpRequest request) {
    request
        .getHeader(TimeoutAccess.class)
        .ifPresent(timeout -> timeout.timeoutAccess().updateHandler(Problems::timedOut));
  }

  /** Why it took so long is not known, so neither is how long that will go on. */
  private static HttpResponse timedOut(HttpRequest request) {
    return Responses.problem(indeterminate(Duration.ofSeconds(1)));
  }

  /** The response to a failure; one that nobody foresaw is logged under an id. */
  static HttpResponse failure(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ProblemException foreseen) {
      return Responses.problem(foreseen.problem());
    }
    String instance = "urn:uuid:" + UUID.randomUUID();
    LOG.error("Request failed: {}", instance, cause);
    return Responses.problem(
        Problem.of(
                ProblemType.INTERNAL_ERROR,
                "This is a fault of the server. Its log says more under the instance.")
            .withInstance(instance));
  }

  /** Handles failures outside of calls. */
  static ExceptionHandler exceptions() {
    return ExceptionHandler.newBuilder()
        .matchAny(failure -> Directives.complete(failure(failure)))
        .build();
  }

  /**
   * Handles paths and methods that no route takes: the status and headers stay, the body does not.
   */
  static RejectionHandler rejections() {
    return RejectionHandler.defaultHandler()
        .mapRejectionResponse(
            rejected ->
                Responses.problem(rejection(rejected.status().intValue()))
                    .addHeaders(rejected.getHeaders()));
  }

  private static Problem rejection(int status) {
    return switch (status) {
      case 404 -> Problem.of(ProblemType.NOT_FOUND, "No call of the API has this path.");
      case 405 ->
          Problem.of(ProblemType.METHOD_NOT_ALLOWED, "Allow lists the methods for this path.");
      default -> ofStatus(status, "The request cannot be served like this.");
    };
  }

  /** A problem for a status that the HTTP layer chose. */
  static Problem ofStatus(int status, String detail) {
    ProblemType type =
        switch (status) {
          case 413 -> ProblemType.CONTENT_TOO_LARGE;
          case 414 -> ProblemType.URI_TOO_LONG;
          case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
          case 431 -> ProblemType.HEADERS_TOO_LARGE;
          case 501, 505 -> ProblemType.NOT_IMPLEMENTED;
          default -> ProblemType.MALFORMED_REQUEST;
        };
    return Problem.of(type, detail);
  }

  /**
   * As many workers or readers of an agent wait as may. Each of them waits as long as a wait may be
   * at most: the first of n that end at any time within it is expected to after the (n+1)-th part.
   */
  static Problem tooManyWaiting(int limit, Duration maxWait) {
    return Problem.of(
            ProblemType.TOO_MANY_WAITING,
            "%d of this agent's workers or readers wait already, as many as may.".formatted(limit))
        .withRetryAfter(maxWait.dividedBy(limit + 1L));
  }
}
