package io.longshore.coordinator;

import com.typesafe.config.Config;
import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.coordinator.CoordinatorProtocol.Offered;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import io.longshore.registry.Delivery;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * What one coordinator decides, without actors, for measuring how fast it does: tasks are offered,
 * assigned, accepted, started and done in order, while every agent reports as often as a mailbox
 * does and the coordinator ticks when its time has come. About half the room is taken.
 */
public final class AssignmentLoop {
  private static final Route ROUTE = Route.capability("loop");
  private static final int CONCURRENCY = 4;
  private static final int CAPACITY = 2 * CONCURRENCY;
  private static final int BATCH = 16;
  private static final int MOST_RUNNING = 50_000;
  private static final long SERVICE_MILLIS = 1_000;
  private static final long SIGN_MILLIS = 2_000;
  private final Assignment assignment;
  private final Clock clock;
  private final long tickMillis;
  private final AgentRecord[] agents;
  private final int[] running;
  private final Queue<Integer> order = new ArrayDeque<>();
  private final int mostRunning;
  private final long begin;
  private long signs;
  private long tickAt;
  private long tasks;

  /**
   * A coordinator that has heard of so many agents.
   *
   * @param config of a node, with its sections of coordinators and ledger
   */
  public AssignmentLoop(Config config, int count, Clock clock) {
    AssignmentSettings settings = CoordinatorSettings.from(config).assignment();
    this.clock = clock;
    assignment = new Assignment(settings, settings.strategies().of(ROUTE), Long.MAX_VALUE / 2);
    tickMillis = settings.tick().toMillis();
    agents = new AgentRecord[count];
    running = new int[count];
    mostRunning = Math.min(MOST_RUNNING, count * CAPACITY / 2);
    begin = clock.millis();
    tickAt = begin + tickMillis;
    for (int i = 0; i < count; i++) {
      AgentSpec spec =
          new AgentSpec(
              "a" + i,
              Set.of(ROUTE.name()),
              Map.of(),
              Set.of(),
              CONCURRENCY,
              null,
              null,
              null,
              Delivery.PULL);
      agents[i] = new AgentRecord(spec, 1, false, begin, begin);
      report(i, List.of(), begin);
    }
  }

  /** Offers a few tasks and returns how many were assigned. */
  public int round() {
    long now = clock.millis();
    while (order.size() > mostRunning - BATCH && !order.isEmpty()) {
      int agent = order.remove();
      running[agent]--;
      report(agent, List.of(), now);
    }
    List<Offered> offers = new ArrayList<>(BATCH);
    for (int i = 0; i < BATCH; i++) {
      TaskRef ref = new TaskRef(Long.toString(++tasks), ROUTE, Priority.NORMAL, 0, now, List.of());
      offers.add(new Offered(ref, Map.of()));
    }
    assignment.offered(offers, now);
    Actions actions = new Actions();
    assignment.assign(actions, now);
    int assigned = took(actions, now);
    signsOfLife(now);
    if (tickAt <= now) {
      tickAt = now + tickMillis;
      Actions more = new Actions();
      assignment.tick(more, now);
      assigned += took(more, now);
    }
    return assigned;
  }

  private int took(Actions actions, long now) {
    int assigned = 0;
    for (Map.Entry<AgentRecord, List<TaskRef>> given : actions.give().entrySet()) {
      int agent =
          Integer.parseInt(given.getKey().agentId(), 1, given.getKey().agentId().length(), 10);
      List<String> ids = given.getValue().stream().map(TaskRef::taskId).toList();
      running[agent] += ids.size();
      report(agent, ids, now);
      assignment.settled(ids, now);
      ids.forEach(id -> order.add(agent));
      assigned += ids.size();
    }
    return assigned;
  }

  private void signsOfLife(long now) {
    long due = (now - begin) * agents.length / SIGN_MILLIS;
    for (; signs < due; signs++) {
      report((int) (signs % agents.length), List.of(), now);
    }
  }

  private void report(int agent, List<String> accepted, long now) {
    int busy = running[agent];
    Room room =
        new Room(
            Status.ONLINE,
            CAPACITY - busy,
            Math.max(0, busy - CONCURRENCY),
            Math.min(busy, CONCURRENCY),
            CONCURRENCY,
            SERVICE_MILLIS);
    MailboxReport report =
        new MailboxReport(agents[agent].agentId(), 1, room, accepted, List.of(), List.of());
    assignment.reported(agents[agent], report, now);
  }
}
