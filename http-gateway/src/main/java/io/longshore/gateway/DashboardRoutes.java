package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.getFromResource;
import static org.apache.pekko.http.javadsl.server.Directives.getFromResourceDirectory;
import static org.apache.pekko.http.javadsl.server.Directives.pathEndOrSingleSlash;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeader;

import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/** The page that shows what a node is doing: files of ours only, which read the HTTP API. */
final class DashboardRoutes {
  private static final RawHeader ONLY_OURS =
      RawHeader.create("Content-Security-Policy", "default-src 'self'; img-src data:");

  private DashboardRoutes() {}

  static Route routes() {
    return respondWithHeader(
        ONLY_OURS,
        () ->
            concat(
                pathEndOrSingleSlash(() -> get(() -> getFromResource("dashboard/index.html"))),
                pathPrefix("dashboard", () -> get(() -> getFromResourceDirectory("dashboard")))));
  }
}
