package io.longshore.gateway;

import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Makes responses. */
final class Responses {
  private static final ContentType.NonBinary PROBLEM_JSON =
      ContentTypes.create(
          MediaTypes.applicationWithFixedCharset("problem+json", HttpCharsets.UTF_8));

  private Responses() {}

  /** A response that says nothing more. */
  static HttpResponse empty(int status) {
    return HttpResponse.create().withStatus(status);
  }

  /** A response with one JSON document. */
  static HttpResponse json(int status, Json.Writer body) {
    return of(status, ContentTypes.APPLICATION_JSON, Json.bytes(body));
  }

  /** A response with a body that is ready; the bytes are not copied. */
  static HttpResponse of(int status, ContentType type, byte[] body) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(type, ByteString.fromArrayUnsafe(body)));
  }

  /** The response that tells of a problem. */
  static HttpResponse problem(Problem problem) {
    HttpResponse response = of(problem.type().status(), PROBLEM_JSON, Json.bytes(problem::writeTo));
    return problem.retryAfter() == null
        ? response
        : with(
            response,
            "Retry-After",
            Long.toString(Problem.retryAfterSeconds(problem.retryAfter())));
  }

  /** The response with one more header. */
  static HttpResponse with(HttpResponse response, String header, String value) {
    return response.addHeader(RawHeader.create(header, value));
  }

  /** The response with an entity tag. */
  static HttpResponse tagged(HttpResponse response, long number) {
    return with(response, "ETag", ETags.of(number));
  }
}
