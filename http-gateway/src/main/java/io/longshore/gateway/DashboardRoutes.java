package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.getFromResource;
import static org.apache.pekko.http.javadsl.server.Directives.getFromResourceDirectory;
import static org.apache.pekko.http.javadsl.server.Directives.pathEndOrSingleSlash;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/** The page that shows what a node is doing: files of ours only, which read the HTTP API. */
final class DashboardRoutes {
  static final RawHeader ONLY_OURS =
      RawHeader.create("Content-Security-Policy", "default-src 'self'; img-src data:");

  /** Else a browser may mix files of two versions: it guesses how long they hold by their age. */
  static final RawHeader ASK_AGAIN = RawHeader.create("Cache-Control", "no-cache");

  private DashboardRoutes() {}

  static Route routes() {
    return ours(
        () ->
            concat(
                pathEndOrSingleSlash(() -> get(() -> getFromResource("dashboard/index.html"))),
                pathPrefix(
                    segment("dashboard").slash(),
                    () -> get(() -> getFromResourceDirectory("dashboard")))));
  }

  /** A page of ours and its files, which may load nothing from elsewhere. */
  static Route ours(Supplier<Route> files) {
    return respondWithHeaders(List.of(ONLY_OURS, ASK_AGAIN), files);
  }
}
