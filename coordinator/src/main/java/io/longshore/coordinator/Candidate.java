package io.longshore.coordinator;

import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.coordinator.AgentIndex.Tag;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.AgentSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An agent as a coordinator sees it: its record, its room, and what was given to it. */
final class Candidate {
  AgentRecord agent;
  final long incarnation;
  Room room;
  long heardAt;

  /** Given and not known to be settled, in order. */
  final Map<String, Placed> placed = new LinkedHashMap<>();

  /** How many tasks that are asked back from others are to come here. */
  int coming;

  /** How many of its tasks are asked back to move since its mailbox has last spoken. */
  int asked;

  /** Grows with every task given to anybody; the time of the last one given to this agent. */
  long turn;

  /** Null as long as it has a clean one. */
  @Nullable Standing standing;

  private int unanswered;

  /** Given and begun since its mailbox has last spoken, which has not told that it has them. */
  private int begunUnheard;

  /** When its load was last seen to change, or it was idle. */
  private long changedAt;

  // What it is indexed under, to be changed by Candidates alone.

  List<Tag> tags = List.of();
  @Nullable AgentSpec taggedFor;
  boolean indexed;
  boolean full;

  /** When a task given now would be done, in milliseconds. */
  double completion;

  /** The same, worse for a bad record. */
  double estimate;

  double rank;
  double indexedLoad;
  long indexedTurn;

  Candidate(AgentRecord agent, long incarnation, Room room, long now) {
    this.agent = agent;
    this.incarnation = incarnation;
    this.room = room;
    this.heardAt = now;
    this.changedAt = now;
  }

  /** A task given to an agent. */
  static final class Placed {
    final WaitingTask task;
    final Candidate at;
    long sentAt;
    boolean answered;

    /** The ledger still offers it: does the mailbox really have it? */
    boolean doubted;

    /** When it was asked back because the agent takes no work, epoch milliseconds; 0 for never. */
    long askedAt;

    /** Where it would go if it were given back; null if it is not to move. */
    @Nullable Candidate movingTo;

    String moveReason = "";

    Placed(WaitingTask task, Candidate at, long now) {
      this.task = task;
      this.at = at;
      this.sentAt = now;
    }

    /** It is on no way to another any more. */
    void stay() {
      if (movingTo != null) {
        movingTo.coming--;
        movingTo = null;
      }
    }
  }

  /** It can be found by what its record says now. */
  void tag() {
    if (!agent.spec().equals(taggedFor)) {
      taggedFor = agent.spec();
      tags = AgentIndex.tags(agent.spec());
    }
  }

  /** Its mailbox has spoken. */
  void heard(AgentRecord newer, Room now, long at) {
    if (now.free() != room.free() || now.queued() + now.running() == 0) {
      changedAt = at;
    }
    agent = newer;
    room = now;
    begunUnheard = 0;
    heardAt = at;
  }

  Placed give(WaitingTask task, long now) {
    Placed given = new Placed(task, this, now);
    placed.put(task.ref.taskId(), given);
    task.placed = given;
    unanswered++;
    return given;
  }

  /** The mailbox has it. */
  void answered(Placed given) {
    if (!given.answered) {
      given.answered = true;
      unanswered--;
    }
  }

  /**
   * The ledger says that it waits no more. That may be known here before its mailbox has told that
   * it has it: until then it takes room.
   */
  void settled(Placed given) {
    begunUnheard += given.answered ? 0 : 1;
    drop(given);
  }

  /** It is not given to this agent any more. */
  void drop(Placed given) {
    placed.remove(given.task.ref.taskId());
    given.task.placed = null;
    given.stay();
    answered(given);
  }

  /** A task of it has started or ended. */
  void moved(long now) {
    changedAt = now;
  }

  /** Whether it takes work at all. */
  boolean takesWork() {
    return room.status() == Status.ONLINE && !agent.draining();
  }

  /** Why its mailbox gives a task back that nobody has asked for, for people. */
  String whyReturned() {
    return switch (agent.draining() ? Status.DRAINING : room.status()) {
      case ONLINE -> "no worker came for it";
      case OFFLINE -> "the agent went offline";
      case DRAINING -> "the agent is draining";
    };
  }

  /** How many more tasks the mailbox will take, as far as is known here. */
  int free() {
    return takesWork() ? room.free() - unanswered - begunUnheard : 0;
  }

  int concurrency() {
    return Math.max(1, room.concurrency());
  }

  /**
   * How long a task takes it: as measured, or as long as nothing has changed with it although it
   * has work, because then those that run have taken that long already.
   *
   * @param assumed for one that has not shown it yet, in milliseconds
   */
  long serviceMillis(long assumed, long now) {
    long shown = room.serviceMillis() > 0 ? room.serviceMillis() : assumed;
    return room.queued() + room.running() > 0 ? Math.max(shown, now - changedAt) : shown;
  }

  /** Tasks ahead of one that would be given now. */
  int ahead() {
    return room.queued() + room.running() + unanswered + begunUnheard;
  }

  /** Tasks ahead of one that would be given now for each that runs at once. */
  double load() {
    return ahead() / (double) concurrency();
  }

  /** Tasks ahead of the {@code k}-th given; those of other routes are taken to be mixed in. */
  double aheadOf(int k) {
    int known = placed.size() - unanswered;
    int others = Math.max(0, room.queued() - known);
    int begun = Math.max(0, known - room.queued());
    return room.running() + Math.max(0, k - begun) + others * (k + 1.0) / (placed.size() + 1);
  }

  /**
   * When a task with {@code ahead} others before it would be done, in milliseconds: it waits until
   * so many of those have ended that a slot is free, at a rate of concurrency ÷ service time, and
   * then takes a whole service time. Decision 11 has the source.
   */
  double completionMillis(double ahead, long assumed, long now) {
    double toEnd = Math.max(0, ahead - concurrency() + 1);
    return serviceMillis(assumed, now) * (1 + toEnd / concurrency());
  }

  /** The part of the time until a task given now is done that it waits, 0 to 1. */
  double waitingShare() {
    double waiting = Math.max(0, ahead() - concurrency() + 1) / (double) concurrency();
    return waiting / (1 + waiting);
  }

  /**
   * When a task given after {@code more} others would be done, in milliseconds, worse for a bad
   * record.
   */
  double estimate(int more, long assumed, long now) {
    double worse = standing == null ? 0 : standing.penalty(now);
    return completionMillis(ahead() + more, assumed, now) * (1 + worse);
  }

  /** When a task given now would be done and why, for people. */
  String expected(long assumed, long now) {
    return "done in about "
        + seconds(completionMillis(ahead(), assumed, now))
        + " s: "
        + ahead()
        + " ahead, "
        + (room.serviceMillis() > 0 ? "measured " : "assumed ")
        + seconds((double) serviceMillis(assumed, now))
        + " s each, "
        + room.concurrency()
        + " at once";
  }

  /** For people, to a tenth; String.format would cost more than the whole assignment. */
  static String seconds(double millis) {
    long tenths = Math.round(millis / 100);
    return tenths / 10 + "." + tenths % 10;
  }
}
