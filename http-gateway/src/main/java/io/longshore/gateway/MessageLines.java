package io.longshore.gateway;

import io.longshore.agents.Message;
import io.longshore.agents.Sent;
import io.longshore.gateway.MessageBody.Addressed;
import io.longshore.gateway.MessageBody.Kind;
import io.longshore.gateway.MessageBody.Recipient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Messages, one a line, sent as they come: a piece of the body is read when those before it are
 * with their mailboxes, so a body may be much larger than what is held of it. For one call.
 */
final class MessageLines implements Lines.Reader {
  /** Bytes that are handled together if they are there. */
  private static final int PIECE = 256 * 1024;

  private static final CompletionStage<Done> DONE =
      CompletableFuture.completedStage(Done.getInstance());

  private final Call call;
  private final Bodies bodies;
  private final GatewaySettings settings;
  private final MessageSending sending;
  private final Materializer materializer;
  private final Reading reading;
  private final MessageTerms terms;
  private final Lines lines;
  private final LineDocuments documents = new LineDocuments();
  private final SentMessages sent = new SentMessages();
  private List<CompletionStage<?>> open = new ArrayList<>();
  private Map<String, Run> runs = new LinkedHashMap<>();
  private boolean begun;
  private @Nullable ProblemException notLetIn;
  private @Nullable Kind kind;
  private int line;

  /** How many things the call has counted as; it does as one to begin with. */
  private int counted = 1;

  /** Reads one line. */
  @FunctionalInterface
  interface Reading {
    Addressed read(BodyReader in, MessageTerms terms) throws IOException;
  }

  /** Messages to the same recipient. */
  private static final class Run {
    final Recipient to;
    final int line;
    final List<Message> messages = new ArrayList<>();
    int lastLine;

    Run(Recipient to, int line) {
      this.to = to;
      this.line = line;
    }
  }

  /**
   * A call that has not been read.
   *
   * @param terms what holds for all of its messages
   */
  MessageLines(
      Call call,
      Bodies bodies,
      GatewaySettings settings,
      MessageSending sending,
      Materializer materializer,
      MessageTerms terms,
      Reading reading) {
    this.call = call;
    this.bodies = bodies;
    this.settings = settings;
    this.sending = sending;
    this.materializer = materializer;
    this.reading = reading;
    this.terms = terms;
    this.lines = new Lines(settings.limits().body(), this);
  }

  /** Reads and sends them all. */
  CompletionStage<HttpResponse> handle() {
    int limit = settings.limits().batchBody();
    return call.request()
        .entity()
        .withSizeLimit(limit)
        .getDataBytes()
        .completionTimeout(settings.bodyTimeout())
        .batchWeighted(PIECE, bytes -> (long) bytes.size(), bytes -> bytes, ByteString::concat)
        .mapAsync(1, this::piece)
        .runWith(Sink.ignore(), materializer)
        .thenCompose(done -> rest())
        .handle((done, failure) -> failure == null ? sent.response() : failed(failure, limit));
  }

  /** The whole body is let in with its first piece, or is read to its end and refused. */
  private boolean letIn() {
    if (begun) {
      call.permit().worksAgain();
      return true;
    }
    if (notLetIn == null) {
      try {
        call.permit().works();
        begun = true;
      } catch (ProblemException full) {
        notLetIn = full;
      }
    }
    return begun;
  }

  /** Works while a piece is there, and not while the next one comes. */
  private CompletionStage<Done> piece(ByteString bytes) {
    if (!letIn()) {
      return DONE;
    }
    byte[] piece = bytes.toArrayUnsafe();
    documents.begin(piece);
    lines.feed(piece);
    documents.end();
    count();
    return send()
        .thenApply(
            done -> {
              call.permit().arrivesAgain();
              return done;
            });
  }

  private CompletionStage<Done> rest() {
    if (notLetIn != null) {
      throw notLetIn;
    }
    lines.end();
    count();
    return send();
  }

  private void count() {
    if (line > counted) {
      call.countsMore(line - counted);
      counted = line;
    }
  }

  private HttpResponse failed(Throwable failure, int limit) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    Throwable why = cause instanceof ProblemException ? cause : bodies.unread(failure, limit);
    if (!(why instanceof ProblemException foreseen)) {
      throw new CompletionException(why);
    }
    Problem problem = foreseen.problem();
    if (foreseen == notLetIn) {
      return Responses.problem(problem);
    }
    String accepted = " Messages accepted until then: %d.".formatted(sent.accepted());
    return Responses.problem(problem.withDetail(problem.detail() + accepted));
  }

  @Override
  public void line(byte[] bytes, int from, int end) {
    if (++line > settings.limits().batchItems()) {
      refuse("A call may have at most %d lines.".formatted(settings.limits().batchItems()));
    } else if (!Text.isUtf8(bytes, from, end)) {
      refuse("The line is not encoded as UTF-8.");
    } else {
      read(bytes, from, end);
    }
  }

  @Override
  public void overlong() {
    line++;
    refuse("A line may have %d bytes.".formatted(settings.limits().body()));
  }

  private void refuse(String why) {
    sent.refuse(1, Problem.of(ProblemType.MALFORMED_REQUEST, why), line, line);
  }

  private void read(byte[] bytes, int from, int end) {
    try {
      gather(documents.read(bytes, from, end, in -> reading.read(in, terms)));
    } catch (ProblemException refused) {
      sent.refuse(1, refused.problem(), line, line);
    }
  }

  /**
   * Those to one agent go together, and those to one topic. Where the kind of the recipients
   * changes, what was gathered is sent first: an agent may be meant by all three kinds.
   */
  private void gather(Addressed message) {
    Recipient to = message.to();
    if (to.kind() != kind || (kind == Kind.TOPIC && !runs.containsKey(to.name()))) {
      dispatch();
      kind = to.kind();
    }
    String key = kind == Kind.CAPABILITY ? Integer.toString(line) : to.name();
    Run run = runs.computeIfAbsent(key, name -> new Run(to, line));
    run.messages.add(message.message());
    run.lastLine = line;
  }

  /** Sends what was gathered; done when it is known what became of it and of all before. */
  private CompletionStage<Done> send() {
    dispatch();
    CompletableFuture<?>[] all =
        open.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new);
    open = new ArrayList<>();
    return CompletableFuture.allOf(all).thenApply(nothing -> Done.getInstance());
  }

  private void dispatch() {
    for (Run run : runs.values()) {
      open.add(
          sending
              .send(run.to, run.messages, () -> {})
              .handle(
                  (what, failure) -> {
                    sentOrRefused(run, what, failure);
                    return what;
                  }));
    }
    runs = new LinkedHashMap<>();
  }

  private void sentOrRefused(Run run, @Nullable Sent what, @Nullable Throwable failure) {
    if (what != null) {
      sent.add(what, run.line, run.lastLine);
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof ProblemException refused)) {
      throw new CompletionException(cause);
    }
    sent.refuse(run.messages.size(), refused.problem(), run.line, run.lastLine);
  }
}
