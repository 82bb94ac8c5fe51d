package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.handle;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * The calls that come in floods, each with its one path: POST for tasks, leases and messages. They
 * are found by it at once, since their way through all the routes would cost them more than all
 * else. They are routes too, for paths that are written otherwise and for other methods.
 */
final class FrequentCalls {
  private static final String ROOT = "/v1/";
  private static final String AGENTS = "agents";
  private static final String AGENT = ROOT + AGENTS + "/";

  private final Map<String, Function<HttpRequest, CompletionStage<HttpResponse>>> calls =
      new HashMap<>();
  private final Map<String, BiFunction<String, HttpRequest, CompletionStage<HttpResponse>>>
      ofAgents = new HashMap<>();
  private final List<Route> routes = new ArrayList<>();

  /** Adds {@code POST /v1/<name>}. */
  void add(String name, Function<HttpRequest, CompletionStage<HttpResponse>> call) {
    calls.put(ROOT + name, call);
    routes.add(path(name, () -> post(() -> handle(call::apply))));
  }

  /** Adds {@code POST /v1/agents/<id>/<name>}; the id is not checked yet. */
  void addOfAgent(
      String name, BiFunction<String, HttpRequest, CompletionStage<HttpResponse>> call) {
    ofAgents.put(name, call);
    routes.add(
        pathPrefix(
            AGENTS,
            () ->
                path(
                    segment().slash(name),
                    id -> post(() -> handle(request -> call.apply(id, request))))));
  }

  /**
   * Answers a request if it is one of these as far as the path shows; null if it may be another.
   */
  @Nullable CompletionStage<HttpResponse> handled(HttpRequest request) {
    if (!request.method().equals(HttpMethods.POST)) {
      return null;
    }
    String path = request.getUri().path();
    Function<HttpRequest, CompletionStage<HttpResponse>> call = calls.get(path);
    if (call != null) {
      return call.apply(request);
    }
    int end = path.indexOf('/', AGENT.length());
    if (end < 0 || !path.startsWith(AGENT)) {
      return null;
    }
    BiFunction<String, HttpRequest, CompletionStage<HttpResponse>> ofAgent =
        ofAgents.get(path.substring(end + 1));
    String id = path.substring(AGENT.length(), end);
    return ofAgent == null || !Text.isId(id) ? null : ofAgent.apply(id, request);
  }

  /** The same below {@code /v1}. */
  Route routes() {
    return concat(routes.get(0), routes.subList(1, routes.size()).toArray(Route[]::new));
  }
}
