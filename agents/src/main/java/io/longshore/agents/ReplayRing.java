package io.longshore.agents;

import io.longshore.agents.SenderQueues.Waiting;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that were handed out last and to which reader, so that whoever resumes gets again
 * what was lost on the way. Bounded in count, bytes and age; the oldest go first. Times are epoch
 * milliseconds.
 */
final class ReplayRing {
  private final MessageSettings.Replay settings;
  private final MailboxCounters counters;
  private final Deque<Handed> handed = new ArrayDeque<>(2);
  private long bytes;

  /** Who was handed the last message; it means nothing before the first. */
  private long lastReader;

  /** From this message on nobody else was handed any; 0 before the first. */
  private long onlySince;

  /** A message, and the reader whom it was handed to or who has taken that one's place. */
  static final class Handed {
    final ReceivedMessage message;
    final int weight;
    final long at;
    long reader;

    private Handed(ReceivedMessage message, int weight, long at, long reader) {
      this.message = message;
      this.weight = weight;
      this.at = at;
      this.reader = reader;
    }

    long sequence() {
      return message.id().sequence();
    }
  }

  ReplayRing(MessageSettings.Replay settings, MailboxCounters counters) {
    this.settings = settings;
    this.counters = counters;
  }

  /** Remembers a message, if it is not too large, and in any case who was handed it. */
  void add(ReceivedMessage message, Waiting waiting, long reader, long now) {
    if (onlySince == 0 || reader != lastReader) {
      lastReader = reader;
      onlySince = message.id().sequence();
    }
    int weight = waiting.weight();
    while (!handed.isEmpty()
        && (handed.size() >= settings.count()
            || bytes + weight > settings.bytes()
            || full(weight))) {
      forget();
    }
    if (settings.count() > 0 && weight <= settings.bytes() && !full(weight)) {
      handed.add(new Handed(message, weight, now, reader));
      bytes += weight;
      counters.remember(weight);
    }
  }

  private boolean full(int weight) {
    return counters.replayBytes() + weight > settings.nodeBytes();
  }

  private void forget() {
    Handed first = handed.remove();
    bytes -= first.weight;
    counters.remember(-first.weight);
  }

  /** Forgets what was handed out at or before {@code then}. */
  void expire(long then) {
    for (Handed first = handed.peek(); first != null && first.at <= then; first = handed.peek()) {
      forget();
    }
  }

  void clear() {
    while (!handed.isEmpty()) {
      forget();
    }
  }

  boolean isEmpty() {
    return handed.isEmpty();
  }

  /** When the oldest was handed out; {@code Long.MAX_VALUE} if there is none. */
  long oldest() {
    Handed first = handed.peek();
    return first == null ? Long.MAX_VALUE : first.at;
  }

  /** The message of this number; null if it is forgotten. Quick for the newest. */
  @Nullable Handed find(long sequence) {
    for (Iterator<Handed> newest = handed.descendingIterator(); newest.hasNext(); ) {
      Handed each = newest.next();
      if (each.sequence() <= sequence) {
        return each.sequence() == sequence ? each : null;
      }
    }
    return null;
  }

  /** What was handed to this reader after a message, in order. */
  List<ReceivedMessage> after(long sequence, long reader) {
    ArrayDeque<ReceivedMessage> after = new ArrayDeque<>(2);
    for (Iterator<Handed> newest = handed.descendingIterator(); newest.hasNext(); ) {
      Handed each = newest.next();
      if (each.sequence() <= sequence) {
        break;
      }
      if (each.reader == reader) {
        after.addFirst(each.message);
      }
    }
    return List.copyOf(after);
  }

  /**
   * Who was handed a message that is forgotten, and all since; null if nobody knows. That whatever
   * is remembered was handed to one reader says nothing of what came before.
   */
  @Nullable Long onlyReaderSince(long sequence) {
    return onlySince > 0 && sequence >= onlySince ? (Long) lastReader : null;
  }

  /** What one reader was handed from a message on counts as another's from now on. */
  void pass(long sequence, long from, long to) {
    for (Handed each : handed) {
      if (each.sequence() >= sequence && each.reader == from) {
        each.reader = to;
      }
    }
    if (from == lastReader) {
      lastReader = to;
      onlySince = Math.max(onlySince, sequence);
    }
  }
}
