package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.ReplayRing.Handed;
import io.longshore.agents.SenderQueues.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the messages that leave a mailbox, and says to readers who resume what comes again and
 * what is gone. Times are epoch milliseconds.
 */
final class MessageReplay {
  private final long incarnation;
  private final ReplayRing ring;
  private long last;
  private long droppedBefore;

  /**
   * What a reader is given that says where it was.
   *
   * @param replaced whether another one has taken its place: it gets nothing
   * @param from whose place it takes, or itself
   * @param gap what is gone; null if nothing
   * @param messages what comes again, before all else
   */
  record Resumed(
      boolean replaced, long from, @Nullable MessageGap gap, List<ReceivedMessage> messages) {
    static final Resumed NOTHING = new Resumed(false, 0, null, List.of());
  }

  MessageReplay(long incarnation, MessageSettings.Replay settings, MailboxCounters counters) {
    this.incarnation = incarnation;
    this.ring = new ReplayRing(settings, counters);
  }

  private MessageId id(long sequence) {
    return new MessageId(incarnation, sequence);
  }

  /**
   * Numbers messages that a reader is handed, and remembers them.
   *
   * @param gap what the reader has missed before; null if nothing
   * @param dropped how many the mailbox has dropped in its life
   */
  Received hand(List<Waiting> next, long reader, @Nullable MessageGap gap, long dropped, long now) {
    long missed = dropped - droppedBefore;
    if (next.isEmpty()) {
      return new Received(gap, List.of());
    }
    MessageGap before = gap;
    if (missed > 0) {
      MessageId previous = last == 0 ? null : id(last);
      last += missed;
      droppedBefore = dropped;
      before = plus(gap, new MessageGap(previous, id(last + 1), missed));
    } else if (gap != null) {
      before = new MessageGap(gap.after(), id(last + 1), gap.missed());
    }
    List<ReceivedMessage> messages = new ArrayList<>(next.size());
    for (Waiting waiting : next) {
      last++;
      ReceivedMessage message =
          new ReceivedMessage(id(last), waiting.receivedAt(), waiting.message());
      ring.add(message, waiting, reader, now);
      messages.add(message);
    }
    return new Received(before, messages);
  }

  private static MessageGap plus(@Nullable MessageGap first, MessageGap second) {
    if (first == null) {
      return second;
    }
    Long some = first.missed();
    Long more = second.missed();
    return new MessageGap(
        first.after(), second.before(), some == null || more == null ? null : some + more);
  }

  /** A reader that has had nothing yet asks, maybe once more: what it was handed comes again. */
  Resumed begin(long reader) {
    return new Resumed(false, reader, null, ring.after(0, reader));
  }

  /**
   * A reader says which message it had last. Handed out again is what was handed, after that one,
   * to it or to the reader whose place it takes. Where that is not known any more, because the
   * message is forgotten, it is still clear if nobody else was handed anything since.
   *
   * @param resumes whether it takes another's place
   */
  Resumed resume(MessageId after, long reader, boolean resumes) {
    if (after.incarnation() != incarnation || after.sequence() > last) {
      List<ReceivedMessage> again = ring.after(0, reader);
      MessageId before = again.isEmpty() ? null : again.get(0).id();
      return new Resumed(false, reader, new MessageGap(after, before, null), again);
    }
    Handed had = ring.find(after.sequence());
    Long from = had != null ? (Long) had.reader : ring.onlyReaderSince(after.sequence());
    if (from != null && from != reader && !resumes) {
      return new Resumed(true, reader, null, List.of());
    }
    if (from != null && resumes) {
      ring.pass(after.sequence(), from, reader);
    }
    List<ReceivedMessage> again = ring.after(after.sequence(), reader);
    // What was handed to others meanwhile is nothing that a reader who only goes on has missed.
    boolean missed = had == null && (from != null || resumes);
    return new Resumed(
        false, from == null ? reader : from, missed ? gap(after, again) : null, again);
  }

  private @Nullable MessageGap gap(MessageId after, List<ReceivedMessage> next) {
    MessageId before = next.isEmpty() ? null : next.get(0).id();
    long missed = (before == null ? last : before.sequence() - 1) - after.sequence();
    return missed > 0 ? new MessageGap(after, before, missed) : null;
  }

  /** Forgets what was handed out at or before {@code then}. */
  void expire(long then) {
    ring.expire(then);
  }

  void clear() {
    ring.clear();
  }

  boolean isEmpty() {
    return ring.isEmpty();
  }

  /** When the oldest that is remembered was handed out. */
  long oldest() {
    return ring.oldest();
  }
}
