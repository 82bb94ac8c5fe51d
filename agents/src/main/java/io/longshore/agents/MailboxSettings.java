package io.longshore.agents;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The limits of agents' mailboxes; {@code reference.conf} says what each one costs.
 *
 * @param role nodes with this role hold the mailboxes
 * @param shards how many shards mailboxes are spread over; never changes once a cluster has run
 * @param commandCapacity most messages that wait to be handled by one mailbox
 * @param maxConcurrency most tasks one agent has running, whatever it registered
 * @param prefetchPerSlot how many tasks a mailbox takes ahead per task that may run
 * @param maxPrefetch most tasks a mailbox takes ahead
 * @param maxWaiting most acquires of one agent that wait at once
 * @param maxWait longest wait of one acquire
 * @param maxEnlisted most routes beyond its record that one mailbox reports to
 * @param sessionTimeout silence after which an agent is offline
 * @param passivationTimeout how long an idle mailbox is kept after its agent has left
 * @param handPatience how long refs wait for a worker that has a free hand and does not ask
 * @param reportInterval time between reports to a coordinator when nothing changes
 * @param startTimeout how long the ledger's answer to a start is waited for
 * @param leaseGrace time after a lease's end during which the ledger's word of it is waited for
 * @param askTimeout how long a mailbox's answer is waited for, beyond the wait it was asked for
 * @param messages the limits of messages
 * @param workers the limits of those who work from inside the node
 * @param maxAcquiredBytes most bytes of the inputs that one acquire is answered with
 */
public record MailboxSettings(
    String role,
    int shards,
    int commandCapacity,
    int maxConcurrency,
    int prefetchPerSlot,
    int maxPrefetch,
    int maxWaiting,
    Duration maxWait,
    int maxEnlisted,
    Duration sessionTimeout,
    Duration passivationTimeout,
    Duration handPatience,
    Duration reportInterval,
    Duration startTimeout,
    Duration leaseGrace,
    Duration askTimeout,
    MessageSettings messages,
    WorkerSettings workers,
    int maxAcquiredBytes) {

  private static final String NAMESPACE = "longshore.agents";

  /**
   * Checks every limit.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   */
  public MailboxSettings {
    if (role.isBlank()) {
      throw new IllegalArgumentException(NAMESPACE + ".role must name a role of the nodes");
    }
    atLeast(1, shards, "shards");
    atLeast(1, commandCapacity, "command-capacity");
    atLeast(1, maxConcurrency, "max-concurrency");
    atLeast(0, prefetchPerSlot, "prefetch-per-slot");
    atLeast(0, maxPrefetch, "max-prefetch");
    atLeast(1, maxWaiting, "max-waiting");
    atLeast(1, maxEnlisted, "max-enlisted");
    positive(maxWait, "max-wait");
    positive(sessionTimeout, "session-timeout");
    positive(passivationTimeout, "passivation-timeout");
    positive(handPatience, "hand-patience");
    positive(reportInterval, "report-interval");
    positive(startTimeout, "start-timeout");
    positive(leaseGrace, "lease-grace");
    positive(askTimeout, "ask-timeout");
    atLeast(1, maxAcquiredBytes, "max-acquired-bytes");
  }

  /**
   * The settings under {@code longshore.agents} of an application's configuration.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   * @throws com.typesafe.config.ConfigException if one is missing or not of its type
   */
  public static MailboxSettings from(Config application) {
    Config config = application.getConfig(NAMESPACE);
    return new MailboxSettings(
        config.getString("role"),
        config.getInt("shards"),
        config.getInt("command-capacity"),
        config.getInt("max-concurrency"),
        config.getInt("prefetch-per-slot"),
        config.getInt("max-prefetch"),
        config.getInt("max-waiting"),
        config.getDuration("max-wait"),
        config.getInt("max-enlisted"),
        config.getDuration("session-timeout"),
        config.getDuration("passivation-timeout"),
        config.getDuration("hand-patience"),
        config.getDuration("report-interval"),
        config.getDuration("start-timeout"),
        config.getDuration("lease-grace"),
        config.getDuration("ask-timeout"),
        MessageSettings.from(application),
        WorkerSettings.from(application),
        Math.toIntExact(config.getBytes("max-acquired-bytes")));
  }

  /** How many tasks of an agent with this concurrency run at once. */
  int concurrency(int registered) {
    return Math.min(registered, maxConcurrency);
  }

  /** How many tasks a mailbox with this many running at once holds, those included. */
  int capacity(int concurrency) {
    return (int) (concurrency + Math.min((long) concurrency * prefetchPerSlot, maxPrefetch));
  }

  private static void atLeast(int least, int value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s.%s must be at least %d, not %d".formatted(NAMESPACE, name, least, value));
    }
  }

  private static void positive(Duration value, String name) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException(
          "%s.%s must be at least 1 ms, not %s".formatted(NAMESPACE, name, value));
    }
  }
}
