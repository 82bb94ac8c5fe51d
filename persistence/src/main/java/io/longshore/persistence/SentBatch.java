package io.longshore.persistence;

import io.longshore.persistence.PartitionLane.Ask;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A batch on its way: who waits for it, and what has been answered so far. */
final class SentBatch {
  private final long number;
  private final List<Ask> asks = new ArrayList<>();
  private final List<PartitionCommand<?>> commands = new ArrayList<>();
  private final long sentAt;
  private List<Object> replies = List.of();
  private long askedAt;
  private boolean doubted;

  private SentBatch(long number, long now) {
    this.number = number;
    this.sentAt = now;
    this.askedAt = now;
  }

  /** As many of those that wait as a batch may have, one at least. */
  static SentBatch take(long number, Deque<Ask> waiting, PartitionsSettings settings, long now) {
    SentBatch batch = new SentBatch(number, now);
    long bytes = 0;
    while (!waiting.isEmpty()) {
      Ask next = waiting.element();
      int count = batch.commands.size() + next.commands().size();
      bytes += next.weight();
      if (!batch.asks.isEmpty()
          && (count > settings.maxBatch() || bytes > settings.maxBatchBytes())) {
        break;
      }
      batch.commands.addAll(next.commands());
      batch.asks.add(waiting.remove());
    }
    return batch;
  }

  /** It was never delivered: those who wait for it are the next again. */
  void putBack(Deque<Ask> waiting) {
    for (int i = asks.size() - 1; i >= 0; i--) {
      waiting.addFirst(asks.get(i));
    }
  }

  long number() {
    return number;
  }

  List<Ask> asks() {
    return asks;
  }

  List<PartitionCommand<?>> commands() {
    return commands;
  }

  /** When it was sent, in nanoseconds. */
  long sentAt() {
    return sentAt;
  }

  /** When its partition was last asked whether it is awake, or else when it was sent. */
  long askedAt() {
    return askedAt;
  }

  /** Its answer takes long, and its partition is asked whether it is awake. */
  void doubt(long now) {
    doubted = true;
    askedAt = now;
  }

  boolean isDoubted() {
    return doubted;
  }

  /**
   * Takes its answer, or what follows of an answer that comes in parts.
   *
   * @return false if it cannot be: nothing is known of the batch
   */
  boolean take(List<Object> part) {
    if (part.isEmpty() || replies.size() + part.size() > commands.size()) {
      return false;
    }
    List<Object> all = replies.isEmpty() ? part : new ArrayList<>(replies);
    if (!replies.isEmpty()) {
      all.addAll(part);
    }
    replies = all;
    return true;
  }

  /** Whether there is a reply to each command. A part that is lost leaves it open for ever. */
  boolean isAnswered() {
    return replies.size() == commands.size();
  }

  /** Gives everybody his replies. */
  void answer() {
    int from = 0;
    for (Ask ask : asks) {
      int to = from + ask.commands().size();
      ask.answer().accept(new Answer.Replied<>(replies.subList(from, to)));
      from = to;
    }
  }
}
