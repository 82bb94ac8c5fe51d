package io.longshore.gateway;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Replaced;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.MessageGap;
import io.longshore.agents.MessageId;
import io.longshore.agents.MessageReader;
import io.longshore.agents.Messages;
import io.longshore.agents.ReceivedMessage;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Indeterminate;
import io.longshore.persistence.Answer.Overloaded;
import io.longshore.persistence.Answer.Replied;
import io.longshore.persistence.Answer.Unavailable;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.FindReply;
import io.longshore.registry.RegistryProtocol.Found;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The call that streams an agent's messages as server-sent events. The mailbox is asked for more
 * when the client has taken those before, so what it does not read waits there and is refused there
 * when there is too much of it.
 */
final class MessageEvents {
  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final Registry registry;
  private final Messages messages;
  private final EventStreams streams;

  MessageEvents(
      ActorSystem<?> system,
      GatewaySettings settings,
      Registry registry,
      Messages messages,
      EventStreams streams) {
    this.system = system;
    this.settings = settings;
    this.registry = registry;
    this.messages = messages;
    this.streams = streams;
  }

  CompletionStage<HttpResponse> handle(Call call, String id) {
    // It takes what it reads: a page that cannot read the answer would lose it for the agent.
    Origins.checkAny(call.request());
    Violations violations = new Violations();
    call.noParameters(violations);
    MessageId seen = Headers.lastMessageId(call, violations);
    violations.check();
    return registry
        .lookup(Target.checked(id))
        .thenCompose(
            answer ->
                Agents.ifFound(
                    id,
                    answer,
                    agent ->
                        CompletableFuture.completedStage(
                            streams.response(call, () -> events(agent, seen)))));
  }

  private Source<ByteString, NotUsed> events(AgentRecord agent, @Nullable MessageId seen) {
    MessageReader reader = messages.reader(agent, seen);
    return Source.unfoldAsync(true, goesOn -> next(reader, agent.agentId(), goesOn))
        .filter(events -> !events.isEmpty())
        .watchTermination(
            (nothing, end) -> {
              end.whenComplete((done, failure) -> reader.close());
              return nothing;
            });
  }

  private CompletionStage<Optional<Pair<Boolean, ByteString>>> next(
      MessageReader reader, String id, boolean goesOn) {
    return goesOn
        ? reader
            .next(settings.messages().streamBatch(), settings.streamKeepAlive())
            .thenCompose(answer -> step(id, answer))
        : CompletableFuture.completedStage(Optional.empty());
  }

  private CompletionStage<Optional<Pair<Boolean, ByteString>>> step(
      String id, Answer<ReceiveReply> answer) {
    if (!(answer instanceof Replied<ReceiveReply> replied)) {
      return Patterns.after(retryAfter(answer), system, () -> goOn(ByteString.emptyByteString()));
    }
    ReceiveReply reply = replied.reply();
    if (reply instanceof Replaced) {
      return CompletableFuture.completedStage(
          Optional.of(Pair.create(false, EventStreams.event(null, "replaced", Json.object()))));
    }
    if (reply instanceof TooManyWaiting tooMany) {
      byte[] problem =
          Json.bytes(Problems.tooManyWaiting(tooMany.limit(), settings.maxWait())::writeTo);
      return CompletableFuture.completedStage(
          Optional.of(Pair.create(false, EventStreams.event(null, "problem", problem))));
    }
    Received received = (Received) reply;
    return received.gap() == null && received.messages().isEmpty()
        ? stillRegistered(id)
        : goOn(events(received));
  }

  private static ByteString events(Received received) {
    ByteString events = ByteString.emptyByteString();
    if (received.gap() != null) {
      events = gap(received.gap());
    }
    for (ReceivedMessage message : received.messages()) {
      byte[] json = Json.bytes(out -> MessageJson.message(out, message));
      events = events.concat(EventStreams.event(message.id().toString(), "message", json));
    }
    return events.compact();
  }

  private static ByteString gap(MessageGap gap) {
    return EventStreams.event(null, "gap", Json.bytes(out -> MessageJson.gap(out, gap)));
  }

  /** Nobody sends to an agent that is gone, so its stream ends. */
  private CompletionStage<Optional<Pair<Boolean, ByteString>>> stillRegistered(String id) {
    return registry
        .lookup(id)
        .thenCompose(
            answer ->
                answer instanceof Replied<FindReply> replied && !(replied.reply() instanceof Found)
                    ? CompletableFuture.completedStage(Optional.empty())
                    : goOn(ByteString.emptyByteString()));
  }

  private static CompletionStage<Optional<Pair<Boolean, ByteString>>> goOn(ByteString events) {
    return CompletableFuture.completedStage(Optional.of(Pair.create(true, events)));
  }

  /** When to ask again if there was no reply; nothing is lost meanwhile. */
  static Duration retryAfter(Answer<?> answer) {
    if (answer instanceof Overloaded<?> overloaded) {
      return overloaded.retryAfter();
    }
    if (answer instanceof Unavailable<?> unavailable) {
      return unavailable.retryAfter();
    }
    return ((Indeterminate<?>) answer).retryAfter();
  }
}
