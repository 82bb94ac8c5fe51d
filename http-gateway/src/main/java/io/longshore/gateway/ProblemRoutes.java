package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * What the {@code type} of a problem leads to, as RFC 9457 (3.1.1) asks of one: what it means and
 * what to do about it, for people. Answered without asking for room.
 */
final class ProblemRoutes {
  private ProblemRoutes() {}

  static Route routes() {
    return concat(
        path("problems", () -> get(() -> complete(all()))),
        path(
            segment("problems").slash(segment()),
            slug -> get(() -> complete(one("/problems/" + slug)))));
  }

  private static HttpResponse all() {
    return text(
        Arrays.stream(ProblemType.values())
            .map(ProblemRoutes::described)
            .collect(Collectors.joining("\n")));
  }

  private static HttpResponse one(String uri) {
    return Arrays.stream(ProblemType.values())
        .filter(type -> type.uri().equals(uri))
        .findFirst()
        .map(type -> text(described(type)))
        .orElseGet(
            () ->
                Responses.problem(
                    Problem.of(
                        ProblemType.NOT_FOUND,
                        "There is no such kind of problem. /problems lists all.")));
  }

  private static String described(ProblemType type) {
    return "%s (%d)%n%s. %s%n".formatted(type.uri(), type.status(), type.title(), type.advice());
  }

  private static HttpResponse text(String text) {
    return Responses.of(200, ContentTypes.TEXT_PLAIN_UTF8, text.getBytes(StandardCharsets.UTF_8));
  }
}
