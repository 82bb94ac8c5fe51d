package io.longshore.agents;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Some agents that offer a capability: whose messages are known to be read, and of whom nothing is
 * known. Thread-safe.
 */
final class Candidates {
  /** Most that are tried at one time though others are known to be read. */
  private static final int PROBES = 8;

  private final List<String> agentIds;
  private final Queue<String> unknown;
  private final @Nullable String next;
  private final long until;
  private final AtomicInteger probes = new AtomicInteger(PROBES);

  /** Seldom changes and is looked at for every message, so it is copied for a change. */
  private volatile List<String> readers;

  /**
   * What is known of agents now.
   *
   * @param agentIds all of them
   * @param readers those known to be read
   * @param unknown those of whom nothing is known, in the order in which to try them
   * @param next behind which id the search goes on; null if from the beginning
   * @param until when to look for others, epoch milliseconds
   */
  Candidates(
      List<String> agentIds,
      List<String> readers,
      List<String> unknown,
      @Nullable String next,
      long until) {
    this.agentIds = List.copyOf(agentIds);
    this.readers = List.copyOf(readers);
    this.unknown = new ConcurrentLinkedQueue<>(unknown);
    this.next = next;
    this.until = until;
  }

  List<String> agentIds() {
    return agentIds;
  }

  /** Those known to be read; does not change. */
  List<String> readers() {
    return readers;
  }

  /** The next of whom nothing is known, for one message only; null if there is none. */
  @Nullable String unknown() {
    return unknown.poll();
  }

  /**
   * The same though others are read, so that new readers get their share: null if too many were
   * tried in vain. {@link #probeIsRead} says that one was not in vain.
   */
  @Nullable String probe() {
    if (unknown.isEmpty()) {
      return null;
    }
    String agentId = probes.getAndDecrement() > 0 ? unknown.poll() : null;
    if (agentId == null) {
      probes.incrementAndGet();
    }
    return agentId;
  }

  void probeIsRead() {
    probes.incrementAndGet();
  }

  /** Somebody is read now, or is not any more. */
  synchronized void note(String agentId, boolean read) {
    if (readers.contains(agentId) != read) {
      List<String> changed = new ArrayList<>(readers);
      if (read) {
        changed.add(agentId);
      } else {
        changed.remove(agentId);
      }
      readers = List.copyOf(changed);
    }
  }

  @Nullable String next() {
    return next;
  }

  long until() {
    return until;
  }
}
