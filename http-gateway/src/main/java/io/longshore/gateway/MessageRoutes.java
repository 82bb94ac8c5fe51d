package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.Messages;
import io.longshore.persistence.Door;
import io.longshore.persistence.Doors;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Registry;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;

/** The calls that send and receive messages. */
final class MessageRoutes {
  private final Intake intake;
  private final GatewaySettings settings;
  private final Registry registry;
  private final Messages messages;
  private final MessageSending sending;
  private final MessageEvents events;
  private final Door door;

  MessageRoutes(
      Intake intake,
      GatewaySettings settings,
      Registry registry,
      Messages messages,
      MessageSending sending,
      MessageEvents events,
      Doors doors) {
    this.intake = intake;
    this.settings = settings;
    this.registry = registry;
    this.messages = messages;
    this.sending = sending;
    this.events = events;
    this.door = doors.door("receives");
  }

  /** Adds those that come often. */
  void addTo(FrequentCalls calls) {
    calls.add("messages", intake.inTurn(sending::addressed, sending::addressedLines));
    calls.addOfAgent("messages", (id, request) -> toAgent(id).apply(request));
    calls.addOfAgent("messages:receive", (id, request) -> receiving(id).apply(request));
  }

  /** All others. */
  Route routes() {
    return pathPrefix(
        "agents",
        () ->
            path(
                segment().slash("messages"),
                id -> get(() -> intake.call(call -> events.handle(call, id)))));
  }

  private Function<HttpRequest, CompletionStage<HttpResponse>> toAgent(String id) {
    return intake.inTurn(
        (call, handedOver) -> sending.toAgent(call, id, handedOver),
        call -> sending.linesToAgent(call, id));
  }

  private Function<HttpRequest, CompletionStage<HttpResponse>> receiving(String id) {
    return intake.document(LoadShedder.Purpose.OTHER, call -> receive(call, id));
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
    return call.asks(
            () -> messages.receive(agent, body.max(), body.waitFor(), number),
            () -> messages.hangUp(agent.agentId(), number))
        .thenApply(answer -> Problems.answer(answer, this::received));
  }

  private HttpResponse received(ReceiveReply reply) {
    if (reply instanceof TooManyWaiting tooMany) {
      door.refused("waiting");
      return Responses.problem(Problems.tooManyWaiting(tooMany.limit(), settings.maxWait()));
    }
    return reply instanceof Received received ? response(received) : Responses.empty(204);
  }

  /** What there was; of messages that got lost it is told even if none came after them. */
  static HttpResponse response(Received received) {
    return received.gap() == null && received.messages().isEmpty()
        ? Responses.empty(204)
        : Responses.json(200, out -> MessageJson.received(out, received));
  }
}
