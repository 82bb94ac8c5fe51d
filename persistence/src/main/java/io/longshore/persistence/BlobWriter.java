package io.longshore.persistence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Appends compact fields to a growing byte array: varints, strings, bytes. Not thread-safe. */
public final class BlobWriter {
  /** The largest array that every machine makes. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private byte[] buffer;
  private int size;

  /** A writer with room for {@code capacity} bytes before it first grows. */
  public BlobWriter(int capacity) {
    buffer = new byte[Math.max(16, capacity)];
  }

  /** An unsigned LEB128 varint: small values take one byte, negative ones ten. */
  public BlobWriter number(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
    return this;
  }

  /** One byte, 0 or 1. */
  public BlobWriter flag(boolean value) {
    return number(value ? 1 : 0);
  }

  /** A length and that many bytes. */
  public BlobWriter bytes(byte[] value) {
    number(value.length);
    ensure(value.length);
    System.arraycopy(value, 0, buffer, size, value.length);
    size += value.length;
    return this;
  }

  /** A string as UTF-8. */
  public BlobWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A string that may be absent. */
  public BlobWriter optionalText(@Nullable String value) {
    flag(value != null);
    return value == null ? this : text(value);
  }

  /** Bytes that may be absent. */
  public BlobWriter optionalBytes(byte @Nullable [] value) {
    flag(value != null);
    return value == null ? this : bytes(value);
  }

  /** A count and that many strings, in iteration order. */
  public BlobWriter texts(Collection<String> values) {
    number(values.size());
    values.forEach(this::text);
    return this;
  }

  /** A count and that many pairs of strings, in iteration order. */
  public BlobWriter textMap(Map<String, String> values) {
    number(values.size());
    values.forEach((key, value) -> text(key).text(value));
    return this;
  }

  /** How many bytes have been written. */
  public int size() {
    return size;
  }

  /** A copy of what has been written. */
  public byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  /** A copy of what has been written here and then in another writer. */
  byte[] toBytes(BlobWriter then) {
    byte[] all = Arrays.copyOf(buffer, grown(0, size, then.size));
    System.arraycopy(then.buffer, 0, all, size, then.size);
    return all;
  }

  /** Appends what {@code content} writes, with its length in front. */
  public BlobWriter nested(Consumer<BlobWriter> content) {
    int start = size;
    content.accept(this);
    int length = size - start;
    int head = numberLength(length);
    ensure(head);
    System.arraycopy(buffer, start, buffer, start + head, length);
    size = start;
    number(length);
    size += length;
    return this;
  }

  private static int numberLength(int value) {
    return value == 0 ? 1 : (38 - Integer.numberOfLeadingZeros(value)) / 7;
  }

  /** Appends what another writer holds, with nothing in front. */
  BlobWriter rest(BlobWriter other) {
    ensure(other.size);
    System.arraycopy(other.buffer, 0, buffer, size, other.size);
    size += other.size;
    return this;
  }

  private void ensure(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, grown(buffer.length, size, more));
    }
  }

  /**
   * The next capacity of a buffer in which {@code more} has no room.
   *
   * @throws IllegalStateException if there is no such array
   */
  static int grown(int capacity, int size, int more) {
    long needed = (long) size + more;
    if (needed > MOST) {
      throw new IllegalStateException(
          needed + " bytes cannot be stored in one piece: it may have " + MOST + " at most");
    }
    return (int) Math.max(needed, Math.min(2L * capacity, MOST));
  }
}
