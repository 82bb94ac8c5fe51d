package io.longshore.gateway;

import io.longshore.gateway.MessageBody.Addressed;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Messages, one a line, sent as they come: a piece of the body is read when those before it are
 * with their mailboxes, so a body may be much larger than what is held of it. What is there of it
 * counts, from when it comes until it was sent. For one call.
 */
final class MessageLines implements Lines.Reader {
  /** Bytes that are handled together if they are there. */
  private static final int PIECE = 256 * 1024;

  private static final CompletionStage<Done> DONE =
      CompletableFuture.completedStage(Done.getInstance());

  private final Call call;
  private final Bodies bodies;
  private final GatewaySettings settings;
  private final Materializer materializer;
  private final Reading reading;
  private final MessageTerms terms;
  private final Lines lines;
  private final LineDocuments documents = new LineDocuments();
  private final SentMessages sent = new SentMessages();
  private final MessageRuns runs;
  private boolean begun;
  private @Nullable ProblemException noRoom;
  private int line;

  /** How many things the call has counted as; it does as one to begin with. */
  private int counted = 1;

  /** Whether its client had enough for the first of them. */
  private boolean afforded;

  /** Reads one line. */
  @FunctionalInterface
  interface Reading {
    Addressed read(BodyReader in, MessageTerms terms) throws IOException;
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
    this.materializer = materializer;
    this.reading = reading;
    this.terms = terms;
    this.lines = new Lines(settings.limits().body(), this);
    this.runs = new MessageRuns(sending, sent);
  }

  /** Reads and sends them all. */
  CompletionStage<HttpResponse> handle() {
    int limit = settings.limits().batchBody();
    // A small body has come with its head; to run a stream for it would cost more than its lines.
    CompletionStage<Done> read =
        call.request().entity() instanceof HttpEntity.Strict strict
                && strict.getData().size() <= limit
            ? piece(held(strict.getData()).toArrayUnsafe())
            : streamed(limit);
    return read.thenCompose(done -> rest())
        .handle((done, failure) -> failure == null ? sent.response() : failed(failure, limit));
  }

  private CompletionStage<Done> streamed(int limit) {
    return call.request()
        .entity()
        .withSizeLimit(limit)
        .getDataBytes()
        .completionTimeout(settings.bodyTimeout())
        .map(this::held)
        .batchWeighted(PIECE, bytes -> (long) bytes.size(), GatheredBytes::new, GatheredBytes::with)
        .mapAsync(1, gathered -> piece(gathered.toArray()))
        .runWith(Sink.ignore(), materializer);
  }

  /** What has come, if there is room for it; what there is none for is read and forgotten. */
  private ByteString held(ByteString bytes) {
    if (noRoom == null) {
      try {
        call.permit().holds(bytes.size());
        return bytes;
      } catch (ProblemException full) {
        noRoom = full;
      }
    }
    return ByteString.emptyByteString();
  }

  /**
   * The body is let in with its first piece. Without room for that, or for bytes that come later,
   * it is read to its end, as most clients read no answer before, and the rest is refused.
   */
  private boolean letIn() {
    if (noRoom == null && begun) {
      call.permit().worksAgain();
    } else if (noRoom == null) {
      try {
        call.permit().works();
        begun = true;
      } catch (ProblemException full) {
        noRoom = full;
      }
    }
    return noRoom == null;
  }

  /** Works while a piece is there, and not while the next one comes. */
  private CompletionStage<Done> piece(byte[] piece) {
    if (!letIn()) {
      call.permit().letsGo();
      return DONE;
    }
    int before = lines.begunBytes();
    documents.begin(piece);
    lines.feed(piece);
    documents.end();
    count();
    int over = before + piece.length - lines.begunBytes();
    return runs.send()
        .thenApply(
            done -> {
              call.permit().letsGo(over);
              call.permit().arrivesAgain();
              return done;
            });
  }

  private CompletionStage<Done> rest() {
    if (noRoom != null) {
      throw noRoom;
    }
    lines.end();
    count();
    int most = settings.limits().batchItems();
    if (line > most) {
      Problem tooMany = malformed("A call may have at most %d lines.".formatted(most));
      sent.refuse(line - most, tooMany, most + 1, line);
    }
    return runs.send();
  }

  /**
   * Once some were let in or sent, those that come later are owed: to refuse them would refuse the
   * same call at the same place whenever it comes again.
   */
  private void count() {
    int more = line - counted;
    if (more > 0) {
      if (afforded || runs.begun()) {
        call.owes(more);
      } else {
        call.countsMore(more);
      }
      afforded = true;
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
    if (foreseen == noRoom && !begun) {
      return Responses.problem(problem);
    }
    String accepted = " Messages accepted until then: %d.".formatted(sent.accepted());
    return Responses.problem(problem.withDetail(problem.detail() + accepted));
  }

  @Override
  public void line(byte[] bytes, int from, int end) {
    if (isOneMore()) {
      if (Text.isUtf8(bytes, from, end)) {
        read(bytes, from, end);
      } else {
        refuse("The line is not encoded as UTF-8.");
      }
    }
  }

  @Override
  public void overlong() {
    if (isOneMore()) {
      refuse("A line may have %d bytes.".formatted(settings.limits().body()));
    }
  }

  /** Whether there may be one more; those beyond are counted, and refused together at the end. */
  private boolean isOneMore() {
    return ++line <= settings.limits().batchItems();
  }

  private void refuse(String why) {
    sent.refuse(1, malformed(why), line, line);
  }

  private static Problem malformed(String why) {
    return Problem.of(ProblemType.MALFORMED_REQUEST, why);
  }

  private void read(byte[] bytes, int from, int end) {
    try {
      runs.add(documents.read(bytes, from, end, in -> reading.read(in, terms)), line);
    } catch (ProblemException refused) {
      sent.refuse(1, refused.problem(), line, line);
    }
  }
}
