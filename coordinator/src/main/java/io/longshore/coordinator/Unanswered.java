package io.longshore.coordinator;

import io.longshore.coordinator.Candidate.Placed;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Assignments to send again: those that the mailbox has not answered, or may have lost since. To
 * have a task twice is harmless to it.
 */
final class Unanswered {
  private final long resendMillis;

  /** Out of date if the task is placed otherwise by then, or was sent again meanwhile. */
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));

  private record Due(long at, Placed placed) {}

  Unanswered(long resendMillis) {
    this.resendMillis = resendMillis;
  }

  /** It has just been sent. */
  void sent(Placed placed) {
    due.add(new Due(placed.sentAt + resendMillis, placed));
  }

  /** The ledger still offers it: does the mailbox really have it? */
  void doubt(Placed placed) {
    placed.doubted = true;
    sent(placed);
  }

  /** Sends again what is due. */
  void resend(Actions actions, long now) {
    while (!due.isEmpty() && due.element().at() <= now) {
      Placed placed = due.remove().placed();
      boolean open = placed.task.placed == placed && (!placed.answered || placed.doubted);
      if (open && placed.sentAt + resendMillis <= now) {
        placed.sentAt = now;
        placed.doubted = false;
        sent(placed);
        actions.give(placed.at.agent, placed.task.ref);
      }
    }
  }
}
