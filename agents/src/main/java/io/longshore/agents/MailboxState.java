package io.longshore.agents;

import io.longshore.agents.Acquirers.Acquired;
import io.longshore.agents.HandOuts.Start;
import io.longshore.agents.Holdings.Doubted;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.MailboxProtocol.MailboxStatus;
import io.longshore.agents.Reports.Addressed;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.StartReply;
import io.longshore.agents.WorkSource.Status;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one agent's mailbox knows and decides, without actors or clocks.
 *
 * <p>Each message is told to it by one method; then {@link #settle} says all that follows. Times
 * are epoch milliseconds. It knows the leases of its own life, and those of an earlier one once
 * they are extended: before that, an agent may have more running than its concurrency.
 */
final class MailboxState {
  private final MailboxSettings settings;
  private final Gate gate;
  private final Session session;
  private final Reports reports;
  private final Holdings holdings = new Holdings();
  private final ServiceTime serviceTime = new ServiceTime();
  private final HandOuts handOuts;
  private final Attendance attendance;

  /** When to look again which leases to ask about. */
  private long doubtsAt;

  /**
   * What to do after a message.
   *
   * @param late leases that nobody waits for any more, to be given back untried
   * @param doubted leases to ask the ledger about
   */
  record Effects(
      List<Start> starts,
      List<Acquired> acquired,
      List<Addressed> reports,
      List<Lease> late,
      List<Doubted> doubted) {}

  /**
   * An empty mailbox.
   *
   * @param incarnation differs for every life of the mailbox
   * @param gate what agents depend on that work from inside the node
   */
  MailboxState(String agentId, long incarnation, MailboxSettings settings, Gate gate, long now) {
    this.settings = settings;
    this.gate = gate;
    this.session = new Session(settings, gate, now);
    this.reports = new Reports(agentId, incarnation, settings);
    this.handOuts = new HandOuts(holdings, reports, settings);
    this.attendance =
        new Attendance(settings.handPatience().toMillis(), settings.sessionTimeout().toMillis());
  }

  /**
   * Learns the agent's record, unless it knows a newer one or was told that it is gone. Whether it
   * did.
   */
  boolean know(AgentRecord record) {
    boolean news = session.know(record);
    if (news) {
      reports.follow(record.spec().capabilityNames());
    }
    return news;
  }

  /** The agent is no more: everything that has not started is given back. */
  void remove() {
    session.remove();
  }

  /** The node leaves the cluster: what has not started is given back and nothing more is taken. */
  void leave() {
    session.leave();
  }

  /**
   * The mailbox stops: what has not started is given back, and whoever waits is answered with the
   * leases that it has by now. What becomes of starts in flight, nobody hears any more.
   */
  Effects end(long now) {
    session.remove();
    Effects last = settle(now);
    List<Acquired> acquired = new ArrayList<>(last.acquired());
    acquired.addAll(handOuts.takeAll());
    return new Effects(last.starts(), acquired, last.reports(), last.late(), List.of());
  }

  /** A worker of the agent was heard. */
  void heard(long now) {
    session.heard(now);
    attendance.heard(now);
  }

  /**
   * A reader of the agent's messages was heard. False if nothing follows from that now: most read
   * again and again, and are known to be there.
   */
  boolean heardReader(AgentRecord record, long now) {
    boolean news = know(record);
    boolean away = status(now) != Status.ONLINE || !attendance.isBegun();
    heard(now);
    return news || away;
  }

  /** A coordinator wants these done. */
  void assign(List<TaskRef> refs, long now) {
    Status status = status(now);
    int refused = 0;
    for (TaskRef ref : refs) {
      if (holdings.contains(ref)) {
        reports.accepted(ref);
      } else if (status != Status.ONLINE) {
        reports.refused(ref, new Refusal(ref.taskId(), session.whyNot(status, now), null));
      } else if (isAbsent(now)) {
        reports.refused(ref, new Refusal(ref.taskId(), "no worker asks for work", null));
      } else if (holdings.size() < capacity(now) || holdings.isRunning(ref)) {
        holdings.add(ref);
        reports.accepted(ref);
      } else {
        refused++;
        reports.refused(ref, overloaded(ref, refused, now));
      }
    }
  }

  private Refusal overloaded(TaskRef ref, int refused, long now) {
    int held = holdings.size();
    int capacity = capacity(now);
    return new Refusal(
        ref.taskId(),
        "overloaded: holds %d of %d tasks".formatted(held, capacity),
        serviceTime.until(held + refused - capacity, concurrency(now)));
  }

  /** A coordinator wants these back if they have not started. */
  void takeBack(Route route, List<String> taskIds) {
    reports.owe(route);
    for (String taskId : taskIds) {
      TaskRef ref = holdings.takeBack(taskId, route);
      if (ref != null) {
        reports.returned(ref);
      }
    }
  }

  /** A coordinator wants to be reported to. */
  void enlist(Route route) {
    reports.enlist(route);
  }

  /**
   * A worker wants work. False if as many wait as may.
   *
   * @param acquirer a number not used before
   * @param deadline when it stops waiting for a first lease
   * @param leaseMillis 0 for what each task asks
   */
  boolean acquire(long acquirer, int max, long deadline, long leaseMillis, long now) {
    attendance.came(deadline > now, now);
    return handOuts.acquire(new Acquirer(acquirer, max, deadline, leaseMillis));
  }

  /** A worker waits no more; what is being started for it still is. */
  void hangUp(long acquirer) {
    handOuts.hangUp(acquirer);
  }

  /** The ledger has answered a start. If that was given up, its lease is given back. */
  void startAnswered(TaskRef ref, long acquirer, Answer<StartReply> answer, long now) {
    handOuts.startAnswered(ref, acquirer, answer, now);
  }

  /** The ledger says these leases are over. */
  void ended(List<EndedLease> leases, long now) {
    for (EndedLease lease : leases) {
      Holdings.Running run = holdings.ended(lease.taskId(), lease.leaseToken());
      if (run != null && lease.worked()) {
        serviceTime.took(now - run.startedAt());
        session.heard(now);
        attendance.expect(now);
      }
    }
  }

  /** The ledger says these leases last longer. */
  void extended(List<ExtendedLease> leases, long now) {
    session.heard(now);
    for (ExtendedLease lease : leases) {
      holdings.extended(lease.taskId(), lease.leaseToken(), lease.expiresAt(), now);
    }
  }

  /** All that follows from what was told and from the time that has passed. */
  Effects settle(long now) {
    if (holdings.dropLeases(now - settings.leaseGrace().toMillis())) {
      attendance.expect(now);
    }
    handOuts.giveUpStarts(now);
    session.was(status(now), now);
    if (status(now) != Status.ONLINE || isAbsent(now)) {
      holdings.takeBackAll().forEach(reports::returned);
    }
    List<Start> starts = handOuts.next(concurrency(now), now);
    List<Acquired> acquired = handOuts.takeDone(isClosing(), now);
    if (acquired.stream().anyMatch(over -> !over.hungUp())) {
      session.heard(now);
      attendance.expect(now);
    }
    List<Addressed> due = reports.take(room(now), isAlive(now), holdings.size() == 0, now);
    return new Effects(starts, acquired, due, handOuts.takeLate(), doubted(now));
  }

  private List<Doubted> doubted(long now) {
    if (now < doubtsAt) {
      return List.of();
    }
    doubtsAt = now + settings.reportInterval().toMillis();
    boolean wanted = holdings.queued() > 0 || !handOuts.isEmpty();
    return holdings.doubted(wanted && holdings.busy() >= concurrency(now), now);
  }

  /**
   * When to settle next even if nothing is told, epoch milliseconds; {@code Long.MAX_VALUE} for
   * never, as when the time to passivate is past and something else keeps the mailbox.
   */
  long nextDue(long now) {
    long due = session.passivateAt() > now ? session.passivateAt() : Long.MAX_VALUE;
    if (isAlive(now)) {
      due = reports.nextSign(now);
    } else if (isClosing() || !handOuts.isEmpty()) {
      due = now + settings.reportInterval().toMillis();
    }
    due = Math.min(due, Math.min(handOuts.nextDue(now), gate.nextChange(now)));
    if (mayBeAbsent(now) && attendance.expectedBy() > now) {
      due = Math.min(due, attendance.expectedBy());
    }
    return Math.max(now + 1, due);
  }

  /** Whether the mailbox can go without losing anything that matters. */
  boolean isIdle(long now) {
    return status(now) != Status.ONLINE
        && holdings.size() == 0
        && handOuts.isEmpty()
        && now >= session.passivateAt();
  }

  /** How many refs a worker would be handed at once if it asked. */
  int ready(long now) {
    return handOuts.ready(concurrency(now), now);
  }

  /** What it can take now. */
  Room room(long now) {
    Status status = status(now);
    boolean takes = status == Status.ONLINE && !isAbsent(now);
    int free = takes ? Math.max(0, capacity(now) - holdings.size()) : 0;
    return new Room(
        status, free, holdings.queued(), holdings.busy(), concurrency(now), serviceMillis(now));
  }

  /** What was measured, or how long the oldest task has taken already if that is much longer. */
  private long serviceMillis(long now) {
    long oldest = holdings.oldestRunning(now);
    boolean stuck = oldest > settings.reportInterval().toMillis();
    return stuck ? Math.max(oldest, serviceTime.millis()) : serviceTime.millis();
  }

  /**
   * How it is.
   *
   * @param messages how the agent's messages are
   */
  MailboxStatus status(String agentId, MessageStatus messages, long now) {
    Room room = room(now);
    int ahead = holdings.size() + 1 - room.concurrency();
    Long wait =
        room.status() == Status.ONLINE ? serviceTime.until(ahead, room.concurrency()) : null;
    return new MailboxStatus(agentId, room, session.heardAt(), wait, messages);
  }

  /** Whether the agent should finish what it has and leave. */
  boolean isClosing() {
    AgentRecord agent = session.agent();
    return agent == null || agent.draining();
  }

  /** The agent's record; null if it has none as far as is known. */
  @Nullable AgentRecord agent() {
    return session.agent();
  }

  /** Whether work would lie here although a hand is free, because nobody comes for it. */
  private boolean isAbsent(long now) {
    return mayBeAbsent(now) && now >= attendance.expectedBy();
  }

  private boolean mayBeAbsent(long now) {
    return session.pulls() && handOuts.isEmpty() && holdings.busy() < concurrency(now);
  }

  /** Whether coordinators expect signs of life. */
  private boolean isAlive(long now) {
    return status(now) == Status.ONLINE || holdings.size() > 0;
  }

  private Status status(long now) {
    return session.status(!handOuts.isEmpty(), now);
  }

  private int concurrency(long now) {
    AgentRecord agent = session.agent();
    return agent == null
        ? 0
        : gate.limit(agent, settings.concurrency(agent.spec().concurrency()), now);
  }

  private int capacity(long now) {
    return settings.capacity(concurrency(now));
  }
}
