package io.longshore.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.StreamLimitReachedException;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * The texts that come on an agent's connection, whole though they may come in fragments. What is
 * there of them counts until they are {@linkplain #handled handled}.
 */
final class SocketTexts {
  private final GatewaySettings settings;
  private final Admission.Permit place;
  private final Consumer<SocketClose> close;
  private final Materializer materializer;

  /**
   * Nothing has come yet.
   *
   * @param place the connection's
   * @param close closes it
   */
  SocketTexts(
      GatewaySettings settings,
      Admission.Permit place,
      Consumer<SocketClose> close,
      Materializer materializer) {
    this.settings = settings;
    this.place = place;
    this.close = close;
    this.materializer = materializer;
  }

  /** The whole of a message; empty if that closes the connection. */
  CompletionStage<String> whole(Message message) {
    if (!message.isText()) {
      message.asBinaryMessage().getStreamedData().runWith(Sink.cancelled(), materializer);
      return closing(SocketClose.NOT_TEXT);
    }
    TextMessage text = message.asTextMessage();
    return text.isStrict() ? strict(text.getStrictText()) : streamed(text);
  }

  private CompletionStage<String> strict(String text) {
    if (text.length() > settings.connection().maxMessage()) {
      return closing(SocketClose.TOO_LARGE);
    }
    try {
      return CompletableFuture.completedStage(held(text));
    } catch (ProblemException full) {
      return closing(SocketClose.NO_ROOM);
    }
  }

  private CompletionStage<String> streamed(TextMessage text) {
    return text.getStreamedText()
        .limitWeighted(settings.connection().maxMessage(), part -> (long) part.length())
        .completionTimeout(settings.bodyTimeout())
        .map(this::held)
        .runFold(new StringBuilder(), StringBuilder::append, materializer)
        .thenApply(StringBuilder::toString)
        .exceptionallyCompose(failure -> closing(why(failure)));
  }

  private String held(String part) {
    place.holds(part.length());
    return part;
  }

  /** It does not count any more. */
  void handled(String text) {
    place.letsGo(text.length());
  }

  private CompletionStage<String> closing(SocketClose why) {
    close.accept(why);
    return CompletableFuture.completedStage("");
  }

  private static SocketClose why(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ProblemException) {
      return SocketClose.NO_ROOM;
    }
    return cause instanceof StreamLimitReachedException
        ? SocketClose.TOO_LARGE
        : SocketClose.TOO_SLOW;
  }
}
