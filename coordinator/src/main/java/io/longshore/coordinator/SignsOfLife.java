package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.WorkSource.MailboxReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The way of a node's mailboxes to their coordinators. Reports leave at once. Signs of life wait
 * for those of other mailboxes, so that their messages grow with the nodes and not with the agents:
 * 10,000 agents that have nothing to tell would be 5,000 messages a second.
 *
 * <p>Thread-safe. What is sent is sent in the lock: a sign never leaves after a later report.
 */
final class SignsOfLife {
  /** How long a sign waits for others: little beside the time between two signs of a mailbox. */
  static final Duration GATHERED_FOR = Duration.ofMillis(250);

  /** So many fill a message between nodes by far not. */
  static final int MOST_TOGETHER = 1_000;

  private final BiConsumer<Route, CoordinatorProtocol.Command> coordinators;
  private final Consumer<Runnable> later;

  /** By coordinator and agent. */
  private final Map<Route, Map<String, MailboxReport>> waiting = new LinkedHashMap<>();

  /**
   * Nobody has said anything.
   *
   * @param coordinators sends something to the coordinator of a route
   * @param later runs something when {@link #GATHERED_FOR} has passed
   */
  SignsOfLife(
      BiConsumer<Route, CoordinatorProtocol.Command> coordinators, Consumer<Runnable> later) {
    this.coordinators = coordinators;
    this.later = later;
  }

  /** A mailbox has something to tell: that it is there as well. */
  synchronized void report(Route route, MailboxReport report) {
    Map<String, MailboxReport> signs = waiting.get(route);
    if (signs != null) {
      signs.remove(report.agentId());
    }
    coordinators.accept(route, new CoordinatorProtocol.Reported(report));
  }

  /** A mailbox is there and has nothing to tell. */
  synchronized void alive(Route route, MailboxReport report) {
    if (waiting.isEmpty()) {
      later.accept(this::send);
    }
    waiting.computeIfAbsent(route, to -> new LinkedHashMap<>()).put(report.agentId(), report);
  }

  private synchronized void send() {
    waiting.forEach(
        (route, signs) -> {
          List<MailboxReport> all = new ArrayList<>(signs.values());
          for (int from = 0; from < all.size(); from += MOST_TOGETHER) {
            int to = Math.min(from + MOST_TOGETHER, all.size());
            coordinators.accept(
                route, new CoordinatorProtocol.Alive(List.copyOf(all.subList(from, to))));
          }
        });
    waiting.clear();
  }
}
