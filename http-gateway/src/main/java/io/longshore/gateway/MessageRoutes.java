package io.longshore.gateway;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
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
                                post(() -> toAgent(id)),
                                get(() -> intake.call(call -> events.handle(call, id))))),
                    path(
                        segment().slash("messages:receive"),
                        id -> post(() -> intake.json(call -> receive(call, id)))))),
        path(
            "messages",
            () -> post(() -> intake.inTurn(sending::addressed, sending::addressedLines))));
  }

  private Route toAgent(String id) {
    return intake.inTurn(
        (call, handedOver) -> sending.toAgent(call, id, handedOver),
        call -> sending.linesToAgent(call, id));
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
