package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The tasks an agent holds: their leases are extended as long as they run. */
final class LeaseKeeper {
  private final AgentApi api;
  private final Clock clock;
  private final Duration lease;
  private final Consumer<Held.Ended> ended;
  private final Map<Held, Instant> extendAt = new ConcurrentHashMap<>();

  /**
   * Keeps nothing yet.
   *
   * @param lease how long a lease lasts from when it is granted or extended
   * @param ended is told of work that has ended
   */
  LeaseKeeper(AgentApi api, Clock clock, Duration lease, Consumer<Held.Ended> ended) {
    this.api = api;
    this.clock = clock;
    this.lease = lease;
    this.ended = ended;
  }

  /** Starts to work on a task that was just leased. */
  void start(LeasedTask task, TaskRunner runner) {
    Instant now = clock.instant();
    TaskRunner.Run run = runner.start(task);
    Held held = new Held(task, run, now);
    extendAt.put(held, nextExtension(now));
    var unused =
        run.outcome().thenAccept(outcome -> ended.accept(held.ended(outcome, clock.instant())));
  }

  /** The node knows how it ended, or will find out. */
  void forget(Held held) {
    extendAt.remove(held);
  }

  /** Whether nothing is held. */
  boolean isEmpty() {
    return extendAt.isEmpty();
  }

  /** Extends the leases for which it is time, and ends the work whose result is not wanted. */
  void extendDue() {
    Instant now = clock.instant();
    Map<String, Held> due = new LinkedHashMap<>();
    extendAt.forEach(
        (held, at) -> {
          if (held.runs() && !at.isAfter(now) && due.size() < AgentApi.MOST_AT_ONCE) {
            due.put(held.task().taskId(), held);
          }
        });
    if (due.isEmpty()) {
      return;
    }
    List<ObjectNode> items = new ArrayList<>();
    due.values()
        .forEach(h -> items.add(h.task().reference().put("leaseSeconds", lease.toSeconds())));
    AgentApi.Settled answer = api.settle("extend", items);
    due.forEach((taskId, held) -> extended(held, answer, now));
  }

  private void extended(Held held, AgentApi.Settled answer, Instant now) {
    String taskId = held.task().taskId();
    JsonNode problem = answer.failed().get(taskId);
    if (answer.canceled().contains(taskId)) {
      held.drop("canceled", true);
    } else if (problem == null) {
      extendAt.computeIfPresent(held, (h, at) -> nextExtension(now));
    } else if (ApiException.isProblem(problem, "lease-lost")) {
      held.drop("the lease is lost: another attempt may be under way", false);
    }
  }

  /** Ends all work that still runs and gives it back. */
  void giveBackAll() {
    extendAt.keySet().stream()
        .filter(Held::runs)
        .forEach(held -> held.drop("given back: this agent stops", true));
  }

  private Instant nextExtension(Instant from) {
    return from.plus(lease.dividedBy(3));
  }
}
