package io.longshore.gateway;

import io.longshore.agents.Message;
import io.longshore.agents.Messages;
import io.longshore.agents.Sent;
import io.longshore.gateway.MessageBody.Addressed;
import io.longshore.gateway.MessageBody.Recipient;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Directory;
import io.longshore.registry.Nearest;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.FindReply;
import io.longshore.registry.RegistryProtocol.Found;
import io.longshore.registry.WantedCapability;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;

/**
 * The calls that send messages, one or a line each. What one call sends to one agent arrives in its
 * order, and calls on one connection are sent one after the other.
 */
final class MessageSending {
  private final Bodies bodies;
  private final GatewaySettings settings;
  private final Clock clock;
  private final Registry registry;
  private final Messages messages;
  private final Materializer materializer;

  MessageSending(
      ActorSystem<?> system,
      Bodies bodies,
      GatewaySettings settings,
      Clock clock,
      Registry registry,
      Messages messages) {
    this.materializer = SystemMaterializer.get(system).materializer();
    this.bodies = bodies;
    this.settings = settings;
    this.clock = clock;
    this.registry = registry;
    this.messages = messages;
  }

  /** One message to the agent of the path: the body is what it says. */
  CompletionStage<HttpResponse> toAgent(Call call, String id, Runnable handedOver) {
    Violations violations = new Violations();
    MessageTerms terms = terms(call, violations);
    byte[] body = Document.read(call.body(), violations, in -> in.raw(terms.maxBody()));
    violations.check();
    return agent(Target.checked(id), List.of(terms.message(body)), handedOver)
        .thenApply(SentMessages::response);
  }

  /** One message to whom its body says. */
  CompletionStage<HttpResponse> addressed(Call call, Runnable handedOver) {
    Violations violations = new Violations();
    MessageTerms terms = terms(call, violations);
    Addressed message = Document.read(call.body(), violations, in -> MessageBody.read(in, terms));
    violations.check();
    return send(message.to(), List.of(message.message()), handedOver)
        .thenApply(SentMessages::response);
  }

  /** What holds for all messages of a call. */
  MessageTerms terms(Call call, Violations violations) {
    return MessageTerms.of(call, settings.limits().body(), clock.millis(), violations);
  }

  /**
   * Sends messages, in this order.
   *
   * @param handedOver is run, once, as soon as what is sent later comes after these
   * @return what became of them; fails with {@link ProblemException} if there is nobody to get them
   */
  CompletionStage<Sent> send(Recipient to, List<Message> list, Runnable handedOver) {
    return switch (to.kind()) {
      case AGENT -> agent(to.name(), list, handedOver);
      case CAPABILITY -> capability(WantedCapability.of(to.name()), list.get(0), handedOver);
      case TOPIC -> messages.publish(to.name(), list, handedOver);
    };
  }

  private CompletionStage<Sent> agent(String id, List<Message> list, Runnable handedOver) {
    Optional<AgentRecord> known = registry.directory().find(id);
    if (known.isPresent()) {
      return handed(() -> messages.send(known.get(), list), handedOver);
    }
    return registry
        .find(id)
        .thenCompose(answer -> handed(() -> messages.send(found(id, answer), list), handedOver));
  }

  private static AgentRecord found(String id, Answer<FindReply> answer) {
    if (answer instanceof Replied<FindReply> replied) {
      if (replied.reply() instanceof Found found) {
        return found.agent();
      }
      throw new ProblemException(Agents.noSuchAgent(id));
    }
    throw new ProblemException(Problems.unanswered(answer));
  }

  private CompletionStage<Sent> capability(
      WantedCapability wanted, Message message, Runnable handedOver) {
    return handed(() -> messages.sendToOne(wanted, message), handedOver)
        .thenApply(
            sent -> {
              if (sent.why() == Sent.Reason.NOBODY_READS) {
                checkOffered(registry.directory(), wanted);
              }
              return sent;
            });
  }

  private static void checkOffered(Directory directory, WantedCapability wanted) {
    Optional<Nearest> nearest = directory.unlessAnybodyCan(wanted, Map.of());
    if (nearest.isPresent()) {
      throw new ProblemException(
          Problem.of(ProblemType.NO_SUCH_CAPABILITY, nearest.get().sentence())
              .withAlternatives(nearest.get().alternatives()));
    }
  }

  private static CompletionStage<Sent> handed(
      Supplier<CompletionStage<Sent>> sending, Runnable handedOver) {
    try {
      return sending.get();
    } finally {
      handedOver.run();
    }
  }

  /** A call whose every line is a message to the agent of the path. */
  CompletionStage<HttpResponse> linesToAgent(Call call, String id) {
    Recipient agent = new Recipient(MessageBody.Kind.AGENT, Target.checked(id));
    return lines(call, (in, terms) -> new Addressed(agent, terms.message(in.raw(terms.maxBody()))));
  }

  /** A call whose every line says to whom it is. */
  CompletionStage<HttpResponse> addressedLines(Call call) {
    return lines(call, MessageBody::read);
  }

  private CompletionStage<HttpResponse> lines(Call call, MessageLines.Reading reading) {
    Violations violations = new Violations();
    MessageTerms terms = terms(call, violations);
    violations.check();
    return new MessageLines(call, bodies, settings, this, materializer, terms, reading).handle();
  }
}
