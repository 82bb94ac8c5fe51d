package io.longshore.coordinator;

import io.longshore.agents.MailboxProtocol.EndedLease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Leases that are over and of which their agents' mailboxes are still to be told. Told twice of
 * one, a mailbox takes no notice.
 */
final class EndedLeases {
  /** Most leases in one message, which must fit a frame. */
  static final int MAX_TOLD = 1_000;

  private final Map<String, List<EndedLease>> byAgent = new HashMap<>();

  /** The last lease on this task is over; nothing if it never had one. */
  void add(Task task) {
    String agentId = task.agentId;
    String token = task.leaseToken;
    if (agentId != null && token != null) {
      boolean worked = task.state == TaskState.COMPLETED;
      byAgent
          .computeIfAbsent(agentId, id -> new ArrayList<>())
          .add(new EndedLease(task.taskId, token, worked));
    }
  }

  /** Tells each agent's mailbox of its own, in as many messages as it takes, and forgets them. */
  void tell(BiConsumer<String, List<EndedLease>> mailbox) {
    byAgent.forEach(
        (agentId, leases) -> {
          for (int from = 0; from < leases.size(); from += MAX_TOLD) {
            int to = Math.min(from + MAX_TOLD, leases.size());
            mailbox.accept(agentId, List.copyOf(leases.subList(from, to)));
          }
        });
    byAgent.clear();
  }
}
