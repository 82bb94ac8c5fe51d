package io.longshore.registry;

import org.jspecify.annotations.Nullable;

/**
 * Remembers values by key, the latest for each slot: bounded, and free for those who share none.
 * For keys and values that never change. Thread-safe without a lock: a value seen late or
 * overwritten by another is made once more, which is harmless.
 */
final class Recent<K, V> {
  private final Entry<?, ?>[] slots;

  private record Entry<K, V>(K key, V value) {}

  /** Remembers at most {@code slots} values; a power of two. */
  Recent(int slots) {
    this.slots = new Entry<?, ?>[slots];
  }

  /** The value kept for an equal key; null if it was never kept or has been overwritten. */
  @SuppressWarnings("unchecked") // only keep writes here
  @Nullable V find(K key) {
    @Nullable Entry<K, V> entry = (Entry<K, V>) slots[slot(key)];
    return entry != null && entry.key().equals(key) ? entry.value() : null;
  }

  /** Keeps a value and gives it back. */
  V keep(K key, V value) {
    slots[slot(key)] = new Entry<>(key, value);
    return value;
  }

  private int slot(K key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return (hash ^ (hash >>> 16)) & (slots.length - 1);
  }
}
