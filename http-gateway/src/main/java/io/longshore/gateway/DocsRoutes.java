package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.getFromResource;
import static org.apache.pekko.http.javadsl.server.Directives.getFromResourceDirectory;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The description of the HTTP API: {@code /openapi.json} for programs, and {@code /docs}, a page
 * that shows it, for people. Answered without asking for room, as they are the same for all.
 */
final class DocsRoutes {
  private static final String DOCUMENT = "openapi/openapi.json";
  private static final String PAGE = "docs/index.html";
  private static final String LIBRARY = "META-INF/resources/webjars/swagger-ui";

  /** The library has its version in its path, so a file of it never changes. */
  private static final RawHeader KEEP =
      RawHeader.create("Cache-Control", "public, max-age=31536000, immutable");

  private final byte[] document = resource(DOCUMENT);
  private final long version = versionOf(document);

  Route routes() {
    return concat(
        path(
            "openapi.json",
            () -> get(() -> extractRequest(request -> complete(document(request))))),
        respondWithHeaders(
            List.of(DashboardRoutes.ONLY_OURS, KEEP),
            () ->
                pathPrefix(
                    segment("docs").slash("swagger-ui").slash(),
                    () -> get(() -> getFromResourceDirectory(LIBRARY)))),
        DashboardRoutes.ours(
            () ->
                concat(
                    path("docs", () -> get(() -> getFromResource(PAGE))),
                    pathPrefix(
                        segment("docs").slash(),
                        () -> get(() -> getFromResourceDirectory("docs"))))));
  }

  private HttpResponse document(HttpRequest request) {
    Violations violations = new Violations();
    String known = request.getHeader("If-None-Match").map(HttpHeader::value).orElse(null);
    ETags tags = ETags.parse("If-None-Match", known, true, violations);
    violations.check();
    HttpResponse response =
        tags != null && tags.match(version)
            ? Responses.empty(304)
            : Responses.of(200, ContentTypes.APPLICATION_JSON, document);
    return Responses.tagged(response, version).addHeader(DashboardRoutes.ASK_AGAIN);
  }

  /** Differs when the document does, as far as a check sum tells; never 0. */
  private static long versionOf(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return sum.getValue() + 1;
  }

  private static byte[] resource(String name) {
    try (InputStream in = DocsRoutes.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("A file of this program cannot be read", e);
    }
  }
}
