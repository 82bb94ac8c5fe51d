package io.longshore.agents;

import com.typesafe.config.Config;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.persistence.HeapShare;
import java.time.Duration;
import java.util.Map;

/**
 * The limits of messages; {@code reference.conf} says what each one costs.
 *
 * @param capacity most messages of each priority that one mailbox holds while its readers are slow
 *     to come; the floor of what it adapts
 * @param growth how many times that it may hold at most
 * @param maxBytes most bytes of messages that one mailbox holds
 * @param nodeBytes most bytes of messages that wait in one node's mailboxes
 * @param overflow what a full mailbox does
 * @param starvationLimit how many more urgent messages go before one that waits, at most
 * @param timeToLive how long a message waits for a reader
 * @param retryWithoutReader when a sender is told to come back if nobody reads
 * @param maxReceive most messages in one answer to a reader
 * @param maxReceiveBytes most bytes of messages in one answer, or one message
 * @param replay what is kept for readers who resume
 * @param lane what is on its way to mailboxes
 * @param fanOut how many subscribers one publication talks to at once
 * @param tries how many agents of a capability are tried for one message
 */
public record MessageSettings(
    Map<Priority, Integer> capacity,
    int growth,
    long maxBytes,
    long nodeBytes,
    Overflow overflow,
    int starvationLimit,
    Duration timeToLive,
    Duration retryWithoutReader,
    int maxReceive,
    long maxReceiveBytes,
    Replay replay,
    Lane lane,
    int fanOut,
    int tries) {

  private static final String NAMESPACE = "longshore.agents.messages";

  /** What a full mailbox does with one more message. */
  public enum Overflow {
    /** Says no to it. */
    REFUSE,
    /** Drops the sender's oldest of the same priority, or else the oldest of whoever is next. */
    DROP_OLDEST,
    /** Drops it. */
    DROP_NEWEST
  }

  /**
   * What is kept of messages handed out, for readers who resume.
   *
   * @param count most of one mailbox
   * @param bytes most of one mailbox
   * @param timeToLive for so long at most
   * @param nodeBytes most of one node's mailboxes
   */
  public record Replay(int count, long bytes, Duration timeToLive, long nodeBytes) {
    public Replay {
      atLeast(0, count, "replay.count");
      atLeast(0, bytes, "replay.bytes");
      positive(timeToLive, "replay.time-to-live");
      atLeast(0, nodeBytes, "replay.node-bytes");
    }
  }

  /**
   * What is on its way from one node to mailboxes.
   *
   * @param maxBatch most messages in one batch, or what was sent to one agent at once
   * @param maxBatchBytes most bytes of them
   * @param maxInFlight most messages under way
   * @param maxInFlightBytes most bytes of them
   * @param replyTimeout how long the answer to a batch is waited for
   */
  public record Lane(
      int maxBatch,
      long maxBatchBytes,
      int maxInFlight,
      long maxInFlightBytes,
      Duration replyTimeout) {
    public Lane {
      atLeast(1, maxBatch, "lane.max-batch");
      atLeast(1, maxBatchBytes, "lane.max-batch-bytes");
      atLeast(1, maxInFlight, "lane.max-in-flight");
      atLeast(1, maxInFlightBytes, "lane.max-in-flight-bytes");
      positive(replyTimeout, "lane.reply-timeout");
    }
  }

  /**
   * Checks every limit.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   */
  public MessageSettings {
    capacity = Map.copyOf(capacity);
    for (Priority priority : Priority.values()) {
      atLeast(1, capacity.getOrDefault(priority, 0), "capacity." + name(priority));
    }
    atLeast(1, growth, "growth");
    atLeast(1, maxBytes, "max-bytes");
    atLeast(1, nodeBytes, "node-bytes");
    atLeast(1, starvationLimit, "starvation-limit");
    positive(timeToLive, "time-to-live");
    positive(retryWithoutReader, "retry-without-reader");
    atLeast(1, maxReceive, "max-receive");
    atLeast(1, maxReceiveBytes, "max-receive-bytes");
    atLeast(1, fanOut, "fan-out");
    atLeast(1, tries, "tries");
  }

  /**
   * The settings under {@code longshore.agents.messages} of an application's configuration.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   * @throws com.typesafe.config.ConfigException if one is missing or not of its type
   */
  public static MessageSettings from(Config application) {
    Config config = application.getConfig(NAMESPACE);
    return new MessageSettings(
        Map.of(
            Priority.HIGH, config.getInt("capacity.high"),
            Priority.NORMAL, config.getInt("capacity.normal"),
            Priority.LOW, config.getInt("capacity.low")),
        config.getInt("growth"),
        config.getBytes("max-bytes"),
        HeapShare.bytes(config, "node-bytes", 8, 128L << 20),
        overflow(config.getString("overflow")),
        config.getInt("starvation-limit"),
        config.getDuration("time-to-live"),
        config.getDuration("retry-without-reader"),
        config.getInt("max-receive"),
        config.getBytes("max-receive-bytes"),
        new Replay(
            config.getInt("replay.count"),
            config.getBytes("replay.bytes"),
            config.getDuration("replay.time-to-live"),
            HeapShare.bytes(config, "replay.node-bytes", 16, 64L << 20)),
        new Lane(
            config.getInt("lane.max-batch"),
            config.getBytes("lane.max-batch-bytes"),
            config.getInt("lane.max-in-flight"),
            config.getBytes("lane.max-in-flight-bytes"),
            config.getDuration("lane.reply-timeout")),
        config.getInt("fan-out"),
        config.getInt("tries"));
  }

  /** The least that one mailbox holds of this priority before it is full. */
  int floor(Priority priority) {
    return capacity.getOrDefault(priority, 0);
  }

  /** The most that one mailbox holds of this priority before it is full. */
  int ceiling(Priority priority) {
    return (int) Math.min(Integer.MAX_VALUE / 2, (long) floor(priority) * growth);
  }

  private static Overflow overflow(String text) {
    return switch (text) {
      case "refuse" -> Overflow.REFUSE;
      case "drop-oldest" -> Overflow.DROP_OLDEST;
      case "drop-newest" -> Overflow.DROP_NEWEST;
      default ->
          throw new IllegalArgumentException(
              "%s.overflow must be refuse, drop-oldest or drop-newest, not %s"
                  .formatted(NAMESPACE, text));
    };
  }

  private static String name(Priority priority) {
    return switch (priority) {
      case HIGH -> "high";
      case NORMAL -> "normal";
      case LOW -> "low";
    };
  }

  private static void atLeast(long least, long value, String name) {
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
