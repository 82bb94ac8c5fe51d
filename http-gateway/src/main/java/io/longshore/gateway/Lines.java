package io.longshore.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Cuts bytes that come piece by piece into lines. Keeps the beginning of one line, no more; blank
 * lines are left out.
 */
final class Lines {
  private static final byte[] NOTHING = {};

  // Eight bytes at a time, the first of them lowest.
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHEST_BITS = 0x8080808080808080L;
  private static final long LINE_ENDS = '\n' * ONES;

  private final int max;
  private final Reader reader;
  private byte[] begun = NOTHING;
  private int length;
  private boolean overlong;

  /**
   * Cuts nothing yet.
   *
   * @param max bytes a line may have
   */
  Lines(int max, Reader reader) {
    this.max = max;
    this.reader = reader;
  }

  /** Takes the lines. */
  interface Reader {
    /** The next line: the bytes from {@code from} up to {@code end}, which are kept by nobody. */
    void line(byte[] bytes, int from, int end);

    /** The next line has more bytes than it may. */
    void overlong();
  }

  /** Goes on with these bytes. */
  void feed(byte[] bytes) {
    int from = 0;
    for (int end = endOfLine(bytes, 0); end < bytes.length; end = endOfLine(bytes, from)) {
      if (length > 0 || overlong) {
        begin(bytes, from, end);
        end();
      } else {
        line(bytes, from, end);
      }
      from = end + 1;
    }
    begin(bytes, from, bytes.length);
  }

  /** How many bytes there are of a line that has begun and not come to its end. */
  int begunBytes() {
    return length;
  }

  /** There are no more bytes: what was begun is the last line. */
  void end() {
    byte[] last = begun;
    int end = length;
    begun = NOTHING;
    length = 0;
    if (overlong) {
      overlong = false;
      reader.overlong();
    } else {
      line(last, 0, end);
    }
  }

  private void begin(byte[] bytes, int from, int end) {
    int needed = length + end - from;
    if (overlong || needed > max) {
      overlong = true;
      begun = NOTHING;
      length = 0;
    } else if (end > from) {
      if (needed > begun.length) {
        begun = Arrays.copyOf(begun, Math.max(needed, Math.min(2 * begun.length, max)));
      }
      System.arraycopy(bytes, from, begun, length, end - from);
      length = needed;
    }
  }

  private void line(byte[] bytes, int from, int end) {
    if (end - from > max) {
      reader.overlong();
    } else if (!isBlank(bytes, from, end)) {
      reader.line(bytes, from, end);
    }
  }

  private static int endOfLine(byte[] bytes, int from) {
    int end = from;
    while (end + Long.BYTES <= bytes.length) {
      // The first byte that is 0 now is the lowest whose highest bit shows it.
      long eight = (long) EIGHT.get(bytes, end) ^ LINE_ENDS;
      long found = (eight - ONES) & ~eight & HIGHEST_BITS;
      if (found != 0) {
        return end + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
      end += Long.BYTES;
    }
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }

  /** Whether there is nothing but white space from {@code from} up to {@code end}. */
  static boolean isBlank(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
