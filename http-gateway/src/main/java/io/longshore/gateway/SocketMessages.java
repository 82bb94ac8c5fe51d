package io.longshore.gateway;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Replaced;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.MessageReader;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Source;

/** The messages on an agent's connection, as its credit allows and as fast as it reads. */
final class SocketMessages {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final MessageReader reader;
  private final Credit credit;

  SocketMessages(AgentSockets.Environment environment, MessageReader reader) {
    this.system = environment.system();
    this.settings = environment.settings();
    this.reader = reader;
    this.credit = new Credit(settings.messages().receiveMax());
  }

  /** How many more may come. */
  Credit credit() {
    return credit;
  }

  /** The messages, as they come, up to where another reader takes this one's place. */
  Source<SocketFrame, NotUsed> frames() {
    return Source.unfoldAsync(true, goesOn -> goesOn ? next() : none()).mapConcat(frames -> frames);
  }

  private static CompletionStage<Optional<Pair<Boolean, List<SocketFrame>>>> none() {
    return CompletableFuture.completedStage(Optional.empty());
  }

  private CompletionStage<Optional<Pair<Boolean, List<SocketFrame>>>> next() {
    return credit
        .some()
        .thenCompose(
            amount ->
                reader.next(
                    Math.min(amount, settings.messages().streamBatch()),
                    settings.streamKeepAlive()))
        .thenCompose(this::step);
  }

  private CompletionStage<Optional<Pair<Boolean, List<SocketFrame>>>> step(
      Answer<ReceiveReply> answer) {
    if (!(answer instanceof Replied<ReceiveReply> replied)) {
      return Patterns.after(
          MessageEvents.retryAfter(answer), system, () -> completed(true, List.of()));
    }
    if (replied.reply() instanceof Received received) {
      credit.use(received.messages().size());
      List<SocketFrame> frames = new ArrayList<>(received.messages().size() + 1);
      if (received.gap() != null) {
        frames.add(SocketFrame.gap(received.gap()));
      }
      received.messages().forEach(message -> frames.add(SocketFrame.message(message)));
      return completed(true, frames);
    }
    if (replied.reply() instanceof Replaced) {
      return completed(false, List.of(SocketFrame.replaced()));
    }
    Problem problem =
        replied.reply() instanceof TooManyWaiting tooMany
            ? Problems.tooManyWaiting(tooMany.limit(), settings.maxWait())
            : Problem.of(ProblemType.OVERLOADED, "The mailbox has too much to do.");
    List<SocketFrame> frames = List.of(SocketFrame.problem(null, problem));
    return Patterns.after(PAUSE, system, () -> completed(true, frames));
  }

  private static CompletionStage<Optional<Pair<Boolean, List<SocketFrame>>>> completed(
      boolean goesOn, List<SocketFrame> frames) {
    return CompletableFuture.completedStage(Optional.of(Pair.create(goesOn, frames)));
  }

  /** The connection is closed: nothing more is taken. */
  void close() {
    reader.close();
  }
}
