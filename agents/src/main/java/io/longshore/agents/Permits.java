package io.longshore.agents;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many webhook requests of this node may be under way, to one host and in all. Who gets fewer
 * than wanted is told when it makes sense to ask again. Where the node has no more to give, hosts
 * take turns, or those that have the most under way would keep it. Thread-safe.
 */
final class Permits {
  private final int total;
  private final int perHost;
  private final Map<String, Integer> inUse = new HashMap<>();

  /** By host, in the order of their turns; none is empty. */
  private final Map<String, Set<Runnable>> waiting = new LinkedHashMap<>();

  private int all;

  Permits(int total, int perHost) {
    this.total = total;
    this.perHost = perHost;
  }

  /**
   * Takes up to {@code wanted} permits for a host; each is to be released.
   *
   * @param again run once, on another thread, when there may be more; the same one waits once
   */
  synchronized int take(String host, int wanted, Runnable again) {
    int used = inUse.getOrDefault(host, 0);
    int taken = Math.max(0, Math.min(wanted, Math.min(perHost - used, total - all)));
    if (taken > 0) {
      inUse.put(host, used + taken);
      all += taken;
    }
    if (taken < wanted) {
      waiting.computeIfAbsent(host, h -> new LinkedHashSet<>()).add(again);
    }
    return taken;
  }

  /** Gives one back. */
  void release(String host) {
    Runnable next;
    synchronized (this) {
      boolean exhausted = all == total;
      all--;
      inUse.compute(host, (h, used) -> used == null || used == 1 ? null : used - 1);
      next = exhausted ? next() : next(host);
    }
    if (next != null) {
      next.run();
    }
  }

  /** Whoever has waited longest for this host, else for one that has room. */
  private @Nullable Runnable next(String host) {
    return waiting.containsKey(host) ? poll(host) : next();
  }

  /** Whoever has waited longest for a host that has room; such hosts take turns. */
  private @Nullable Runnable next() {
    for (String other : waiting.keySet()) {
      if (inUse.getOrDefault(other, 0) < perHost) {
        return poll(other);
      }
    }
    return null;
  }

  private @Nullable Runnable poll(String host) {
    Set<Runnable> forHost = waiting.remove(host);
    if (forHost == null) {
      return null;
    }
    Iterator<Runnable> first = forHost.iterator();
    Runnable next = first.next();
    first.remove();
    if (!forHost.isEmpty()) {
      waiting.put(host, forHost); // last, for the others' turns come first
    }
    return next;
  }
}
