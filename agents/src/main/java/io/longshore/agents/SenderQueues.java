package io.longshore.agents;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages of one priority: the senders take turns, and the messages of each stay in order. */
final class SenderQueues {
  /** In the order of their turns; none is empty. */
  private final Map<String, Deque<Waiting>> bySender = new LinkedHashMap<>();

  private int size;

  /** A message that waits, since when, in epoch milliseconds, and what it counts. */
  record Waiting(Message message, long receivedAt, int weight) {
    String sender() {
      return message.sender();
    }
  }

  int size() {
    return size;
  }

  /** How many senders have something here. */
  int senders() {
    return bySender.size();
  }

  /** How many messages of this sender wait. */
  int held(String sender) {
    Deque<Waiting> queue = bySender.get(sender);
    return queue == null ? 0 : queue.size();
  }

  void add(Waiting waiting) {
    bySender.computeIfAbsent(waiting.sender(), sender -> new ArrayDeque<>(2)).add(waiting);
    size++;
  }

  /** The message that is next; null if there is none. */
  @Nullable Waiting peek() {
    return size == 0 ? null : bySender.values().iterator().next().peek();
  }

  /** Takes out the message that is next; its sender's turn comes again after all others. */
  @Nullable Waiting poll() {
    Iterator<Map.Entry<String, Deque<Waiting>>> turns = bySender.entrySet().iterator();
    if (!turns.hasNext()) {
      return null;
    }
    Map.Entry<String, Deque<Waiting>> next = turns.next();
    Deque<Waiting> queue = next.getValue();
    Waiting first = queue.poll();
    size--;
    if (queue.isEmpty()) {
      turns.remove();
    } else if (bySender.size() > 1) {
      turns.remove();
      bySender.put(next.getKey(), queue);
    }
    return first;
  }

  /** Takes out this sender's oldest; null if it has none. */
  @Nullable Waiting pollOf(String sender) {
    Deque<Waiting> queue = bySender.get(sender);
    if (queue == null) {
      return null;
    }
    Waiting first = queue.poll();
    size--;
    if (queue.isEmpty()) {
      bySender.remove(sender);
    }
    return first;
  }

  /** Takes out all that came at or before {@code then}, and tells of each. */
  void expire(long then, Consumer<Waiting> expired) {
    bySender
        .values()
        .removeIf(
            queue -> {
              for (Waiting first = queue.peek();
                  first != null && first.receivedAt <= then;
                  first = queue.peek()) {
                queue.remove();
                size--;
                expired.accept(first);
              }
              return queue.isEmpty();
            });
  }

  /** When the oldest came; {@code Long.MAX_VALUE} if there is none. */
  long oldest() {
    long oldest = Long.MAX_VALUE;
    for (Deque<Waiting> queue : bySender.values()) {
      oldest = Math.min(oldest, queue.element().receivedAt);
    }
    return oldest;
  }
}
