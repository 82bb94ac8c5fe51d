package io.longshore.agents;

import org.jspecify.annotations.Nullable;

/**
 * What came of messages, by number. Each message counts once for every agent it was meant for.
 *
 * @param accepted are in a mailbox
 * @param refused are not, and the sender may try again after {@code retryAfterMillis}
 * @param dropped are not, since the overflow policy says to drop what is newest
 * @param unknown may be in a mailbox or not: it did not answer in time
 * @param why the first refusal's reason; null if none was refused
 * @param retryAfterMillis when room is expected for those refused; 0 if none was
 */
public record Sent(
    int accepted,
    int refused,
    int dropped,
    int unknown,
    @Nullable Reason why,
    long retryAfterMillis) {

  /** Nothing was sent, since nobody was there to get it. */
  public static final Sent NOTHING = new Sent(0, 0, 0, 0, null, 0);

  /** Why a message was refused. */
  public enum Reason {
    /** The mailbox holds as many messages of this priority, or as many bytes, as it may. */
    MAILBOX_FULL,
    /** The mailbox is more than half full, and this sender has its share of it. */
    SENDER_SHARE,
    /** The node of the mailbox holds as many bytes of messages as it may. */
    NODE_FULL,
    /** The mailbox has more to do than it may keep, or its node is about to leave. */
    BUSY,
    /** As many messages of this node are on their way as may be. */
    IN_FLIGHT,
    /** No agent of the capability reads its messages, as far as this node knows. */
    NOBODY_READS
  }

  static Sent accepted(int count) {
    return new Sent(count, 0, 0, 0, null, 0);
  }

  static Sent refused(int count, Reason why, long retryAfterMillis) {
    return new Sent(0, count, 0, 0, why, retryAfterMillis);
  }

  static Sent unknown(int count) {
    return new Sent(0, 0, 0, count, null, 0);
  }

  /** Both together: the first reason, and the longer wait. */
  Sent plus(Sent more) {
    return new Sent(
        accepted + more.accepted,
        refused + more.refused,
        dropped + more.dropped,
        unknown + more.unknown,
        why == null ? more.why : why,
        Math.max(retryAfterMillis, more.retryAfterMillis));
  }
}
