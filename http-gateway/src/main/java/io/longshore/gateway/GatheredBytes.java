package io.longshore.gateway;

import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/**
 * Bytes that come piece by piece, in one array. Each piece on its own would take some fifty bytes
 * more than it counts as, which is most of what is there when a client sends them one by one. Not
 * thread-safe.
 */
final class GatheredBytes {
  private static final int LEAST = 512;

  private byte[] bytes;
  private int length;

  /** The first piece, which is mostly all there is: it is not copied if it is an array already. */
  GatheredBytes(ByteString first) {
    bytes = first.toArrayUnsafe();
    length = bytes.length;
  }

  /** The same with one more piece. Together they have at most 2 GiB: limits are far below. */
  GatheredBytes with(ByteString more) {
    int size = more.size();
    int needed = Math.addExact(length, size);
    // The array of the first piece is somebody else's, but full: nothing is ever written into it.
    if (needed > bytes.length) {
      int twice = (int) Math.min(Integer.MAX_VALUE - 8, 2L * length);
      bytes = Arrays.copyOf(bytes, Math.max(LEAST, Math.max(needed, twice)));
    }
    more.copyToArray(bytes, length, size);
    length = needed;
    return this;
  }

  /** All of them. Later pieces are not in there. */
  byte[] toArray() {
    if (bytes.length > length) {
      bytes = Arrays.copyOf(bytes, length);
    }
    return bytes;
  }
}
