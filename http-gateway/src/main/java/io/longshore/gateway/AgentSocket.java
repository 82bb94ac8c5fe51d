package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.longshore.agents.MailboxProtocol.HeartbeatReply;
import io.longshore.agents.MessageReader;
import io.longshore.coordinator.Tasks;
import io.longshore.gateway.SocketRequest.Envelope;
import io.longshore.gateway.SocketRequest.More;
import io.longshore.gateway.SocketRequest.Settle;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Registry;
import io.longshore.registry.RegistryProtocol.FindReply;
import io.longshore.registry.RegistryProtocol.Found;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/** One agent's connection: what it says is done in order, and tasks and messages come to it. */
final class AgentSocket {
  private final GatewaySettings settings;
  private final Registry registry;
  private final Tasks tasks;
  private final String agentId;
  private final SocketTasks work;
  private final SocketMessages mail;
  private final SharedKillSwitch end = KillSwitches.shared("agent-socket");
  private volatile @Nullable SocketClose close;
  private volatile boolean draining;

  /**
   * A connection that is about to open.
   *
   * @param lease how long leases last; zero for what each task asks
   * @param reader of the agent's messages
   */
  AgentSocket(
      AgentSockets.Environment environment, String agentId, Duration lease, MessageReader reader) {
    this.settings = environment.settings();
    this.registry = environment.registry();
    this.tasks = environment.tasks();
    this.agentId = agentId;
    this.work = new SocketTasks(environment, lease, this::agent);
    this.mail = new SocketMessages(environment, reader);
  }

  /** Why the node has closed the connection; null if it has not. */
  @Nullable SocketClose closeReason() {
    return close;
  }

  /** Closes the connection for this reason, if it is the first. */
  void close(SocketClose why) {
    synchronized (this) {
      if (close == null) {
        close = why;
      }
    }
    end.shutdown();
  }

  /**
   * What the agent says, to what it is told.
   *
   * @param place the connection's
   */
  Flow<Message, Message, NotUsed> flow(Admission.Permit place, Materializer materializer) {
    Duration beat = settings.streamKeepAlive();
    SocketTexts texts = new SocketTexts(settings, place, this::close, materializer);
    return Flow.<Message>create()
        // The agent is gone, or will be told so: no failure of this node. One that was stopped in a
        // message fails what comes, too; only an end waits until it is known why it was stopped.
        .recoverWithRetries(1, Throwable.class, Source::empty)
        .mapAsync(1, texts::whole)
        .mapAsync(
            settings.connection().inFlight(),
            text ->
                handle(text, place.client()).whenComplete((frames, failure) -> texts.handled(text)))
        .mapConcat(frames -> frames)
        .merge(work.frames(), true)
        .merge(mail.frames().concat(Source.never()), true)
        .merge(
            Source.tick(beat, beat, NotUsed.getInstance())
                .mapAsync(1, tick -> beat())
                .mapConcat(frames -> frames),
            true)
        .via(end.flow())
        .map(this::sent)
        .watchTermination(
            (nothing, done) -> {
              done.whenComplete((end, failure) -> closed());
              return nothing;
            });
  }

  private void closed() {
    work.close();
    mail.close();
  }

  private Message sent(SocketFrame frame) {
    if (frame.lease() != null) {
      work.sent(frame.lease());
    }
    return TextMessage.create(frame.text());
  }

  /** Each counts as the HTTP call would that it stands for. */
  private CompletionStage<List<SocketFrame>> handle(String text, ClientRates.Client client) {
    if (close != null) {
      return CompletableFuture.completedStage(List.of());
    }
    byte[] json = text.getBytes(UTF_8);
    if (json.length > settings.connection().maxMessage()) {
      close(SocketClose.TOO_LARGE);
      return CompletableFuture.completedStage(List.of());
    }
    Envelope envelope = new Envelope(null, null);
    try {
      envelope = SocketRequest.envelope(json);
      client.take();
      SocketRequest request = SocketRequest.read(envelope, json, settings);
      if (request instanceof Settle settle) {
        client.takeMore(settle.leases().size() - 1);
      }
      return handle(request);
    } catch (ProblemException refused) {
      if (refused.problem().type() == ProblemType.MALFORMED_REQUEST) {
        close(SocketClose.NOT_JSON);
      }
      return one(SocketFrame.problem(envelope.ref(), refused.problem()));
    }
  }

  private CompletionStage<List<SocketFrame>> handle(SocketRequest request) {
    if (request instanceof More more) {
      return more(more);
    }
    if (request instanceof Settle settle) {
      return LeaseSettling.settle(tasks, settle.verb(), settle.leases())
          .thenApply(settled -> List.of(SocketFrame.settled(settle.ref(), settled)));
    }
    String ref = request.ref();
    return heartbeat()
        .thenApply(
            answer ->
                answer instanceof Replied<HeartbeatReply> replied
                    ? List.of(SocketFrame.heartbeat(ref, replied.reply().drain()))
                    : List.of(SocketFrame.problem(ref, Problems.unanswered(answer))));
  }

  private CompletionStage<List<SocketFrame>> more(More more) {
    Credit forTasks = work.credit();
    Credit forMessages = mail.credit();
    if (forTasks.hasRoomFor(more.tasks()) && forMessages.hasRoomFor(more.messages())) {
      forTasks.add(more.tasks());
      forMessages.add(more.messages());
      return CompletableFuture.completedStage(List.of());
    }
    Violations violations = new Violations();
    violations.body(
        "",
        "must not raise the credit over %d tasks or %d messages"
            .formatted(settings.limits().leases(), settings.messages().receiveMax()));
    return one(SocketFrame.problem(more.ref(), violations.problem()));
  }

  private static CompletionStage<List<SocketFrame>> one(SocketFrame frame) {
    return CompletableFuture.completedStage(List.of(frame));
  }

  /** Keeps the agent online while it has no credit, and tells it when it should leave. */
  private CompletionStage<List<SocketFrame>> beat() {
    return heartbeat()
        .thenApply(
            answer ->
                answer instanceof Replied<HeartbeatReply> replied
                    ? news(replied.reply().drain())
                    : List.of());
  }

  private List<SocketFrame> news(boolean drain) {
    boolean changed = drain != draining;
    draining = drain;
    return changed ? List.of(SocketFrame.drain(drain)) : List.of();
  }

  private CompletionStage<Answer<HeartbeatReply>> heartbeat() {
    return agent()
        .thenCompose(
            found ->
                found.isPresent()
                    ? tasks.mailboxes().heartbeat(found.get())
                    : CompletableFuture.completedStage(
                        new Answer.Unavailable<>(Duration.ofSeconds(1))));
  }

  /** The agent as it is registered; one that is not any more has no connection either. */
  private CompletionStage<Optional<AgentRecord>> agent() {
    return registry.lookup(agentId).thenApply(this::registered);
  }

  private Optional<AgentRecord> registered(Answer<FindReply> answer) {
    if (answer instanceof Replied<FindReply> replied) {
      if (replied.reply() instanceof Found found) {
        return Optional.of(found.agent());
      }
      close(SocketClose.NOT_REGISTERED);
    }
    return Optional.empty();
  }
}
