package io.longshore.agents;

import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Delivery;
import org.jspecify.annotations.Nullable;

/** Whether an agent is there: what is registered of it and when it was last heard. */
final class Session {
  private final long timeout;
  private final long passivation;
  private final Gate gate;
  private @Nullable AgentRecord agent;
  private @Nullable AgentRecord removed;
  private @Nullable Long heardAt;
  private long lastOnlineAt;
  private boolean leaving;

  /**
   * An agent nothing is known of.
   *
   * @param gate what agents depend on that work from inside the node
   */
  Session(MailboxSettings settings, Gate gate, long now) {
    this.timeout = settings.sessionTimeout().toMillis();
    this.passivation = settings.passivationTimeout().toMillis();
    this.gate = gate;
    this.lastOnlineAt = now;
  }

  /** The agent's record; null if it has none as far as is known. */
  @Nullable AgentRecord agent() {
    return agent;
  }

  /** Learns a record. False if it is older than what is known, or of a removed registration. */
  boolean know(AgentRecord record) {
    boolean stale = agent != null && record.revision() <= agent.revision();
    boolean gone =
        removed != null
            && (record.registeredAt() == removed.registeredAt()
                || record.revision() <= removed.revision());
    if (stale || gone) {
      return false;
    }
    agent = record;
    return true;
  }

  /** The record is gone; only a new registration brings the agent back. */
  void remove() {
    if (agent != null) {
      removed = agent;
      agent = null;
    } else if (removed == null) {
      lastOnlineAt = 0; // nothing is to be remembered, so that the mailbox may go
    }
  }

  void heard(long now) {
    heardAt = now;
  }

  @Nullable Long heardAt() {
    return heardAt;
  }

  /** Whether the agent takes work; {@code acquiring} if one of its workers waits for some. */
  Status status(boolean acquiring, long now) {
    if (agent == null) {
      return Status.OFFLINE;
    }
    if (agent.draining() || leaving) {
      return Status.DRAINING;
    }
    boolean online =
        pulls(agent)
            ? acquiring || (heardAt != null && now - heardAt < timeout)
            : gate.obstacle(agent, now) == null;
    return online ? Status.ONLINE : Status.OFFLINE;
  }

  /** Why the agent does not take work, for people. */
  String whyNot(Status status, long now) {
    if (agent == null) {
      return "offline: not registered";
    }
    if (status == Status.DRAINING) {
      return agent.draining() ? "draining" : "draining: its node leaves the cluster";
    }
    return "offline: "
        + (pulls(agent)
            ? "no worker was heard for %d s".formatted(timeout / 1_000)
            : gate.obstacle(agent, now));
  }

  /** Whether workers outside the node come for the agent's work. */
  boolean pulls() {
    return agent != null && pulls(agent);
  }

  private static boolean pulls(AgentRecord agent) {
    return agent.spec().delivery().kind() == Delivery.Kind.PULL;
  }

  /** The mailbox's node is about to leave: no more work here. */
  void leave() {
    leaving = true;
  }

  /** Takes note of the status it had at this time. */
  void was(Status status, long now) {
    if (status == Status.ONLINE) {
      lastOnlineAt = now;
    }
  }

  /** When the mailbox of an agent that stays away may go, epoch milliseconds. */
  long passivateAt() {
    return Math.max(lastOnlineAt, heardAt == null ? 0 : heardAt) + passivation;
  }
}
