package io.longshore.agents;

import io.longshore.agents.Acquirers.Acquired;
import io.longshore.agents.HandOuts.Start;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxState.Effects;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.agents.WorkSource.StartReply.NotStartable;
import io.longshore.agents.WorkSource.StartReply.Started;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells a mailbox's state things as its actor would, and keeps what follows. */
final class MailboxDriver {
  static final long INCARNATION = 7;

  final MailboxState state;
  final List<Start> starts = new ArrayList<>();
  final Map<Long, List<Lease>> answers = new LinkedHashMap<>();

  /** Leases to be given back. */
  final List<Lease> late = new ArrayList<>();

  long now = 1_000_000;
  final TestGate gate = new TestGate();
  private final List<Reports.Addressed> unread = new ArrayList<>();
  private long lastAcquirer;

  /** The node has the handler echo, and webhooks work unless the test says otherwise. */
  static final class TestGate implements Gate {
    @Nullable String obstacle;
    int limit = Integer.MAX_VALUE;
    long nextChange = Long.MAX_VALUE;

    @Override
    public @Nullable String obstacle(AgentRecord agent, long now) {
      String handler = agent.spec().delivery().handler();
      return handler == null || handler.equals("echo")
          ? obstacle
          : "the node has no handler " + handler;
    }

    @Override
    public int limit(AgentRecord agent, int concurrency, long now) {
      return Math.min(limit, concurrency);
    }

    @Override
    public long nextChange(long now) {
      return nextChange;
    }
  }

  MailboxDriver(MailboxSettings settings, AgentRecord agent) {
    state = new MailboxState("alice", INCARNATION, settings, gate, now);
    state.know(agent);
  }

  /** An online agent of this concurrency with the shipped settings. */
  static MailboxDriver online(int concurrency) {
    MailboxDriver driver = new MailboxDriver(Given.settings(), Given.agent(concurrency));
    driver.heartbeat();
    driver.reports();
    return driver;
  }

  void heartbeat() {
    state.heard(now);
    settle();
  }

  void know(AgentRecord agent) {
    state.know(agent);
    settle();
  }

  void assign(TaskRef... refs) {
    assign(List.of(refs));
  }

  void assign(List<TaskRef> refs) {
    state.assign(refs, now);
    settle();
  }

  void takeBack(Route route, String... taskIds) {
    state.takeBack(route, List.of(taskIds));
    settle();
  }

  /** The acquirer's number. */
  long acquire(int max, long waitMillis) {
    long number = ++lastAcquirer;
    state.heard(now);
    if (!state.acquire(number, max, now + waitMillis, 0, now)) {
      throw new IllegalStateException("too many wait");
    }
    settle();
    return number;
  }

  void pass(long millis) {
    now += millis;
    settle();
  }

  void settle() {
    Effects effects = state.settle(now);
    starts.addAll(effects.starts());
    for (Acquired acquired : effects.acquired()) {
      answers.put(acquired.number(), acquired.leases());
    }
    unread.addAll(effects.reports());
    late.addAll(effects.late());
  }

  /** The ledger starts it: the lease token is the task's id with a dash. */
  void started(Start start) {
    Lease lease = Given.lease(start.ref(), start.ref().taskId() + "-", now + Given.LEASE);
    answered(start, new Answer.Replied<>(new Started(lease)));
  }

  void notStartable(Start start) {
    answered(start, new Answer.Replied<>(new NotStartable(start.ref().taskId(), "canceled")));
  }

  void overloaded(Start start, Duration retryAfter) {
    answered(start, new Answer.Overloaded<>(retryAfter));
  }

  void indeterminate(Start start) {
    answered(start, new Answer.Indeterminate<>(Duration.ZERO));
  }

  private void answered(Start start, Answer<StartReply> answer) {
    state.startAnswered(start.ref(), start.acquirer(), answer, now);
    settle();
  }

  /** The agent takes its next {@code count} tasks and has them started. */
  List<Lease> work(int count) {
    int before = starts.size();
    long number = acquire(count, 0);
    List.copyOf(starts.subList(before, starts.size())).forEach(this::started);
    return Objects.requireNonNull(answers.get(number), "not answered");
  }

  void ended(Lease lease, boolean worked) {
    state.ended(List.of(new EndedLease(lease.taskId(), lease.leaseToken(), worked)), now);
    settle();
  }

  /** Task ids of all starts asked for so far. */
  List<String> startedIds() {
    return starts.stream().map(start -> start.ref().taskId()).toList();
  }

  /** Reports since the last time, with their routes. */
  List<Reports.Addressed> addressed() {
    List<Reports.Addressed> all = List.copyOf(unread);
    unread.clear();
    return all;
  }

  /** Reports since the last time. */
  List<MailboxReport> reports() {
    return addressed().stream().map(Reports.Addressed::report).toList();
  }

  /** The one report since the last time. */
  MailboxReport report() {
    List<MailboxReport> all = reports();
    if (all.size() != 1) {
      throw new AssertionError("one report expected, not " + all);
    }
    return all.get(0);
  }
}
