package io.longshore.coordinator;

import io.longshore.coordinator.LedgerState.KeyUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What becomes due in a partition by the time that passes: leases, deadlines, keys. */
final class LedgerDue {
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

  private void forgetKeys(LedgerState state, long now, int limit, List<LedgerEvent> events) {
    long usedBy = now - settings.keyRetention().toMillis();
    for (Map.Entry<String, KeyUse> key : state.keys().entrySet()) {
      if (events.size() >= limit || key.getValue().usedAt() > usedBy) {
        return;
      }
      events.add(new LedgerEvent.KeyForgotten(key.getKey(), now));
    }
  }
}
