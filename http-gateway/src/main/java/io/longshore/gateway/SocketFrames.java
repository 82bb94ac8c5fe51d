package io.longshore.gateway;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.UpgradeToWebSocketLowLevel;
import org.apache.pekko.http.impl.engine.ws.WebSocket;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.http.scaladsl.settings.WebSocketSettings;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Connects messages to a WebSocket's frames. Pekko HTTP's own way to do so closes every connection
 * with 1000 and lets a client that neither reads nor answers pings stay; the frames below it, which
 * it keeps for itself, know better.
 */
final class SocketFrames {
  private static final int UNANSWERED_PINGS = 3;
  private static final byte CLOSE = 8;
  private static final FiniteDuration CLOSING = FiniteDuration.create(3, "s");

  private SocketFrames() {}

  /**
   * The response that turns a connection into a WebSocket.
   *
   * @param messages what the client says, to what it is told
   * @param why the node closes the connection, once it does; null if the client does
   * @param ping how long a client may be silent before it is asked whether it is there
   * @param stalled cuts off the client that does not read
   */
  static HttpResponse upgrade(
      ActorSystem system,
      WebSocketUpgrade upgrade,
      Flow<Message, Message, NotUsed> messages,
      Supplier<@Nullable SocketClose> why,
      Duration ping,
      StalledReaders stalled) {
    WebSocketSettings settings =
        (WebSocketSettings)
            ServerSettings.create(system)
                .getWebsocketSettings()
                .withPeriodicKeepAliveMode("ping")
                .withPeriodicKeepAliveMaxIdle(ping);
    Flow<FrameEvent, FrameEvent, NotUsed> frames =
        Flow.<FrameEvent>create()
            .idleTimeout(ping.multipliedBy(UNANSWERED_PINGS))
            .via(
                BidiFlow.fromGraph(WebSocket.stack(true, settings, CLOSING, system.log()))
                    .join(adapted(messages)))
            .map(frame -> withReason(frame, why.get()))
            .via(stalled.failing());
    return ((UpgradeToWebSocketLowLevel) upgrade)
        .handleFrames(frames.mapMaterializedValue(nothing -> (Object) nothing), Option.empty());
  }

  private static Flow<
          org.apache.pekko.http.scaladsl.model.ws.Message,
          org.apache.pekko.http.scaladsl.model.ws.Message,
          NotUsed>
      adapted(Flow<Message, Message, NotUsed> messages) {
    return Flow.<org.apache.pekko.http.scaladsl.model.ws.Message>create()
        .map(Message::adapt)
        .via(messages)
        .map(Message::asScala);
  }

  private static FrameEvent withReason(FrameEvent frame, @Nullable SocketClose why) {
    boolean closes = frame instanceof FrameStart start && start.header().opcode().code() == CLOSE;
    return closes && why != null
        ? FrameEvent.closeFrame(why.code(), why.reason(), Option.empty())
        : frame;
  }
}
