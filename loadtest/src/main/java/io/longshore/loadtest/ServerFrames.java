package io.longshore.loadtest;

import java.nio.charset.StandardCharsets;

/** Takes apart what a server sends on a WebSocket, and makes what a client sends. */
final class ServerFrames {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MOST_CONTROL = 125;
  private final Heard heard;
  private final byte[] head = new byte[10];
  private int headHas;
  private int opcode;
  private long left;
  private byte[] control = new byte[0];
  private int controlHas;

  /** Hears what the server says. */
  interface Heard {
    /** Some of a text came. */
    void text(byte[] bytes, int from, int to);

    /** The server wants to know whether the client is there; this says so. */
    void ping(byte[] pong);

    /** The server closes the connection. */
    void close();
  }

  ServerFrames(Heard heard) {
    this.heard = heard;
  }

  /** A whole request to become a WebSocket. */
  static byte[] upgrade(String path) {
    return ("GET "
            + path
            + " HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** A text as a client sends it. */
  static byte[] text(String text) {
    return frame(TEXT, text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * A short frame; its mask is all zeros, which is as good as any to a server and costs nothing.
   */
  private static byte[] frame(int opcode, byte[] payload) {
    if (payload.length > MOST_CONTROL) {
      throw new IllegalArgumentException("A frame of this client is short");
    }
    byte[] frame = new byte[6 + payload.length];
    frame[0] = (byte) (0x80 | opcode);
    frame[1] = (byte) (0x80 | payload.length);
    System.arraycopy(payload, 0, frame, 6, payload.length);
    return frame;
  }

  /** Goes on with the next bytes. */
  void scan(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (left == 0) {
        head[headHas++] = bytes[at++];
        if (headHas >= 2 && headHas == headLength()) {
          begin();
        }
      } else {
        int count = (int) Math.min(left, to - at);
        payload(bytes, at, at + count);
        left -= count;
        at += count;
        if (left == 0) {
          end();
        }
      }
    }
  }

  private int headLength() {
    int length = head[1] & 0x7f;
    return length < 126 ? 2 : length == 126 ? 4 : 10;
  }

  private void begin() {
    opcode = head[0] & 0x0f;
    left = head[1] & 0x7f;
    if (headHas > 2) {
      left = 0;
      for (int i = 2; i < headHas; i++) {
        left = (left << 8) | (head[i] & 0xff);
      }
    }
    headHas = 0;
    controlHas = 0;
    control = opcode >= CLOSE ? new byte[(int) left] : control;
    if (left == 0) {
      end();
    }
  }

  private void payload(byte[] bytes, int from, int to) {
    if (opcode == TEXT || opcode == CONTINUATION) {
      heard.text(bytes, from, to);
    } else if (opcode >= CLOSE) {
      System.arraycopy(bytes, from, control, controlHas, to - from);
      controlHas += to - from;
    }
  }

  private void end() {
    if (opcode == PING) {
      heard.ping(frame(PONG, control));
    } else if (opcode == CLOSE) {
      heard.close();
    }
  }
}
