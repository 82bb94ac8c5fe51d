package io.longshore.loadtest;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.registry.AgentRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Ten tasks for three agents that hold 15 tasks, none and 5, again and again. The first is full,
 * but its coordinator has not heard of it yet, as when another coordinator was quicker: so it
 * assigns tasks to it, they are refused, and have to go elsewhere.
 */
final class CoordinationRounds {
  static final int TASKS = 10;
  private static final String CAPABILITY = "coordination";
  private static final Route ROUTE = Route.capability(CAPABILITY);

  /** Whose tasks fill the agents beforehand; nobody listens to its reports. */
  private static final Route OTHER = Route.capability("coordination-other");

  private static final int CONCURRENCY = 5;
  private static final int ROOM = 15;
  private static final int[] QUEUES = {15, 0, 5};
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final Clock clock = Clock.systemUTC();
  private final CoordinationNode node;
  private final List<String> agents;
  private final Map<String, Integer> free = new ConcurrentHashMap<>();
  private volatile @Nullable Round round;
  private long count;

  /** Nanoseconds. */
  final Histogram discovering = histogram();

  /** From the offer to the acceptance of the last task that nobody refused. */
  final Histogram assigning = histogram();

  /** From a refusal to the acceptance elsewhere, the slowest task of each round. */
  final Histogram moving = histogram();

  /** From the look into the directory until the last of the ten is accepted. */
  final Histogram total = histogram();

  private long refusals;

  /** One round's times, nanoseconds. */
  private static final class Round {
    final Map<String, Long> refusedAt = new ConcurrentHashMap<>();
    final Map<String, Long> acceptedAt = new ConcurrentHashMap<>();
    final Map<String, String> acceptedBy = new ConcurrentHashMap<>();
    final CountDownLatch open = new CountDownLatch(TASKS);
  }

  CoordinationRounds(CoordinationNode node) throws InterruptedException {
    this.node = node;
    node.listen(this::reported);
    agents = node.hire(CAPABILITY, QUEUES.length, CONCURRENCY);
  }

  private static Histogram histogram() {
    return new Histogram(PATIENCE.toNanos(), 3);
  }

  /** Plays rounds for so long. */
  void run(Duration length) throws InterruptedException {
    discovering.reset();
    assigning.reset();
    moving.reset();
    total.reset();
    refusals = 0;
    long until = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < until) {
      play();
    }
  }

  /** Refused tasks a round. */
  double refusalsEach() {
    return refusals / (double) Math.max(1, total.getTotalCount());
  }

  private void play() throws InterruptedException {
    long number = ++count;
    List<List<String>> fillers = fill(number);
    Round playing = new Round();
    round = playing;
    List<TaskRef> refs = refs("t" + number, ROUTE, TASKS);
    long from = System.nanoTime();
    Collection<AgentRecord> found = List.copyOf(node.directory().withCapability(CAPABILITY));
    long offered = System.nanoTime();
    node.coordinators().offer(ROUTE, refs);
    if (!playing.open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "Tasks were not accepted within " + PATIENCE + ": " + playing.open.getCount());
    }
    if (found.size() != QUEUES.length) {
      throw new IllegalStateException("The directory knows " + found.size() + " agents");
    }
    note(playing, from, offered);
    tidy(refs, playing, fillers);
  }

  private List<List<String>> fill(long number) {
    List<List<String>> fillers = new ArrayList<>();
    for (int i = 0; i < QUEUES.length; i++) {
      List<TaskRef> refs = refs("f" + number + "-" + i, OTHER, QUEUES[i]);
      if (!refs.isEmpty()) {
        node.mailboxes().assign(node.agent(agents.get(i)), refs);
      }
      fillers.add(refs.stream().map(TaskRef::taskId).toList());
    }
    for (int i = 0; i < QUEUES.length; i++) {
      awaitFree(i, ROOM - QUEUES[i]);
    }
    return fillers;
  }

  private List<TaskRef> refs(String prefix, Route route, int count) {
    List<TaskRef> refs = new ArrayList<>();
    long now = clock.millis();
    for (int i = 0; i < count; i++) {
      refs.add(new TaskRef(prefix + "-" + i, route, Priority.NORMAL, 0, now, List.of()));
    }
    return refs;
  }

  /** What waits so briefly is best awaited by looking often. */
  private void awaitFree(int agent, int wanted) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (free.getOrDefault(agents.get(agent), ROOM) != wanted) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            agents.get(agent) + " has room for " + free + ", not for " + wanted);
      }
      LockSupport.parkNanos(20_000);
    }
  }

  private void note(Round played, long from, long offered) {
    long lastAssigned = offered;
    long slowestMove = 0;
    long last = from;
    for (Map.Entry<String, Long> accepted : played.acceptedAt.entrySet()) {
      Long refusedAt = played.refusedAt.get(accepted.getKey());
      last = Math.max(last, accepted.getValue());
      if (refusedAt == null) {
        lastAssigned = Math.max(lastAssigned, accepted.getValue());
      } else {
        slowestMove = Math.max(slowestMove, accepted.getValue() - refusedAt);
      }
    }
    discovering.recordValue(offered - from);
    assigning.recordValue(lastAssigned - offered);
    if (slowestMove > 0) {
      moving.recordValue(slowestMove);
    }
    total.recordValue(last - from);
    refusals += played.refusedAt.size();
  }

  private void tidy(List<TaskRef> refs, Round played, List<List<String>> fillers) {
    node.coordinators().settled(ROUTE, refs.stream().map(TaskRef::taskId).toList());
    for (int i = 0; i < agents.size(); i++) {
      String agent = agents.get(i);
      List<String> its =
          refs.stream()
              .map(TaskRef::taskId)
              .filter(id -> agent.equals(played.acceptedBy.get(id)))
              .toList();
      node.mailboxes().takeBack(agent, ROUTE, its);
      node.mailboxes().takeBack(agent, OTHER, fillers.get(i));
    }
    for (int i = 0; i < agents.size(); i++) {
      awaitFree(i, ROOM);
    }
  }

  private void reported(Route route, MailboxReport report) {
    if (!route.equals(ROUTE)) {
      return;
    }
    long now = System.nanoTime();
    Round playing = round;
    if (playing != null) {
      for (Refusal refusal : report.refused()) {
        playing.refusedAt.put(refusal.taskId(), now);
      }
      for (String taskId : report.accepted()) {
        playing.acceptedBy.put(taskId, report.agentId());
        if (playing.acceptedAt.put(taskId, now) == null) {
          playing.open.countDown();
        }
      }
    }
    // The first one's fill is not heard of; its refusals tell.
    boolean full = report.agentId().equals(CAPABILITY + "-0") && report.room().free() == 0;
    if (!full || !report.refused().isEmpty()) {
      node.coordinators().reported(route, report);
    }
    free.put(report.agentId(), report.room().free());
  }
}
