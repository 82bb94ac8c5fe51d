package io.longshore.gateway;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * Answers what is not even HTTP, in the same form as everything else. Made by Pekko HTTP, by name.
 */
final class ParsingProblems extends ParsingErrorHandler {
  ParsingProblems() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    log.debug("Illegal request, answered {}: {}", status.intValue(), error.summary());
    return Responses.problem(Problems.ofStatus(status.intValue(), error.summary()));
  }
}
