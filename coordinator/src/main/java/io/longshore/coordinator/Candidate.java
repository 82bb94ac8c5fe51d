package io.longshore.coordinator;

import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An agent as a coordinator sees it: its record, its room, and what was given to it. */
final class Candidate {
  private static final double REFUSAL = 0.5;
  AgentRecord agent;
  final long incarnation;
  Room room;
  long heardAt;

  /** Given and not known to be settled, in order. */
  final Map<String, Placed> placed = new LinkedHashMap<>();

  private int unanswered;
  private double penalty;
  private long penaltyAt;

  /** The score it is indexed under; meaningless while it is not in the index. */
  double score;

  Candidate(AgentRecord agent, long incarnation, Room room, long now) {
    this.agent = agent;
    this.incarnation = incarnation;
    this.room = room;
    this.heardAt = now;
    this.penaltyAt = now;
  }

  /** A task given to an agent. */
  static final class Placed {
    final WaitingTask task;
    long sentAt;
    boolean answered;

    /** The ledger still offers it: does the mailbox really have it? */
    boolean doubted;

    /** Where it would go if it were given back; null if nobody has asked. */
    @Nullable Candidate movingTo;

    String moveReason = "";

    Placed(WaitingTask task, long now) {
      this.task = task;
      this.sentAt = now;
    }
  }

  void give(WaitingTask task, long now) {
    placed.put(task.ref.taskId(), new Placed(task, now));
    unanswered++;
  }

  /** The mailbox has it. */
  void answered(Placed given) {
    if (!given.answered) {
      given.answered = true;
      unanswered--;
    }
  }

  /** It is not given to this agent any more. */
  void drop(Placed given) {
    placed.remove(given.task.ref.taskId());
    answered(given);
  }

  /** How many more tasks the mailbox will take, as far as is known here. */
  int free() {
    return agent.draining() || room.status() != Status.ONLINE ? 0 : room.free() - unanswered;
  }

  long serviceMillis(long assumed) {
    return room.serviceMillis() > 0 ? room.serviceMillis() : assumed;
  }

  /** Tasks ahead of one that would be given now. */
  int ahead() {
    return room.queued() + room.running() + unanswered;
  }

  /** Tasks ahead of the {@code k}-th given; those of other routes are taken to be mixed in. */
  double aheadOf(int k) {
    int known = placed.size() - unanswered;
    int others = Math.max(0, room.queued() - known);
    int begun = Math.max(0, known - room.queued());
    return room.running() + Math.max(0, k - begun) + others * (k + 1.0) / (placed.size() + 1);
  }

  /** When a task given now would be done and why, for people. */
  String expected(long assumed) {
    return String.format(
        Locale.ROOT,
        "done in about %.1f s: %d ahead, %s %.1f s each, %d at once",
        completionMillis(ahead(), assumed) / 1000,
        ahead(),
        room.serviceMillis() > 0 ? "measured" : "assumed",
        serviceMillis(assumed) / 1000.0,
        room.concurrency());
  }

  /**
   * When a task given after {@code more} others would be done, in milliseconds, worse for a bad
   * record.
   */
  double estimate(int more, long assumed, long halfLifeMillis, long now) {
    decay(halfLifeMillis, now);
    return completionMillis(ahead() + more, assumed) * (1 + penalty);
  }

  /** When a task with {@code ahead} others before it would be done, in milliseconds. */
  double completionMillis(double ahead, long assumed) {
    return (ahead + 1) * serviceMillis(assumed) / room.concurrency();
  }

  void refused(long halfLifeMillis, long now) {
    decay(halfLifeMillis, now);
    penalty += REFUSAL;
  }

  private void decay(long halfLifeMillis, long now) {
    penalty *= Math.pow(0.5, Math.max(0, now - penaltyAt) / (double) halfLifeMillis);
    penaltyAt = now;
  }
}
