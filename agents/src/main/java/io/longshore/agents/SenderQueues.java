package io.longshore.agents;

import io.longshore.agents.TaskRef.Priority;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages of one priority: the senders take turns, and the messages of each stay in order. */
final class SenderQueues {
  /** Which of a sender's queues are here. */
  private final int rank;

  /** In the order of their turns; none is empty. */
  private final Deque<Queue> turns = new ArrayDeque<>();

  private int size;

  /**
   * Without messages.
   *
   * @param rank of the priority, 0 for the most urgent
   */
  SenderQueues(int rank) {
    this.rank = rank;
  }

  /** Who has messages in a mailbox, of whatever priority, or is about to. */
  static final class Sender {
    final String id;

    /** What its messages count together; 0 if it has none. */
    long bytes;

    private final @Nullable Queue[] byRank = new @Nullable Queue[Priority.values().length];

    Sender(String id) {
      this.id = id;
    }
  }

  /** A sender's messages of one priority. */
  private static final class Queue {
    private final Deque<Waiting> messages = new ArrayDeque<>(2);
  }

  /** A message that waits, since when, in epoch milliseconds, and what it counts. */
  record Waiting(Message message, Sender sender, long receivedAt, int weight) {}

  int size() {
    return size;
  }

  /** How many senders have something here. */
  int senders() {
    return turns.size();
  }

  /** How many messages of this sender wait. */
  int held(Sender sender) {
    Queue queue = sender.byRank[rank];
    return queue == null ? 0 : queue.messages.size();
  }

  void add(Waiting waiting) {
    Queue queue = waiting.sender.byRank[rank];
    if (queue == null) {
      queue = new Queue();
      waiting.sender.byRank[rank] = queue;
    }
    if (queue.messages.isEmpty()) {
      turns.add(queue);
    }
    queue.messages.add(waiting);
    size++;
  }

  /** The message that is next; null if there is none. */
  @Nullable Waiting peek() {
    Queue next = turns.peek();
    return next == null ? null : next.messages.peek();
  }

  /** Takes out the message that is next; its sender's turn comes again after all others. */
  @Nullable Waiting poll() {
    Queue next = turns.poll();
    if (next == null) {
      return null;
    }
    Waiting first = next.messages.poll();
    size--;
    if (!next.messages.isEmpty()) {
      turns.add(next);
    }
    return first;
  }

  /** Takes out this sender's oldest; null if it has none. */
  @Nullable Waiting pollOf(Sender sender) {
    Queue queue = sender.byRank[rank];
    Waiting first = queue == null ? null : queue.messages.poll();
    if (queue == null || first == null) {
      return null;
    }
    size--;
    if (queue.messages.isEmpty()) {
      turns.remove(queue);
    }
    return first;
  }

  /** Takes out all that came at or before {@code then}, and tells of each. */
  void expire(long then, Consumer<Waiting> expired) {
    turns.removeIf(
        queue -> {
          Deque<Waiting> messages = queue.messages;
          for (Waiting first = messages.peek();
              first != null && first.receivedAt <= then;
              first = messages.peek()) {
            messages.remove();
            size--;
            expired.accept(first);
          }
          return messages.isEmpty();
        });
  }

  /** When the oldest came; {@code Long.MAX_VALUE} if there is none. */
  long oldest() {
    long oldest = Long.MAX_VALUE;
    for (Queue queue : turns) {
      oldest = Math.min(oldest, queue.messages.element().receivedAt);
    }
    return oldest;
  }
}
