package io.longshore.agents;

/**
 * How an agent's messages are; counts are those of this life of its mailbox.
 *
 * @param waiting messages that wait for a reader
 * @param bytes what they count against limits
 * @param capacity most of normal priority that may wait now; adapts between floor and ceiling
 * @param readers that wait for messages
 * @param accepted taken into the mailbox
 * @param delivered handed to readers, without those handed out again
 * @param refused not taken
 * @param dropped by the overflow policy, before they were taken or after
 * @param expired dropped since nobody came for them in time
 * @param drainPerSecond how many readers take per second, a moving average
 */
public record MessageStatus(
    int waiting,
    long bytes,
    int capacity,
    int readers,
    long accepted,
    long delivered,
    long refused,
    long dropped,
    long expired,
    double drainPerSecond) {

  /** Nothing was ever sent or asked for. */
  static final MessageStatus NONE = new MessageStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
