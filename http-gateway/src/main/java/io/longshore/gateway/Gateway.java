package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;

import io.longshore.agents.Messages;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Doors;
import io.longshore.registry.Registry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.javadsl.Flow;
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
   * Listeners#terminate} does the same at any time, but cuts streams.
   *
   * @param health what the node knows of itself
   * @return who listens, at which port; fails if the port cannot be had
   */
  public static CompletionStage<Listeners> start(
      ActorSystem<?> system,
      GatewaySettings settings,
      Clock clock,
      Registry registry,
      Tasks tasks,
      NodeHealth health) {
    Intake intake = new Intake(system, settings, clock);
    NodeDelay.watch(system, intake.admission()::delayed);
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
            new MessageEvents(system, settings, registry, mailed, streams),
            Doors.of(system));
    AgentSockets sockets =
        new AgentSockets(
            new AgentSockets.Environment(system, settings, clock, registry, tasks), intake);
    OpsRoutes ops = new OpsRoutes(health);
    FrequentCalls frequent = new FrequentCalls();
    messages.addTo(frequent);
    submitted.addTo(frequent);
    leases.addTo(frequent);
    Route routes =
        concat(
            pathPrefix(
                "v1",
                () ->
                    concat(
                        frequent.routes(),
                        messages.routes(),
                        submitted.routes(),
                        deadLetters.routes(),
                        agents.routes(),
                        sockets.routes(),
                        recommendations.routes(),
                        ops.versioned())),
            ops.routes(),
            new DocsRoutes().routes(),
            ProblemRoutes.routes(),
            DashboardRoutes.routes());
    return bind(system, settings, clock, frequent::handled, routes)
        .thenApply(
            listeners -> {
              CoordinatedShutdown.get(system)
                  .addTask(
                      CoordinatedShutdown.PhaseServiceUnbind(),
                      "end-streams-" + listeners.address(),
                      () -> streams.stop().thenCombine(sockets.stop(), (one, other) -> one));
              return listeners.addToCoordinatedShutdown(settings.shutdownDeadline(), system);
            });
  }

  /**
   * The same for a node that is no gateway: health, metrics and the cluster alone.
   *
   * @return who listens, at which port; fails if the port cannot be had
   */
  public static CompletionStage<Listeners> startOps(
      ActorSystem<?> system, GatewaySettings settings, Clock clock, NodeHealth health) {
    OpsRoutes ops = new OpsRoutes(health);
    Route routes = concat(pathPrefix("v1", ops::versioned), ops.routes());
    return bind(system, settings, clock, request -> null, routes)
        .thenApply(
            listeners -> listeners.addToCoordinatedShutdown(settings.shutdownDeadline(), system));
  }

  /** Binds; {@code first} answers what it knows, and the routes all else. */
  private static CompletionStage<Listeners> bind(
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
    ServerSettings configured = serverSettings(system, settings);
    Flow<HttpRequest, HttpResponse, NotUsed> connection =
        Connections.watched(
            request -> {
              Problems.tellIfTimedOut(request);
              CompletionStage<HttpResponse> answer = first.apply(request);
              return answer == null ? routed.apply(request) : answer;
            },
            configured.getPipeliningLimit(),
            new Room(
                settings.overload()::connections,
                "connections",
                Doors.of(system).door("connections"),
                clock),
            new Semaphore(TOLD_AT_A_TIME),
            leaving::get);
    Optional<HttpsConnectionContext> tls =
        settings
            .tls()
            .map(files -> ConnectionContext.httpsServer(new HttpsKeys(files, clock)::engine));
    return Listeners.bind(
        settings.listeners(),
        settings.host(),
        settings.port(),
        configured,
        (port, with) -> {
          ServerBuilder server =
              Http.get(system).newServerAt(settings.host(), port).withSettings(with);
          return (tls.isPresent() ? server.enableHttps(tls.get()) : server).bindFlow(connection);
        });
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
