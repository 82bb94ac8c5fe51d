package io.longshore.coordinator;

import io.longshore.coordinator.LedgerState.KeyUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What becomes due in a partition by the time that passes: leases, deadlines, keys. */
final class LedgerDue {
  /** No clock is set back by so much unless it was wrong before. */
  private static final long DAY_MILLIS = 86_400_000;

  /** More that a wrong clock has used one after the other stay until their time comes. */
  private static final int MOST_AHEAD = 1_000;

  private final LedgerSettings settings;
  private final LeaseLogic leases;

  LedgerDue(LedgerSettings settings, LeaseLogic leases) {
    this.settings = settings;
    this.leases = leases;
  }

  /**
   * Leases that ran out while the ledger was away last as long again: nobody could extend them, and
   * their agents may still be at work.
   */
  List<LedgerEvent> opened(LedgerState state, long now) {
    List<LedgerEvent> events = new ArrayList<>();
    for (Task task : state.due(now, Integer.MAX_VALUE)) {
      long deadline = task.spec.deadlineAt();
      boolean late = deadline != 0 && deadline <= now;
      if (task.state == TaskState.WORKING && task.cancelAt == 0 && !late) {
        long lease = task.expiresAt - task.updatedAt;
        events.add(new LedgerEvent.Extended(task.taskId, lease, now + lease, null, now));
      }
    }
    return events;
  }

  /** At most {@code limit} events, each about another task or key; changes nothing. */
  List<LedgerEvent> due(LedgerState state, long now, int limit) {
    List<LedgerEvent> events = new ArrayList<>();
    for (Task task : state.due(now, limit)) {
      events.add(due(task, now));
    }
    forgetKeys(state, now, limit, events);
    return events;
  }

  private LedgerEvent due(Task task, long now) {
    long deadline = task.spec.deadlineAt();
    return deadline != 0 && deadline <= now
        ? new LedgerEvent.Failed(
            task.taskId, false, "deadline-exceeded", "no result in time", false, now)
        : leases.expired(task, now);
  }

  /**
   * Forgets the first of those that were used long enough ago. One that was used far ahead of now,
   * by a clock that was wrong, is forgotten too: it would keep all behind it until its time comes.
   * Not if it may be the clock of now that is wrong.
   */
  private void forgetKeys(LedgerState state, long now, int limit, List<LedgerEvent> events) {
    long retention = settings.keyRetention().toMillis();
    long latest = now + Math.max(retention, DAY_MILLIS);
    for (Map.Entry<String, KeyUse> key : state.keys().entrySet()) {
      long usedAt = key.getValue().usedAt();
      boolean over = usedAt <= now - retention || (usedAt > latest && wasUsedBefore(latest, state));
      if (events.size() >= limit || !over) {
        return;
      }
      events.add(new LedgerEvent.KeyForgotten(key.getKey(), now));
    }
  }

  /** Whether one of the first keys was: then the clock was right before or after them. */
  private static boolean wasUsedBefore(long latest, LedgerState state) {
    return state.keys().values().stream().limit(MOST_AHEAD).anyMatch(use -> use.usedAt() <= latest);
  }
}
