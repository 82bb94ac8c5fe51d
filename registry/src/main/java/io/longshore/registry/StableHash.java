package io.longshore.registry;

import java.nio.charset.StandardCharsets;

/**
 * A hash that is the same on every node, Java version and day, since data lies where it points.
 * Must never change: 32-bit FNV-1a of the UTF-8 bytes, then the finalizer of MurmurHash3, which
 * spreads ids that differ in their last character alone.
 */
final class StableHash {
  private StableHash() {}

  /** Which of {@code buckets} a text belongs to: 0 to {@code buckets - 1}. */
  static int bucket(String text, int buckets) {
    int hash = 0x811C9DC5;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x01000193;
    }
    hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
    hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
    hash ^= hash >>> 16;
    return Integer.remainderUnsigned(hash, buckets);
  }
}
