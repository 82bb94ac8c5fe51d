package io.longshore.agents;

import io.longshore.agents.TaskRef.Priority;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something said to an agent: volatile, delivered at most once, and in order per sender, agent and
 * priority. Nobody may change the body: all who get the same message share it.
 *
 * @param sender who says it: senders share a full mailbox fairly, and the order of each is kept
 * @param priority how urgent; a more urgent one overtakes others, of the same sender too
 * @param body one JSON value as UTF-8
 * @param capability what its reader was chosen for, as the sender said it; null if not so
 * @param topic on which it was published; null if it was not
 * @param correlationId what the sender knows it by; null for nothing
 * @param sentAt when a node took it, epoch milliseconds
 */
public record Message(
    String sender,
    Priority priority,
    byte[] body,
    @Nullable String capability,
    @Nullable String topic,
    @Nullable String correlationId,
    long sentAt) {

  /** About what a message takes in memory beside its texts, bytes. */
  private static final int OVERHEAD = 128;

  public Message {
    Objects.requireNonNull(sender, "sender");
    Objects.requireNonNull(priority, "priority");
    Objects.requireNonNull(body, "body");
  }

  /** A message to be sent; who sends it says to whom. */
  public static Message of(
      String sender, Priority priority, byte[] body, @Nullable String correlationId, long sentAt) {
    return new Message(sender, priority, body, null, null, correlationId, sentAt);
  }

  /** The same, said to one agent of a capability. */
  Message forCapability(String wanted) {
    return new Message(sender, priority, body, wanted, null, correlationId, sentAt);
  }

  /** The same, said to all who have subscribed to a topic. */
  Message onTopic(String name) {
    return new Message(sender, priority, body, null, name, correlationId, sentAt);
  }

  /** What it counts against limits, bytes. */
  public int weight() {
    return OVERHEAD
        + body.length
        + sender.length()
        + length(capability)
        + length(topic)
        + length(correlationId);
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Message that
        && sender.equals(that.sender)
        && priority == that.priority
        && Arrays.equals(body, that.body)
        && Objects.equals(capability, that.capability)
        && Objects.equals(topic, that.topic)
        && Objects.equals(correlationId, that.correlationId)
        && sentAt == that.sentAt;
  }

  @Override
  public int hashCode() {
    return Objects.hash(sender, priority, Arrays.hashCode(body), correlationId, sentAt);
  }

  /** Without the body, which is nobody's business but its reader's. */
  @Override
  public String toString() {
    return "Message[from %s, %s, %d bytes]".formatted(sender, priority, body.length);
  }
}
