package io.longshore.persistence;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link BlobWriter} wrote. Every method throws {@link IllegalArgumentException} when
 * the bytes end too early, so that damaged data is never taken for data. Not thread-safe.
 */
public final class BlobReader {
  private final byte[] buffer;
  private final int end;
  private int position;

  /** A reader of the whole array. */
  public BlobReader(byte[] buffer) {
    this(buffer, 0, buffer.length);
  }

  private BlobReader(byte[] buffer, int start, int end) {
    this.buffer = buffer;
    this.position = start;
    this.end = end;
  }

  /** Whether anything is left: false where an older version wrote fewer fields. */
  public boolean more() {
    return position < end;
  }

  /** How many bytes are left. */
  int left() {
    return end - position;
  }

  /** An unsigned LEB128 varint. */
  public long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      require(1);
      byte next = buffer[position++];
      if (shift == 63 && next > 1) {
        break;
      }
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("A number of more than 64 bits before " + position);
  }

  /** A number that must fit an int and is not negative, such as a count. */
  public int count() {
    long value = number();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("Not a count before " + position + ": " + value);
    }
    return (int) value;
  }

  /** One byte, 0 or 1. */
  public boolean flag() {
    long value = number();
    if (value != 0 && value != 1) {
      throw new IllegalArgumentException("Not a flag before " + position + ": " + value);
    }
    return value == 1;
  }

  /** A length and that many bytes. */
  public byte[] bytes() {
    int length = count();
    require(length);
    byte[] value = Arrays.copyOfRange(buffer, position, position + length);
    position += length;
    return value;
  }

  /** A string. */
  public String text() {
    int length = count();
    require(length);
    String value = new String(buffer, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  /** A string that may be absent. */
  public @Nullable String optionalText() {
    return flag() ? text() : null;
  }

  /** Bytes that may be absent. */
  public byte @Nullable [] optionalBytes() {
    return flag() ? bytes() : null;
  }

  /** A count and that many strings. */
  public List<String> texts() {
    int count = count();
    List<String> values = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      values.add(text());
    }
    return values;
  }

  /** A count and that many pairs, in the order written. */
  public Map<String, String> textMap() {
    int count = count();
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      values.put(text(), text());
    }
    return values;
  }

  /** The one of {@code choices} that the next number is the index of. */
  public <T> T oneOf(List<T> choices) {
    int index = count();
    if (index >= choices.size()) {
      throw new IllegalArgumentException(
          "Not one of " + choices.size() + " before " + position + ": " + index);
    }
    return choices.get(index);
  }

  /** Told when all is read: what is left then was not written by us. */
  void expectEnd() {
    if (more()) {
      throw new IllegalArgumentException("The data goes on at " + position + " of " + end);
    }
  }

  /** A reader of the next length-prefixed part alone. */
  BlobReader nested() {
    int length = count();
    require(length);
    BlobReader part = new BlobReader(buffer, position, position + length);
    position += length;
    return part;
  }

  private void require(int bytes) {
    if (bytes < 0 || end - position < bytes) {
      throw new IllegalArgumentException(
          "The data ends early: " + bytes + " more bytes wanted at " + position + " of " + end);
    }
  }
}
