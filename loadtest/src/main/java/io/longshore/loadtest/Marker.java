package io.longshore.loadtest;

import java.nio.charset.StandardCharsets;

/**
 * Finds the bodies of messages in what a reader is sent, however it is cut into pieces, without
 * parsing it.
 */
final class Marker {
  private static final byte[] TEXT = "\"body\":".getBytes(StandardCharsets.US_ASCII);
  private final Found found;
  private int matched;
  private boolean inNumber;
  private long number;

  /** Hears of each message. */
  @FunctionalInterface
  interface Found {
    /** One was found; its body if that is a whole number, else 0. */
    void message(long number);
  }

  Marker(Found found) {
    this.found = found;
  }

  /** Goes on with the next bytes. */
  void scan(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      byte next = bytes[at];
      if (inNumber) {
        if (next >= '0' && next <= '9') {
          number = 10 * number + next - '0';
          continue;
        }
        inNumber = false;
        found.message(number);
      }
      if (next == TEXT[matched]) {
        if (++matched == TEXT.length) {
          matched = 0;
          inNumber = true;
          number = 0;
        }
      } else if (matched > 0) {
        // The text has a quote at its begin and one near its end, which may be a begin as well.
        boolean quoteBefore = matched == TEXT.length - 1;
        matched = quoteBefore && next == TEXT[1] ? 2 : next == TEXT[0] ? 1 : 0;
      }
    }
  }
}
