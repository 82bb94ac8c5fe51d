package io.longshore.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.longshore.persistence.Doors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What all streams of server-sent events have in common: a place among those who wait, comments
 * that keep the connection, an end when the node or the client leaves, and another for a client
 * that does not read.
 */
final class EventStreams {
  private static final Duration LAST_BYTES = Duration.ofMillis(200);
  private static final ByteString KEEP_ALIVE = ByteString.fromString(": keep-alive\n\n");
  private static final ByteString COME_BACK = ByteString.fromString("retry: 500\n\n");

  private final ActorSystem<?> system;
  private final Duration keepAlive;
  private final StalledReaders stalled;
  private final AtomicInteger open = new AtomicInteger();
  private final SharedKillSwitch leaving = KillSwitches.shared("event-streams");
  private volatile boolean left;

  EventStreams(ActorSystem<?> system, GatewaySettings settings) {
    this.system = system;
    this.keepAlive = settings.streamKeepAlive();
    this.stalled =
        new StalledReaders(
            settings.streamReadTimeout(), Doors.of(system).door(StalledReaders.DOOR));
  }

  /**
   * Ends all streams: their clients go on at another node with {@code Last-Event-ID}, soon, as the
   * last line tells them.
   *
   * @return done when their last bytes should have left; who cuts connections then cuts none short
   */
  CompletionStage<Done> stop() {
    left = true;
    leaving.shutdown();
    return open.get() == 0
        ? CompletableFuture.completedStage(Done.getInstance())
        : Patterns.after(
            LAST_BYTES, system, () -> CompletableFuture.completedStage(Done.getInstance()));
  }

  /**
   * The response to a call that waits from now on.
   *
   * @param events makes the stream's events, once somebody reads them
   * @throws ProblemException {@link ProblemType#NODE_BUSY} if too many wait
   */
  HttpResponse response(Call call, Supplier<Source<ByteString, NotUsed>> events) {
    call.permit().waits();
    Source<ByteString, ?> stream = Source.lazySource(() -> admitted(call, events));
    return Responses.with(
        HttpResponse.create()
            .withEntity(
                HttpEntities.createChunked(MediaTypes.TEXT_EVENT_STREAM.toContentType(), stream)),
        "Cache-Control",
        "no-store");
  }

  /** Takes a place of its own when it begins, as nobody may ever read it, until it ends. */
  private Source<ByteString, NotUsed> admitted(
      Call call, Supplier<Source<ByteString, NotUsed>> events) {
    Admission.Permit place;
    try {
      place = call.permit().forStream();
    } catch (ProblemException full) {
      return Source.empty();
    }
    return events
        .get()
        .keepAlive(keepAlive, () -> KEEP_ALIVE)
        .via(leaving.flow())
        .concatLazy(Source.lazySource(this::farewell))
        .via(stalled.flow(call::cut))
        .viaMat(KillSwitches.single(), Keep.right())
        .watchTermination(
            (gone, end) -> {
              open.incrementAndGet();
              // Else it would be seen by the first event that cannot be written, which is then
              // lost.
              Runnable ended = call.onAbandoned(gone::shutdown);
              end.whenComplete(
                  (done, failure) -> {
                    ended.run();
                    open.decrementAndGet();
                    place.close();
                  });
              return NotUsed.getInstance();
            });
  }

  private Source<ByteString, NotUsed> farewell() {
    return left ? Source.single(COME_BACK) : Source.empty();
  }

  /**
   * One event.
   *
   * @param id by which a stream goes on after it; null if by that of the one before
   * @param json its data; may have line ends between its tokens, and each begins a line of data
   */
  static ByteString event(@Nullable String id, String name, byte[] json) {
    StringBuilder event = new StringBuilder(json.length + 64);
    if (id != null) {
      event.append("id: ").append(id).append('\n');
    }
    event.append("event: ").append(name).append("\ndata: ");
    return ByteString.fromString(event.append(data(json)).append("\n\n").toString());
  }

  private static String data(byte[] json) {
    String text = new String(json, UTF_8);
    return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
        ? text
        : text.replaceAll("\\r\\n|\\r|\\n", "\ndata: ");
  }
}
