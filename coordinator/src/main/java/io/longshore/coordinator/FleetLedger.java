package io.longshore.coordinator;

import io.longshore.agents.Lease;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.StartReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The ledger of a simulated fleet: what is left of the real one without partitions, journal and
 * payloads, in arrays, because there are tens of millions of tasks. It starts a waiting task for
 * one agent at a time, fences by attempt, and has a task wait again when its lease runs out; unlike
 * the real one it never gives a task up.
 */
final class FleetLedger {
  private static final int FIRST_ID = 1_000_000_000;
  private static final byte WAITING = 1;
  private static final byte WORKING = 2;
  private static final byte DONE = 3;
  private static final byte[] NOTHING = new byte[0];
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  private final FleetSimulation fleet;
  private final byte[] state;
  private final short[] route;
  private final short[] attempt;
  private final int[] holder;
  private final int[] serviceMillis;

  /** Milliseconds since the fleet began, as {@link #expiresAt}. */
  private final int[] arrivedAt;

  private final int[] expiresAt;
  private int submitted;
  private int done;
  private long startedAgain;
  private long fingerprint;

  FleetLedger(FleetSimulation fleet, int tasks) {
    this.fleet = fleet;
    state = new byte[tasks];
    route = new short[tasks];
    attempt = new short[tasks];
    holder = new int[tasks];
    serviceMillis = new int[tasks];
    arrivedAt = new int[tasks];
    expiresAt = new int[tasks];
  }

  /** Ids of one length sort like their numbers. */
  private static String id(int task) {
    return Integer.toString(FIRST_ID + task);
  }

  /** The task of an id. */
  static int task(String taskId) {
    return Integer.parseInt(taskId) - FIRST_ID;
  }

  /** The next task arrives. */
  void submit(int itsRoute, int itsServiceMillis) {
    int task = submitted++;
    state[task] = WAITING;
    route[task] = (short) itsRoute;
    serviceMillis[task] = itsServiceMillis;
    arrivedAt[task] = fleet.elapsed();
    fleet.route(itsRoute).waiting(id(task), 0);
  }

  /** How a task looks to its coordinator. */
  TaskRef ref(String taskId) {
    int task = task(taskId);
    return new TaskRef(
        taskId,
        fleet.route(route[task]).route(),
        Priority.NORMAL,
        0,
        fleet.start() + arrivedAt[task],
        List.of());
  }

  /** A mailbox asks to start a task; the answer may be lost on its way, and the lease with it. */
  void start(TaskRef ref, FleetAgent agent, long acquirer) {
    int task = task(ref.taskId());
    StartReply reply = new StartReply.NotStartable(ref.taskId(), "not waiting");
    boolean starts = state[task] == WAITING;
    if (starts) {
      state[task] = WORKING;
      attempt[task]++;
      holder[task] = agent.index();
      expiresAt[task] = fleet.elapsed() + fleet.settings().leaseMillis();
      fleet.route(route[task]).settled(ref.taskId());
      note(task);
      reply = new StartReply.Started(lease(ref, task));
    }
    StartReply answer = reply;
    if (!fleet.send(() -> agent.startAnswered(ref, acquirer, answer)) && starts) {
      orphaned(task, attempt[task]);
    }
  }

  private Lease lease(TaskRef ref, int task) {
    return new Lease(
        ref.taskId(),
        Short.toString(attempt[task]),
        attempt[task],
        fleet.start() + expiresAt[task],
        ref.route(),
        NOTHING,
        ref.priority(),
        0,
        Map.of(),
        null,
        null,
        List.of());
  }

  private void note(int task) {
    if (attempt[task] == 1) {
      fleet.waited(task, fleet.elapsed() - arrivedAt[task]);
    } else {
      startedAgain++;
    }
    fingerprint = fingerprint * 31 + task;
    fingerprint = fingerprint * 31 + holder[task];
    fingerprint = fingerprint * 31 + fleet.elapsed();
  }

  /** A worker has done a task; of no effect if its lease is not the latest. */
  void complete(int task, int itsAttempt, FleetAgent agent) {
    if (holds(task, itsAttempt)) {
      state[task] = DONE;
      done++;
      fleet.completed(task, fleet.elapsed() - arrivedAt[task]);
      ended(task, agent, true);
    }
  }

  /** A worker goes on working on a task. */
  void extend(int task, int itsAttempt, FleetAgent agent) {
    if (holds(task, itsAttempt)) {
      expiresAt[task] = fleet.elapsed() + fleet.settings().leaseMillis();
      ExtendedLease lease =
          new ExtendedLease(
              id(task), Integer.toString(itsAttempt), fleet.start() + expiresAt[task]);
      fleet.send(() -> agent.extended(lease));
    }
  }

  /** Nobody works on a task any more, though nobody says so: its lease will run out. */
  void orphaned(int task, int itsAttempt) {
    fleet.time().after((long) expiresAt[task] - fleet.elapsed(), () -> expire(task, itsAttempt));
  }

  private void expire(int task, int itsAttempt) {
    if (holds(task, itsAttempt) && expiresAt[task] <= fleet.elapsed()) {
      state[task] = WAITING;
      FleetAgent agent = fleet.agent(holder[task]);
      ended(task, agent, false);
      fleet.route(route[task]).lostLease(agent.agentId());
      String taskId = id(task);
      fleet
          .route(route[task])
          .waiting(taskId, fleet.time().now() + BACKOFF.delayMillis(taskId, itsAttempt));
    }
  }

  private void ended(int task, FleetAgent agent, boolean worked) {
    EndedLease lease = new EndedLease(id(task), Short.toString(attempt[task]), worked);
    fleet.send(() -> agent.ended(lease));
  }

  private boolean holds(int task, int itsAttempt) {
    return state[task] == WORKING && attempt[task] == itsAttempt;
  }

  int serviceMillis(int task) {
    return serviceMillis[task];
  }

  int submitted() {
    return submitted;
  }

  int done() {
    return done;
  }

  long startedAgain() {
    return startedAgain;
  }

  long fingerprint() {
    return fingerprint;
  }
}
