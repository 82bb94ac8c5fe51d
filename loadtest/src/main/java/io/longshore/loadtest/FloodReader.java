package io.longshore.loadtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads an agent's messages in one of the ways there are, or stops reading in one of them. */
final class FloodReader extends HttpPeer implements ServerFrames.Heard {
  private static final int CREDIT = 500;
  private final EventLoop loop;
  private final String agent;
  private final Way way;
  private final Marker marker;
  private ServerFrames frames;
  private EventLoop.@Nullable Connection connection;
  private long connectedAt;

  /** Messages that came and that no credit was given for yet. */
  private int unpaid;

  private boolean rests;

  /** How it reads. */
  enum Way {
    /** Long polls, one after the other. */
    POLLS(true, 0),
    /** A stream of events. */
    STREAM(true, 0),
    /** A WebSocket whose credit is always renewed. */
    SOCKET(true, 0),
    /** A long poll whose answer it does not read; it hangs up and asks again. */
    ABANDONED_POLLS(false, 20),
    /** A stream of events of which it reads nothing. */
    UNREAD_STREAM(false, 45),
    /** A WebSocket that gives credit once and reads nothing then. */
    UNREAD_SOCKET(false, 45),
    /** A WebSocket that answers pings and gives no credit. */
    SOCKET_WITHOUT_CREDIT(false, 45);

    final boolean reads;
    final long connectsAgainAfter;

    Way(boolean reads, int seconds) {
      this.reads = reads;
      this.connectsAgainAfter = TimeUnit.SECONDS.toNanos(seconds);
    }
  }

  /**
   * A reader that is not connected.
   *
   * @param received run for each message
   */
  FloodReader(EventLoop loop, String agent, Way way, Runnable received) {
    this.loop = loop;
    this.agent = agent;
    this.way = way;
    this.marker =
        new Marker(
            number -> {
              unpaid++;
              received.run();
            });
    this.frames = new ServerFrames(this);
  }

  /** Connects if it is not connected, or if it is time to do so again. */
  void look(long now) {
    EventLoop.Connection open = connection;
    if (open != null && way.connectsAgainAfter > 0 && now - connectedAt > way.connectsAgainAfter) {
      open.close();
      open = null;
    }
    if (open == null) {
      connect(now);
    } else if (rests) {
      rests = false;
      open.send(request());
    }
  }

  private void connect(long now) {
    try {
      startsAnew();
      frames = new ServerFrames(this);
      rests = false;
      EventLoop.Connection open = loop.connect(this);
      connection = open;
      connectedAt = now;
      open.send(request());
      if (way == Way.UNREAD_STREAM || way == Way.ABANDONED_POLLS) {
        open.stopReading();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("No connection for a reader", e);
    }
  }

  private byte[] request() {
    String path = "/v1/agents/" + agent;
    return switch (way) {
      case POLLS, ABANDONED_POLLS ->
          RawHttp.post(
              path + "/messages:receive",
              "application/json",
              "{\"max\":1000,\"waitSeconds\":60}".getBytes(StandardCharsets.US_ASCII));
      case STREAM, UNREAD_STREAM ->
          ("GET " + path + "/messages HTTP/1.1\r\nHost: bench\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      case SOCKET, UNREAD_SOCKET, SOCKET_WITHOUT_CREDIT ->
          ServerFrames.upgrade(path + "/connection");
    };
  }

  @Override
  void answered(int status, byte[] body, int length) {
    if (status == 200) {
      marker.scan(body, 0, length);
    }
    EventLoop.Connection open = connection;
    if (status / 100 == 2 && open != null) {
      open.send(request());
    } else {
      rests = true;
    }
  }

  @Override
  void begins(int status) {
    EventLoop.Connection open = connection;
    if (open != null && status == 101) {
      if (way != Way.SOCKET_WITHOUT_CREDIT) {
        open.send(credit(2 * CREDIT));
      }
      if (way == Way.UNREAD_SOCKET) {
        open.stopReading();
      }
    }
  }

  private static byte[] credit(int messages) {
    return ServerFrames.text("{\"type\":\"credit\",\"messages\":" + messages + "}");
  }

  @Override
  void streamed(byte[] bytes, int from, int to) {
    if (way == Way.STREAM) {
      marker.scan(bytes, from, to);
    } else {
      frames.scan(bytes, from, to);
      EventLoop.Connection open = connection;
      if (unpaid >= CREDIT && open != null) {
        open.send(credit(unpaid));
        unpaid = 0;
      }
    }
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    marker.scan(bytes, from, to);
  }

  @Override
  public void ping(byte[] pong) {
    EventLoop.Connection open = connection;
    if (open != null) {
      open.send(pong);
    }
  }

  @Override
  public void close() {
    EventLoop.Connection open = connection;
    if (open != null) {
      open.close();
    }
    connection = null;
  }

  @Override
  public void ended() {
    connection = null;
  }
}
