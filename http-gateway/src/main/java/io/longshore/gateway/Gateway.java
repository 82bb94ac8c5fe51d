package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.withRequestTimeoutResponse;

import io.longshore.agents.Messages;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Doors;
import io.longshore.registry.Registry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.jspecify.annotations.Nullable;

/** The HTTP side of a node. */
public final class Gateway {
  /** How much longer than the longest wait a connection may be silent. */
  private static final Duration IDLE_MARGIN = Duration.ofSeconds(30);

  /** Connections beyond the limit that are there to be told so. */
  private static final int TOLD_AT_A_TIME = 1_000;

  private Gateway() {}

  /**
   * Starts to listen. When the actor system shuts down in an orderly way, the gateway first has
   * each answer end its connection, then takes no new connections and ends streams of events, gives
   * requests under way {@link GatewaySettings#shutdownDeadline} and then cuts them off; {@link
   * ServerBinding#terminate} does the same at any time, but cuts streams.
   *
   * @param health what the node knows of itself
   * @return the binding, whose local address has the port; fails if the port cannot be had
   */
  public static CompletionStage<ServerBinding> start(
      ActorSystem<?> system,
      GatewaySettings settings,
      Clock clock,
      Registry registry,
      Tasks tasks,
      NodeHealth health) {
    Intake intake = new Intake(system, settings, clock);
    AgentRoutes agents = new AgentRoutes(intake, settings, registry, tasks.mailboxes());
    EventStreams streams = new EventStreams(system, settings);
    TaskEvents events = new TaskEvents(system, settings, clock, tasks, streams);
    Placeable placeable = new Placeable(registry.directory());
    TaskSubmission submission = new TaskSubmission(settings, clock, tasks, placeable);
    TaskRoutes submitted = new TaskRoutes(intake, settings, tasks, placeable, submission, events);
    DeadLetterRoutes deadLetters =
        new DeadLetterRoutes(intake, settings, tasks.deadLetters(), submission);
    LeaseRoutes leases = new LeaseRoutes(intake, settings, registry, tasks, Doors.of(system));
    RecommendationRoutes recommendations =
        new RecommendationRoutes(intake, tasks.recommendations());
    Messages mailed = tasks.mailboxes().messages();
    MessageRoutes messages =
        new MessageRoutes(
            intake,
            settings,
            registry,
            mailed,
            new MessageSending(system, intake.bodies(), settings, clock, registry, mailed),
            new MessageEvents(system, settings, registry, mailed, streams));
    AgentSockets sockets =
        new AgentSockets(
            new AgentSockets.Environment(system, settings, clock, registry, tasks), intake);
    OpsRoutes ops = new OpsRoutes(health);
    Route routes =
        withRequestTimeoutResponse(
            Problems::timedOut,
            () ->
                concat(
                    pathPrefix(
                        "v1",
                        () ->
                            concat(
                                messages.routes(),
                                submitted.routes(),
                                deadLetters.routes(),
                                leases.routes(),
                                agents.routes(),
                                sockets.routes(),
                                recommendations.routes(),
                                ops.versioned())),
                    ops.routes(),
                    DashboardRoutes.routes()));
    return bind(system, settings, clock, messages::handled, routes)
        .thenApply(
            binding -> {
              CoordinatedShutdown.get(system)
                  .addTask(
                      CoordinatedShutdown.PhaseServiceUnbind(),
                      "end-streams-" + binding.localAddress(),
                      () -> streams.stop().thenCombine(sockets.stop(), (one, other) -> one));
              return binding.addToCoordinatedShutdown(settings.shutdownDeadline(), system);
            });
  }

  /**
   * The same for a node that is no gateway: health, metrics and the cluster alone.
   *
   * @return the binding, whose local address has the port; fails if the port cannot be had
   */
  public static CompletionStage<ServerBinding> startOps(
      ActorSystem<?> system, GatewaySettings settings, Clock clock, NodeHealth health) {
    OpsRoutes ops = new OpsRoutes(health);
    Route routes = concat(pathPrefix("v1", ops::versioned), ops.routes());
    return bind(system, settings, clock, request -> null, routes)
        .thenApply(
            binding -> binding.addToCoordinatedShutdown(settings.shutdownDeadline(), system));
  }

  /** Binds; {@code first} answers what it knows, and the routes all else. */
  private static CompletionStage<ServerBinding> bind(
      ActorSystem<?> system,
      GatewaySettings settings,
      Clock clock,
      Function<HttpRequest, @Nullable CompletionStage<HttpResponse>> first,
      Route routes) {
    var routed = routes.seal(Problems.rejections(), Problems.exceptions()).handler(system);
    AtomicBoolean leaving = new AtomicBoolean();
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "answers-end-connections",
            () -> {
              leaving.set(true);
              return CompletableFuture.completedStage(Done.getInstance());
            });
    ServerBuilder server =
        Http.get(system)
            .newServerAt(settings.host(), settings.port())
            .withSettings(serverSettings(system, settings));
    if (settings.tls().isPresent()) {
      HttpsKeys keys = new HttpsKeys(settings.tls().get(), clock);
      server = server.enableHttps(ConnectionContext.httpsServer(keys::engine));
    }
    return server.bindFlow(
        Connections.watched(
            request -> {
              CompletionStage<HttpResponse> answer = first.apply(request);
              return answer == null ? routed.apply(request) : answer;
            },
            serverSettings(system, settings).getPipeliningLimit(),
            new Room(
                settings.overload()::connections,
                "connections",
                Doors.of(system).door("connections"),
                clock),
            leaving::get));
  }

  /** The node's settings, as far as they do not stand in the way of what the API promises. */
  private static ServerSettings serverSettings(ActorSystem<?> system, GatewaySettings settings) {
    ServerSettings configured = ServerSettings.create(system.settings().config());
    scala.concurrent.duration.Duration needed =
        scala.concurrent.duration.Duration.fromNanos(
            settings.maxWait().plus(IDLE_MARGIN).toNanos());
    scala.concurrent.duration.Duration idle = configured.getTimeouts().idleTimeout();
    return configured
        .withTimeouts(
            configured.getTimeouts().withIdleTimeout(idle.compareTo(needed) < 0 ? needed : idle))
        .withParserSettings(
            configured
                .getParserSettings()
                // Headers are read as they are: a wrong one is a problem to its sender, not a
                // warning in the log.
                .withModeledHeaderParsing(false))
        .withMaxConnections(settings.overload().connections() + TOLD_AT_A_TIME)
        .withTransparentHeadRequests(true)
        .withRemoteAddressAttribute(true)
        .withParsingErrorHandler(ParsingProblems.class.getName());
  }
}
