package io.longshore.agents;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results of webhook agents that asked for it, by what went in. Shared by a node's agents, none of
 * which sees another's; bounded in entries and bytes: the least recently used go first.
 * Thread-safe.
 */
final class ResultCache {
  private static final int OVERHEAD = 200;

  private final int maxEntries;
  private final long maxBytes;
  private final Map<ByteBuffer, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Entry(byte[] output, long until) {
    int weight() {
      return OVERHEAD + output.length;
    }
  }

  ResultCache(int maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /**
   * What work is told apart by: its agent, the agent's url, the capability and the input. The url,
   * so that an agent that has moved is asked anew. Null if the work depends on more than that.
   */
  static @Nullable ByteBuffer key(String agentId, String url, Lease lease) {
    if (!lease.exchanges().isEmpty()) {
      return null;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : new String[] {agentId, url, lease.route().key()}) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return ByteBuffer.wrap(digest.digest(lease.input()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** The result kept under this key; null if there is none or it is too old. */
  synchronized byte @Nullable [] find(@Nullable ByteBuffer key, long now) {
    Entry entry = key == null ? null : entries.get(key);
    if (entry != null && entry.until <= now) {
      entries.remove(key);
      bytes -= entry.weight();
      return null;
    }
    return entry == null ? null : entry.output;
  }

  /** Keeps a result until then, epoch milliseconds. */
  synchronized void keep(@Nullable ByteBuffer key, byte[] output, long until) {
    Entry entry = new Entry(output, until);
    if (key == null || entry.weight() > maxBytes) {
      return;
    }
    Entry old = entries.put(key, entry);
    bytes += entry.weight() - (old == null ? 0 : old.weight());
    Iterator<Entry> oldest = entries.values().iterator();
    while (entries.size() > maxEntries || bytes > maxBytes) {
      bytes -= oldest.next().weight();
      oldest.remove();
    }
  }
}
