package io.longshore.agents;

import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Whether an agent is there: what is registered of it and when it was last heard. */
final class Session {
  private final long timeout;
  private final long passivation;
  private final Predicate<String> handlers;
  private @Nullable AgentRecord agent;
  private @Nullable AgentRecord removed;
  private @Nullable Long heardAt;
  private long lastOnlineAt;

  /**
   * An agent nothing is known of.
   *
   * @param handlers which handlers the node has
   */
  Session(MailboxSettings settings, Predicate<String> handlers, long now) {
    this.timeout = settings.sessionTimeout().toMillis();
    this.passivation = settings.passivationTimeout().toMillis();
    this.handlers = handlers;
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
    if (agent.draining()) {
      return Status.DRAINING;
    }
    String handler = agent.spec().delivery().handler();
    boolean online =
        handler != null
            ? handlers.test(handler)
            : acquiring || (heardAt != null && now - heardAt < timeout);
    return online ? Status.ONLINE : Status.OFFLINE;
  }

  /** Why the agent does not take work, for people. */
  String whyNot(Status status) {
    if (agent == null) {
      return "offline: not registered";
    }
    if (status == Status.DRAINING) {
      return "draining";
    }
    String handler = agent.spec().delivery().handler();
    return handler == null
        ? "offline: no worker was heard for %d s".formatted(timeout / 1_000)
        : "offline: the node has no handler " + handler;
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
