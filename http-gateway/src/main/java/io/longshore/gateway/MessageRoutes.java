package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.handle;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.Messages;
import io.longshore.agents.ReceivedMessage;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Registry;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** The calls that send and receive messages. */
final class MessageRoutes {
  private static final String ALL = "/v1/messages";
  private static final String AGENTS = "/v1/agents/";
  private static final String SEND = "/messages";
  private static final String RECEIVE = "/messages:receive";

  private final Intake intake;
  private final GatewaySettings settings;
  private final Registry registry;
  private final Messages messages;
  private final MessageSending sending;
  private final MessageEvents events;
  private final Function<HttpRequest, CompletionStage<HttpResponse>> addressed;

  MessageRoutes(
      Intake intake,
      GatewaySettings settings,
      Registry registry,
      Messages messages,
      MessageSending sending,
      MessageEvents events) {
    this.intake = intake;
    this.settings = settings;
    this.registry = registry;
    this.messages = messages;
    this.sending = sending;
    this.events = events;
    this.addressed = intake.inTurn(sending::addressed, sending::addressedLines);
  }

  /**
   * Answers a request that sends or receives messages; null if it may be another. They come in
   * floods, and to find their way through the routes would cost them more than all else.
   */
  @Nullable CompletionStage<HttpResponse> handled(HttpRequest request) {
    if (!request.method().equals(HttpMethods.POST)) {
      return null;
    }
    String path = request.getUri().path();
    if (path.equals(ALL)) {
      return addressed.apply(request);
    }
    int end = path.indexOf('/', AGENTS.length());
    if (end < 0 || !path.startsWith(AGENTS)) {
      return null;
    }
    String id = path.substring(AGENTS.length(), end);
    if (!Text.isId(id)) {
      return null;
    }
    return switch (path.substring(end)) {
      case SEND -> toAgent(id).apply(request);
      case RECEIVE -> receiving(id).apply(request);
      default -> null;
    };
  }

  Route routes() {
    return concat(
        pathPrefix(
            "agents",
            () ->
                concat(
                    path(
                        segment().slash("messages"),
                        id ->
                            concat(
                                post(() -> handle(toAgent(id)::apply)),
                                get(() -> intake.call(call -> events.handle(call, id))))),
                    path(
                        segment().slash("messages:receive"),
                        id -> post(() -> handle(receiving(id)::apply))))),
        path("messages", () -> post(() -> handle(addressed::apply))));
  }

  private Function<HttpRequest, CompletionStage<HttpResponse>> toAgent(String id) {
    return intake.inTurn(
        (call, handedOver) -> sending.toAgent(call, id, handedOver),
        call -> sending.linesToAgent(call, id));
  }

  private Function<HttpRequest, CompletionStage<HttpResponse>> receiving(String id) {
    return intake.document(call -> receive(call, id));
  }

  private CompletionStage<HttpResponse> receive(Call call, String id) {
    Violations violations = new Violations();
    call.noParameters(violations);
    ReceiveBody body = ReceiveBody.read(call.body(), settings, violations);
    if (!body.waitFor().isZero()) {
      call.waits(body.waitFor());
    }
    return registry
        .lookup(Target.checked(id))
        .thenCompose(answer -> Agents.ifFound(id, answer, agent -> receive(call, agent, body)));
  }

  private CompletionStage<HttpResponse> receive(Call call, AgentRecord agent, ReceiveBody body) {
    long number = ThreadLocalRandom.current().nextLong();
    Runnable answered = call.onAbandoned(() -> messages.hangUp(agent.agentId(), number));
    return messages
        .receive(agent, body.max(), body.waitFor(), number)
        .thenApply(
            answer -> {
              answered.run();
              return Problems.answer(answer, this::received);
            });
  }

  private HttpResponse received(ReceiveReply reply) {
    if (reply instanceof TooManyWaiting tooMany) {
      return Responses.problem(Problems.tooManyWaiting(tooMany.limit(), settings.maxWait()));
    }
    List<ReceivedMessage> messages =
        reply instanceof Received received ? received.messages() : List.of();
    return messages.isEmpty()
        ? Responses.empty(204)
        : Responses.json(200, out -> MessageJson.messages(out, messages));
  }
}
