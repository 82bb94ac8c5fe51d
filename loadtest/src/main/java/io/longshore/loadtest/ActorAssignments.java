package io.longshore.loadtest;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Assignments of one coordinator through its actor and its agents' mailboxes: a task counts once a
 * mailbox has accepted it; then it is settled and taken out again.
 */
final class ActorAssignments implements Measurement {
  private static final int CONCURRENCY = 4;
  private static final int MOST_IN_FLIGHT = 512;
  private final Clock clock = Clock.systemUTC();
  private final CoordinationNode node;
  private final Route route;
  private final int agents;
  private final int inFlight;
  private final AtomicLong tasks = new AtomicLong();
  private final Map<String, CompletableFuture<Integer>> open = new ConcurrentHashMap<>();

  ActorAssignments(CoordinationNode node, int agents) throws InterruptedException {
    this.node = node;
    this.agents = agents;
    inFlight = Math.min(MOST_IN_FLIGHT, agents * CONCURRENCY);
    route = Route.capability("assignments-" + agents);
    node.hire(route.name(), agents, CONCURRENCY);
  }

  @Override
  public String name() {
    return "through actors, %,d agents".formatted(agents);
  }

  @Override
  public Slice run(Duration length) throws InterruptedException {
    node.listen(this::reported);
    return ClosedLoop.run(inFlight, slot -> assign(), length);
  }

  private CompletableFuture<Integer> assign() {
    String taskId = "a" + tasks.incrementAndGet();
    CompletableFuture<Integer> accepted = new CompletableFuture<>();
    open.put(taskId, accepted);
    long now = clock.millis();
    TaskRef ref = new TaskRef(taskId, route, Priority.NORMAL, 0, now, List.of());
    node.coordinators().offer(route, List.of(ref));
    return accepted;
  }

  private void reported(Route to, MailboxReport report) {
    node.coordinators().reported(to, report);
    if (to.equals(route) && !report.accepted().isEmpty()) {
      node.coordinators().settled(route, report.accepted());
      node.mailboxes().takeBack(report.agentId(), route, report.accepted());
      for (String taskId : report.accepted()) {
        CompletableFuture<Integer> accepted = open.remove(taskId);
        if (accepted != null) {
          accepted.complete(1);
        }
      }
    }
  }
}
