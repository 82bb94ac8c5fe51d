package io.longshore.loadtest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Takes answers of HTTP/1.1 as they come in, or what follows the head of one that never ends. */
abstract class HttpPeer implements EventLoop.Peer {
  private static final int MOST_HEAD = 8 * 1024;
  private byte[] head = new byte[256];
  private int headLength;
  private boolean inBody;
  private boolean streams;
  private int status;
  private byte[] body = new byte[0];
  private int bodyLength;
  private int bodyHas;

  /** A whole answer is there; the array is used again. */
  abstract void answered(int answeredStatus, byte[] answeredBody, int length);

  /** The head of a stream is there: {@link #streamed} tells what follows. */
  void begins(int streamStatus) {}

  /** More of a stream came. */
  void streamed(byte[] bytes, int from, int to) {}

  /** The next thing that comes is the answer to the first request of a new connection. */
  final void startsAnew() {
    headLength = 0;
    inBody = false;
    streams = false;
  }

  @Override
  public final void received(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (streams) {
        streamed(bytes, at, to);
        return;
      }
      at = inBody ? more(bytes, at, to) : head(bytes, at, to);
      if (inBody && bodyHas == bodyLength) {
        inBody = false;
        headLength = 0;
        answered(status, body, bodyLength);
      }
    }
  }

  private int more(byte[] bytes, int from, int to) {
    int count = Math.min(bodyLength - bodyHas, to - from);
    System.arraycopy(bytes, from, body, bodyHas, count);
    bodyHas += count;
    return from + count;
  }

  private int head(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (headLength == head.length) {
        if (headLength == MOST_HEAD) {
          throw new IllegalStateException("An answer has a head of more than " + MOST_HEAD);
        }
        head = Arrays.copyOf(head, 2 * headLength);
      }
      head[headLength++] = bytes[at];
      if (bytes[at] == '\n' && headLength > 3 && head[headLength - 3] == '\n') {
        understand(new String(head, 0, headLength, StandardCharsets.US_ASCII));
        return at + 1;
      }
    }
    return to;
  }

  private void understand(String text) {
    status = Integer.parseInt(text, 9, 12, 10);
    String lower = text.toLowerCase(Locale.ROOT);
    int length = lower.indexOf("\ncontent-length:");
    if (length >= 0) {
      int from = length + "\ncontent-length:".length();
      bodyLength = Integer.parseInt(lower.substring(from, lower.indexOf('\r', from)).strip());
    } else if (status == 101 || lower.contains("\ntransfer-encoding:")) {
      streams = true;
      begins(status);
      return;
    } else {
      bodyLength = 0;
    }
    inBody = true;
    bodyHas = 0;
    if (body.length < bodyLength) {
      body = new byte[bodyLength];
    }
  }
}
