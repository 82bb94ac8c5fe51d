package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.longshore.agents.MessageId;
import io.longshore.agents.Messages;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Doors;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Registry;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.jspecify.annotations.Nullable;

/** The call that turns into an agent's connection for everything. */
final class AgentSockets {
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  private final Environment environment;
  private final Intake intake;
  private final Messages messages;
  private final StalledReaders stalled;
  private final Set<AgentSocket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean leaving;

  /** What all connections of a node share. */
  record Environment(
      ActorSystem<?> system,
      GatewaySettings settings,
      Clock clock,
      Registry registry,
      Tasks tasks) {}

  AgentSockets(Environment environment, Intake intake) {
    this.environment = environment;
    this.intake = intake;
    this.messages = environment.tasks().mailboxes().messages();
    this.stalled =
        new StalledReaders(
            environment.settings().streamReadTimeout(),
            Doors.of(environment.system()).door(StalledReaders.DOOR));
  }

  Route routes() {
    return pathPrefix(
        "agents",
        () ->
            path(
                segment().slash("connection"),
                id -> get(() -> intake.call(call -> connect(call, id)))));
  }

  /**
   * Closes all connections: their agents go on at another node.
   *
   * @return done when they should have heard of it
   */
  CompletionStage<Done> stop() {
    leaving = true;
    boolean any = !open.isEmpty();
    open.forEach(socket -> socket.close(SocketClose.GOING_AWAY));
    CompletionStage<Done> done = CompletableFuture.completedStage(Done.getInstance());
    return any ? Patterns.after(LAST_WORDS, environment.system(), () -> done) : done;
  }

  private CompletionStage<HttpResponse> connect(Call call, String id) {
    Violations violations = new Violations();
    Query query = call.query(violations);
    GatewaySettings.TaskRules rules = environment.settings().tasks();
    long lease =
        query.whole(
            "leaseSeconds",
            Math.max(1, rules.minLease().toSeconds()),
            rules.maxLease().toSeconds(),
            0);
    MessageId seen = lastMessage(query.text("lastMessageId"), violations);
    query.end();
    violations.check();
    Origins.checkAny(call.request());
    WebSocketUpgrade upgrade =
        call.request().getAttribute(AttributeKeys.webSocketUpgrade).orElse(null);
    if (upgrade == null) {
      return CompletableFuture.completedStage(notWebSocket());
    }
    return environment
        .registry()
        .lookup(Target.checked(id))
        .thenCompose(
            answer ->
                Agents.ifFound(
                    id,
                    answer,
                    agent ->
                        CompletableFuture.completedStage(
                            open(call, upgrade, agent, Duration.ofSeconds(lease), seen))));
  }

  private HttpResponse open(
      Call call,
      WebSocketUpgrade upgrade,
      AgentRecord agent,
      Duration lease,
      @Nullable MessageId seen) {
    call.permit().waits();
    AgentSocket socket =
        new AgentSocket(environment, agent.agentId(), lease, messages.reader(agent, seen));
    return SocketFrames.upgrade(
        Adapter.toClassic(environment.system()),
        upgrade,
        Flow.fromMaterializer((mat, attributes) -> admitted(call, socket, mat))
            .mapMaterializedValue(nothing -> NotUsed.getInstance()),
        socket::closeReason,
        environment.settings().streamKeepAlive(),
        stalled);
  }

  /** Takes a place of its own when it begins, as the client may be gone by then, until it ends. */
  private Flow<Message, Message, NotUsed> admitted(
      Call call, AgentSocket socket, Materializer materializer) {
    Admission.Permit place;
    try {
      place = call.permit().forStream();
    } catch (ProblemException full) {
      socket.close(SocketClose.NO_ROOM);
      return socket.flow(call.permit(), materializer);
    }
    open.add(socket);
    if (leaving) {
      socket.close(SocketClose.GOING_AWAY);
    }
    return socket
        .flow(place, materializer)
        .watchTermination(
            (nothing, end) -> {
              end.whenComplete(
                  (done, failure) -> {
                    open.remove(socket);
                    place.close();
                  });
              return nothing;
            });
  }

  private static @Nullable MessageId lastMessage(@Nullable String text, Violations violations) {
    MessageId id = text == null ? null : MessageId.parse(text);
    if (text != null && id == null) {
      violations.parameter("lastMessageId", "must be the id of a message of this agent");
    }
    return id;
  }

  private static HttpResponse notWebSocket() {
    return Responses.with(
        Responses.problem(
            Problem.of(ProblemType.UPGRADE_REQUIRED, "Connect here with a WebSocket (RFC 6455).")),
        "Upgrade",
        "websocket");
  }
}
