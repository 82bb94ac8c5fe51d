package io.longshore.persistence;

import java.nio.charset.StandardCharsets;

/**
 * Hashes that are the same on every node, Java version and day. Data lies where they point and they
 * stand in task ids and in the journal, so they must never change. Two of them, because agents and
 * tasks were laid out by different ones.
 */
public final class StableHash {
  private static final int OFFSET_32 = 0x811C9DC5;
  private static final int PRIME_32 = 0x01000193;
  private static final long OFFSET_64 = 0xCBF29CE484222325L;
  private static final long PRIME_64 = 0x100000001B3L;

  private StableHash() {}

  /**
   * Which of {@code buckets} a text belongs to, 0 to {@code buckets - 1}: 32-bit FNV-1a of the
   * UTF-8 bytes, then the finalizer of MurmurHash3, which spreads ids that differ in their last
   * character alone.
   */
  public static int bucket(String text, int buckets) {
    int hash = OFFSET_32;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * PRIME_32;
    }
    hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
    hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
    hash ^= hash >>> 16;
    return Integer.remainderUnsigned(hash, buckets);
  }

  /** FNV-1a, 64 bits. */
  public static long fnv1a(byte[] bytes) {
    return fnv1a(OFFSET_64, bytes);
  }

  /** FNV-1a of bytes after others, whose hash is given. */
  public static long fnv1a(long before, byte[] bytes) {
    long hash = before;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xFF)) * PRIME_64;
    }
    return hash;
  }
}
