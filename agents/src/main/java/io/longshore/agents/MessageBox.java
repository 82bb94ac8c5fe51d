package io.longshore.agents;

import io.longshore.agents.SenderQueues.Sender;
import io.longshore.agents.SenderQueues.Waiting;
import io.longshore.agents.TaskRef.Priority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for an agent's readers: three priorities, each bounded in number, and
 * together in bytes. Urgent ones go first, but none waits for ever behind them. No sender can keep
 * others out: {@link #obstacle} says how. Without actors or clocks; times are epoch milliseconds.
 *
 * <p>How many may wait adapts: arrival rate × service time + 10, where the service time is how long
 * no reader comes. By Little's law that many arrive meanwhile (J. Little, "A proof for the queuing
 * formula L = λW", 1961), so a mailbox with regular readers refuses what they could not take on
 * their next visit anyhow, and no more than that. It stays between floor and ceiling.
 */
final class MessageBox {
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private static final int HEADROOM = 10;

  /** So much of the capacity, one part in this, is kept on top for senders with little waiting. */
  static final int RESERVE = 8;

  private final MessageSettings settings;
  private final MailboxCounters counters;
  private final ReaderPace pace;
  private final SenderQueues[] queues = new SenderQueues[PRIORITIES.size()];
  private final Rate[] arrivals = new Rate[PRIORITIES.size()];
  private final int[] floors = new int[PRIORITIES.size()];

  /** How many more urgent messages went before the next of each priority. */
  private final int[] passedOver = new int[PRIORITIES.size()];

  /** Those who have something here, by id. */
  private final Map<String, Sender> senders = new HashMap<>();

  private long bytes;
  private long dropped;
  private long expired;

  /** What became of a message that was offered; {@code reason} is null if it was not refused. */
  record Verdict(boolean accepted, Sent.@Nullable Reason reason) {
    private static final Verdict ACCEPTED = new Verdict(true, null);
    private static final Verdict DROPPED = new Verdict(false, null);
  }

  /**
   * An empty box.
   *
   * @param counters of the node, whose bytes bound all its boxes together
   */
  MessageBox(MessageSettings settings, MailboxCounters counters, ReaderPace pace) {
    this.settings = settings;
    this.counters = counters;
    this.pace = pace;
    for (int i = 0; i < PRIORITIES.size(); i++) {
      queues[i] = new SenderQueues(i);
      arrivals[i] = new Rate();
      floors[i] = settings.floor(PRIORITIES.get(i));
    }
  }

  /** Takes a message in if there is room for it, or if the policy makes room. */
  Verdict offer(Message message, long now) {
    Priority priority = message.priority();
    arrivals[rank(priority)].count(1, now);
    int weight = message.weight();
    Sender known = senders.get(message.sender());
    Sender sender = known == null ? new Sender(message.sender()) : known;
    Sent.Reason reason = obstacle(sender, priority, weight, now);
    if (reason != null) {
      switch (settings.overflow()) {
        case REFUSE -> {
          return new Verdict(false, reason);
        }
        case DROP_NEWEST -> {
          countDropped();
          return Verdict.DROPPED;
        }
        case DROP_OLDEST -> {
          while (reason != null && displace(sender, priority)) {
            reason = obstacle(sender, priority, weight, now);
          }
          if (reason != null) {
            return new Verdict(false, reason);
          }
        }
      }
    }
    if (bytes == 0) {
      counters.countOccupied(1);
    }
    if (sender.bytes == 0) {
      senders.put(sender.id, sender);
    }
    queue(priority).add(new Waiting(message, sender, now, weight));
    sender.bytes += weight;
    bytes += weight;
    counters.hold(1, weight);
    return Verdict.ACCEPTED;
  }

  /**
   * Why there is no room for a message; null if there is.
   *
   * <p>Up to half of the capacity anybody gets room. Beyond, a sender may hold an equal share of it
   * among those who have something waiting. When all of it is taken, an eighth on top is there for
   * those who hold less than an equal share of that. So who floods a mailbox alone fills it, and
   * another who comes then still gets in, and gets half of all room from then on. The same holds
   * for the bytes of the node, among its mailboxes: those that nobody reads keep out none that is
   * read.
   */
  private Sent.@Nullable Reason obstacle(Sender sender, Priority priority, int weight, long now) {
    long occupied = counters.occupied() + (bytes == 0 ? 1 : 0);
    if (obstacle(counters.waitingBytes(), weight, settings.nodeBytes(), bytes, occupied) != null) {
      return Sent.Reason.NODE_FULL;
    }
    SenderQueues queue = queue(priority);
    int held = queue.held(sender);
    int present = queue.senders() + (held == 0 ? 1 : 0);
    Sent.Reason byCount = obstacle(queue.size(), 1, capacity(priority, now), held, present);
    if (byCount != null) {
      return byCount;
    }
    int presentAtAll = senders.size() + (sender.bytes == 0 ? 1 : 0);
    return obstacle(bytes, weight, settings.maxBytes(), sender.bytes, presentAtAll);
  }

  private static Sent.@Nullable Reason obstacle(
      long used, long more, long capacity, long held, long present) {
    if (used + more <= capacity / 2) {
      return null;
    }
    if (held + more > Math.max(more, capacity / present)) {
      return present == 1 ? Sent.Reason.MAILBOX_FULL : Sent.Reason.SENDER_SHARE;
    }
    long reserve = capacity / RESERVE;
    boolean fits =
        used + more <= capacity
            || (used + more <= capacity + reserve
                && held + more <= Math.max(more, reserve / present));
    return fits ? null : Sent.Reason.MAILBOX_FULL;
  }

  /** Drops what makes room for a message of this sender; false if nothing can. */
  private boolean displace(Sender sender, Priority priority) {
    Waiting victim = queue(priority).pollOf(sender);
    for (int i = PRIORITIES.size() - 1; victim == null && i >= rank(priority); i--) {
      victim = queues[i].poll();
    }
    if (victim == null) {
      return false;
    }
    gone(victim);
    countDropped();
    return true;
  }

  private void countDropped() {
    dropped++;
    counters.countDropped();
  }

  /** How many messages of this priority may wait before the box is full. */
  int capacity(Priority priority, long now) {
    int floor = floors[rank(priority)];
    if (pace.awayMillis() <= 0) {
      return floor;
    }
    double meanwhile = arrivals[rank(priority)].perSecond(now) * pace.awayMillis() / 1000;
    return (int) Math.max(floor, Math.min(meanwhile + HEADROOM, settings.ceiling(priority)));
  }

  /**
   * Takes out the next messages: at most so many, and of so many bytes, but one at least.
   *
   * @return in the order in which readers get them
   */
  List<Waiting> take(int max, long maxBytes) {
    List<Waiting> taken = new ArrayList<>(Math.min(max, size()));
    long weight = 0;
    while (taken.size() < max) {
      int next = next();
      Waiting first = next < 0 ? null : queues[next].peek();
      if (first == null || (!taken.isEmpty() && weight + first.weight() > maxBytes)) {
        break;
      }
      for (int lower = next + 1; lower < PRIORITIES.size(); lower++) {
        passedOver[lower] += queues[lower].size() > 0 ? 1 : 0;
      }
      passedOver[next] = 0;
      queues[next].poll();
      gone(first);
      weight += first.weight();
      taken.add(first);
    }
    return taken;
  }

  /** Whose turn it is: the most urgent, unless a lower one was passed over too often. */
  private int next() {
    int next = -1;
    for (int i = PRIORITIES.size() - 1; i >= 0; i--) {
      if (queues[i].size() > 0) {
        if (passedOver[i] >= settings.starvationLimit()) {
          return i;
        }
        next = i;
      }
    }
    return next;
  }

  /** Drops what came at or before {@code then}. Returns how many. */
  int expire(long then) {
    long before = expired;
    for (SenderQueues queue : queues) {
      queue.expire(
          then,
          waiting -> {
            gone(waiting);
            expired++;
          });
    }
    int count = (int) (expired - before);
    counters.countExpired(count);
    return count;
  }

  /** When the oldest came; {@code Long.MAX_VALUE} if there is none. */
  long oldest() {
    long oldest = Long.MAX_VALUE;
    for (SenderQueues queue : queues) {
      oldest = Math.min(oldest, queue.oldest());
    }
    return oldest;
  }

  private void gone(Waiting waiting) {
    bytes -= waiting.weight();
    Sender sender = waiting.sender();
    sender.bytes -= waiting.weight();
    if (sender.bytes == 0) {
      senders.remove(sender.id);
    }
    counters.hold(-1, -waiting.weight());
    if (bytes == 0) {
      counters.countOccupied(-1);
    }
  }

  /** How many messages readers take before one of this priority that comes now. */
  long ahead(Priority priority) {
    long ahead = 0;
    for (int i = 0; i < rank(priority); i++) {
      ahead += queues[i].size();
    }
    return ahead;
  }

  int size() {
    int size = 0;
    for (SenderQueues queue : queues) {
      size += queue.size();
    }
    return size;
  }

  long bytes() {
    return bytes;
  }

  /** How many the overflow policy has dropped. */
  long dropped() {
    return dropped;
  }

  /** How many nobody came for in time. */
  long expired() {
    return expired;
  }

  /** Where in {@link #PRIORITIES} it is: 0 for the most urgent. */
  private static int rank(Priority priority) {
    return switch (priority) {
      case HIGH -> 0;
      case NORMAL -> 1;
      case LOW -> 2;
    };
  }

  private SenderQueues queue(Priority priority) {
    return queues[rank(priority)];
  }
}
