package io.longshore.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.longshore.coordinator.LedgerState.KeyUse;
import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Idempotency keys and what each was used for, in order of use. A partition has millions of them
 * for a day, so each is one array of bytes, in an open hash table and a queue: less than half of
 * what the objects of a map take.
 */
final class UsedKeys extends AbstractMap<String, KeyUse> {
  private static final long PRIME = 0x100000001B3L;

  /**
   * An entry is the hash of the content, the time of use, how long the id is or 0 for a UUID, the
   * id, and the key.
   */
  private static final int LENGTH_AT = 2 * Long.BYTES;

  private static final int ID_AT = LENGTH_AT + 1;
  private static final int UUID_BYTES = 2 * Long.BYTES;
  private static final int UUID_TEXT = 36;

  /** Not the same anywhere, so that nobody can choose keys that get into each other's way. */
  private final long seed = ThreadLocalRandom.current().nextLong();

  private final Deque<byte[]> inOrder = new ArrayDeque<>();

  /** A power of two of slots, at most two thirds of them in use; the others are null. */
  private byte[][] table = new byte[16][];

  @Override
  public int size() {
    return inOrder.size();
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public @Nullable KeyUse get(@Nullable Object key) {
    byte[] entry = key instanceof String text ? table[slot(text.getBytes(UTF_8))] : null;
    return entry == null ? null : use(entry);
  }

  @Override
  public @Nullable KeyUse put(String key, KeyUse use) {
    KeyUse before = remove(key);
    if ((size() + 1) * 3L > table.length * 2L) {
      grow();
    }
    byte[] bytes = key.getBytes(UTF_8);
    byte[] entry = entry(bytes, use);
    table[slot(bytes)] = entry;
    inOrder.add(entry);
    return before;
  }

  @Override
  public @Nullable KeyUse remove(@Nullable Object key) {
    if (!(key instanceof String text)) {
      return null;
    }
    int slot = slot(text.getBytes(UTF_8));
    byte[] entry = table[slot];
    if (entry == null) {
      return null;
    }
    vacate(slot);
    inOrder.removeFirstOccurrence(entry); // the first of all, as keys expire in order of their use
    return use(entry);
  }

  @Override
  public Set<Map.Entry<String, KeyUse>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, KeyUse>> iterator() {
        Iterator<byte[]> each = inOrder.iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return each.hasNext();
          }

          @Override
          public Map.Entry<String, KeyUse> next() {
            byte[] entry = each.next();
            int from = keyAt(entry);
            return Map.entry(new String(entry, from, entry.length - from, UTF_8), use(entry));
          }
        };
      }

      @Override
      public int size() {
        return inOrder.size();
      }
    };
  }

  private static byte[] entry(byte[] key, KeyUse use) {
    UUID uuid = uuid(use.taskId());
    byte[] text = uuid == null ? use.taskId().getBytes(UTF_8) : new byte[0];
    int idBytes = uuid == null ? text.length : UUID_BYTES;
    ByteBuffer out =
        ByteBuffer.allocate(ID_AT + idBytes + key.length)
            .putLong(use.contentHash())
            .putLong(use.usedAt())
            .put((byte) text.length);
    if (uuid == null) {
      out.put(text);
    } else {
      out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }
    return out.put(key).array();
  }

  /** The id as what all that the ledger gives out are; null if it is not just that. */
  private static @Nullable UUID uuid(String taskId) {
    if (taskId.length() != UUID_TEXT) {
      return null;
    }
    try {
      UUID uuid = UUID.fromString(taskId);
      return uuid.toString().equals(taskId) ? uuid : null;
    } catch (IllegalArgumentException another) {
      return null;
    }
  }

  private static KeyUse use(byte[] entry) {
    ByteBuffer in = ByteBuffer.wrap(entry);
    return new KeyUse(taskId(entry), in.getLong(0), in.getLong(Long.BYTES));
  }

  private static String taskId(byte[] entry) {
    if (entry[LENGTH_AT] != 0) {
      return new String(entry, ID_AT, keyAt(entry) - ID_AT, UTF_8);
    }
    ByteBuffer in = ByteBuffer.wrap(entry);
    return new UUID(in.getLong(ID_AT), in.getLong(ID_AT + Long.BYTES)).toString();
  }

  private static int keyAt(byte[] entry) {
    int length = entry[LENGTH_AT] & 0xFF;
    return ID_AT + (length == 0 ? UUID_BYTES : length);
  }

  /** Where the entry of this key is, or would be. */
  private int slot(byte[] key) {
    int slot = home(key, 0);
    while (table[slot] != null && !isOf(table[slot], key)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private static boolean isOf(byte[] entry, byte[] key) {
    return Arrays.equals(entry, keyAt(entry), entry.length, key, 0, key.length);
  }

  /** The slot that a key belongs to, if that is free. */
  private int home(byte[] bytes, int from) {
    long hash = seed;
    for (int i = from; i < bytes.length; i++) {
      hash = (hash ^ bytes[i]) * PRIME;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 32) & (table.length - 1);
  }

  private void grow() {
    table = new byte[table.length * 2][];
    for (byte[] entry : inOrder) {
      int slot = home(entry, keyAt(entry));
      while (table[slot] != null) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = entry;
    }
  }

  /** Empties a slot, and moves up those behind that were not at home because of it. */
  private void vacate(int slot) {
    int mask = table.length - 1;
    int hole = slot;
    for (int i = (hole + 1) & mask; table[i] != null; i = (i + 1) & mask) {
      int away = (i - home(table[i], keyAt(table[i]))) & mask;
      if (away >= ((i - hole) & mask)) {
        table[hole] = table[i];
        hole = i;
      }
    }
    table[hole] = null;
  }
}
