package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;

import io.longshore.gateway.NodeHealth.Readiness;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The calls of those who run the nodes. They are answered without asking for room: a node at its
 * limits can still be looked at.
 */
final class OpsRoutes {
  private static final ContentType.NonBinary PROMETHEUS =
      ContentTypes.create(
          MediaTypes.customWithFixedCharset(
              "text", "plain", HttpCharsets.UTF_8, Map.of("version", "0.0.4"), false));

  private final NodeHealth health;

  OpsRoutes(NodeHealth health) {
    this.health = health;
  }

  Route routes() {
    return concat(
        pathPrefix(
            "health",
            () ->
                concat(
                    path("live", () -> get(() -> complete(live()))),
                    path("ready", () -> get(() -> complete(ready()))))),
        path("metrics", () -> get(() -> complete(metrics()))));
  }

  /** What belongs under {@code /v1}. */
  Route versioned() {
    return path("cluster", () -> get(() -> completeWithFuture(cluster())));
  }

  private HttpResponse live() {
    return health.live()
        ? status("live")
        : Responses.problem(Problem.of(ProblemType.NOT_READY, "The node does not work any more."));
  }

  private HttpResponse ready() {
    Readiness readiness = health.ready();
    return readiness.ready()
        ? status("ready")
        : Responses.problem(
            Problem.of(
                ProblemType.NOT_READY,
                "Waiting for " + String.join("; ", readiness.waitingFor()) + "."));
  }

  private static HttpResponse status(String status) {
    return Responses.json(
        200,
        out -> {
          out.writeStartObject();
          out.writeStringField("status", status);
          out.writeEndObject();
        });
  }

  private HttpResponse metrics() {
    return Responses.of(200, PROMETHEUS, health.metrics().getBytes(StandardCharsets.UTF_8));
  }

  private CompletionStage<HttpResponse> cluster() {
    return health
        .cluster()
        .thenApply(view -> Responses.json(200, out -> ClusterJson.write(out, view)));
  }
}
