package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Replaced;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.MailboxProtocol.TooManyWaiting;
import io.longshore.agents.MessageBox.Verdict;
import io.longshore.agents.MessageReplay.Resumed;
import io.longshore.agents.SenderQueues.Waiting;
import io.longshore.agents.TaskRef.Priority;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one agent's mailbox knows and decides about messages, without actors or clocks. What is told
 * to it by one method is followed by {@link #settle}. Times are epoch milliseconds.
 *
 * <p>A message is numbered when it leaves: handed to a reader, or dropped. So what one reader gets
 * has rising numbers, and if it is alone, those it has missed are gone.
 */
final class MessageState {
  private final MailboxSettings settings;
  private final MailboxCounters counters;
  private final ReaderPace pace = new ReaderPace();
  private final MessageBox box;
  private final MessageReplay replay;

  /** Who waits, longest first, by the numbers of their calls. */
  private final Map<Long, Reader> readers = new LinkedHashMap<>();

  private final List<Answered> answered = new ArrayList<>();
  private long dueAt = Long.MAX_VALUE;
  private long accepted;
  private long delivered;
  private long refused;

  /** A call that is over, and what it is answered. */
  record Answered(long number, ReceiveReply reply) {}

  private record Reader(Receive call, long deadline) {}

  /**
   * Nobody has said anything yet.
   *
   * @param incarnation differs for every life of the mailbox
   */
  MessageState(long incarnation, MailboxSettings settings, MailboxCounters counters) {
    this.settings = settings;
    this.counters = counters;
    this.box = new MessageBox(limits(), counters, pace);
    this.replay = new MessageReplay(incarnation, limits().replay(), counters);
  }

  private MessageSettings limits() {
    return settings.messages();
  }

  /**
   * Messages arrive.
   *
   * @param ifRead whether to take them only if somebody reads
   */
  Taken offer(List<Message> messages, boolean ifRead, long now) {
    if (ifRead && !isRead(now)) {
      Sent nobody = refuse(messages.size(), Sent.Reason.NOBODY_READS, withoutReader());
      return new Taken(nobody, box.size(), false);
    }
    int taken = 0;
    int dropped = 0;
    Sent no = Sent.NOTHING;
    for (Message message : messages) {
      Verdict verdict = box.offer(message, now);
      if (verdict.accepted()) {
        taken++;
      } else if (verdict.reason() == null) {
        dropped++;
      } else {
        long wait = untilRoom(message.priority(), no.refused() + 1, now);
        no = no.plus(refuse(1, verdict.reason(), wait));
      }
    }
    accepted += taken;
    counters.countAccepted(taken);
    dueAt = Math.min(dueAt, now + limits().timeToLive().toMillis());
    Sent sent = new Sent(taken, no.refused(), dropped, 0, no.why(), no.retryAfterMillis());
    return new Taken(sent, box.size(), isRead(now));
  }

  private Sent refuse(int count, Sent.Reason reason, long retryAfterMillis) {
    refused += count;
    counters.countRefused(reason, count);
    return Sent.refused(count, reason, retryAfterMillis);
  }

  private long untilRoom(Priority priority, int messages, long now) {
    return isRead(now)
        ? pace.untilTaken(
            box.ahead(priority) + messages, withoutReader(), limits().timeToLive().toMillis(), now)
        : withoutReader();
  }

  private long withoutReader() {
    return limits().retryWithoutReader().toMillis();
  }

  /** Whether somebody waits for messages, or was here within the session timeout. */
  boolean isRead(long now) {
    Long heardAt = pace.heardAt();
    return !readers.isEmpty()
        || (heardAt != null && now - heardAt < settings.sessionTimeout().toMillis());
  }

  /** Whether somebody waits for messages. */
  boolean isAwaited() {
    return !readers.isEmpty();
  }

  /**
   * A reader wants messages.
   *
   * @param number not used before; {@link #settle} says what it is answered
   */
  void receive(long number, Receive call, long now) {
    if (readers.size() >= settings.maxWaiting()) {
      answered.add(new Answered(number, new TooManyWaiting(settings.maxWaiting())));
      return;
    }
    if (!call.isOnly()) {
      overtake(call.reader());
    }
    MessageId after = call.after();
    Resumed resumed = resume(call, after);
    if (resumed.replaced()) {
      answered.add(new Answered(number, new Replaced()));
      return;
    }
    if (after != null && call.resumes()) {
      replaceAll(resumed.from(), after);
    }
    pace.came(now);
    if (!resumed.messages().isEmpty()) {
      List<ReceivedMessage> again = bounded(call, resumed.messages());
      counters.countReplayed(again.size());
      answer(number, new Received(resumed.gap(), again), now);
    } else if (resumed.gap() != null) {
      answer(number, hand(call, resumed.gap(), now), now);
    } else {
      readers.put(number, new Reader(call, now + call.waitMillis()));
      dueAt = Math.min(dueAt, now + call.waitMillis());
    }
  }

  private Resumed resume(Receive call, @Nullable MessageId after) {
    if (after != null) {
      return replay.resume(after, call.reader(), call.resumes());
    }
    // A reader with one call was never handed anything: no need to look through all there is.
    return call.isOnly() ? Resumed.NOTHING : replay.begin(call.reader());
  }

  /** A reader that asks again does not listen to the answer to its last call any more. */
  private void overtake(long reader) {
    readers
        .entrySet()
        .removeIf(
            waiting ->
                waiting.getValue().call.reader() == reader
                    && answered.add(new Answered(waiting.getKey(), new Received(null, List.of()))));
  }

  /**
   * Another reader takes the place of this one. Where nobody remembers who was handed that message,
   * it is whoever waits for what comes after it.
   */
  private void replaceAll(long reader, MessageId after) {
    readers
        .entrySet()
        .removeIf(
            waiting ->
                (waiting.getValue().call.reader() == reader
                        || after.equals(waiting.getValue().call.after()))
                    && answered.add(new Answered(waiting.getKey(), new Replaced())));
  }

  private List<ReceivedMessage> bounded(Receive call, List<ReceivedMessage> messages) {
    long bytes = 0;
    int count = 0;
    for (ReceivedMessage message : messages) {
      bytes += message.message().weight();
      if (count == max(call) || (count > 0 && bytes > limits().maxReceiveBytes())) {
        break;
      }
      count++;
    }
    return List.copyOf(messages.subList(0, count));
  }

  private int max(Receive call) {
    return Math.min(call.max(), limits().maxReceive());
  }

  /** A reader waits no more. */
  void hangUp(long call, long now) {
    for (Iterator<Map.Entry<Long, Reader>> all = readers.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Long, Reader> waiting = all.next();
      if (waiting.getValue().call.call() == call) {
        all.remove();
        answer(waiting.getKey(), new Received(null, List.of()), now);
      }
    }
  }

  /** The reader of this {@link #receive} cannot be reached any more. */
  void gone(long number, long now) {
    if (readers.remove(number) != null) {
      answer(number, new Received(null, List.of()), now);
    }
  }

  /** All that follows from what was told and from the time that has passed: who is answered. */
  List<Answered> settle(long now) {
    if (now >= dueAt) {
      box.expire(now - limits().timeToLive().toMillis());
      replay.expire(now - limits().replay().timeToLive().toMillis());
    }
    while (box.size() > 0 && !readers.isEmpty()) {
      long longest = readers.keySet().iterator().next();
      Reader reader = readers.remove(longest);
      if (reader != null) {
        answer(longest, hand(reader.call, null, now), now);
      }
    }
    if (now >= dueAt) {
      for (Map.Entry<Long, Reader> waiting : List.copyOf(readers.entrySet())) {
        if (waiting.getValue().deadline <= now) {
          readers.remove(waiting.getKey());
          answer(waiting.getKey(), new Received(null, List.of()), now);
        }
      }
      dueAt = due();
    }
    List<Answered> all = List.copyOf(answered);
    answered.clear();
    return all;
  }

  private Received hand(Receive call, @Nullable MessageGap gap, long now) {
    List<Waiting> next = box.take(max(call), limits().maxReceiveBytes());
    Received received = replay.hand(next, call.reader(), gap, box.dropped() + box.expired(), now);
    if (!next.isEmpty()) {
      delivered += next.size();
      counters.countDelivered(next.size());
      pace.took(next.size(), now);
      dueAt = Math.min(dueAt, now + limits().replay().timeToLive().toMillis());
    }
    return received;
  }

  private void answer(long number, ReceiveReply reply, long now) {
    answered.add(new Answered(number, reply));
    if (readers.isEmpty()) {
      pace.left(now);
    }
  }

  private long due() {
    long due = Long.MAX_VALUE;
    for (Reader reader : readers.values()) {
      due = Math.min(due, reader.deadline);
    }
    if (box.size() > 0) {
      due = Math.min(due, box.oldest() + limits().timeToLive().toMillis());
    }
    if (!replay.isEmpty()) {
      due = Math.min(due, replay.oldest() + limits().replay().timeToLive().toMillis());
    }
    return due;
  }

  /** When to settle next even if nothing is told; {@code Long.MAX_VALUE} for never. */
  long nextDue() {
    return dueAt;
  }

  /** Whether the mailbox can go without losing anything. */
  boolean isIdle() {
    return box.size() == 0 && readers.isEmpty() && replay.isEmpty();
  }

  /** This is over: all readers are answered, all messages lost. */
  List<Answered> end(long now) {
    for (long number : List.copyOf(readers.keySet())) {
      readers.remove(number);
      answer(number, new Received(null, List.of()), now);
    }
    counters.countLost(box.take(Integer.MAX_VALUE, Long.MAX_VALUE).size());
    replay.clear();
    return settle(now);
  }

  MessageStatus status(long now) {
    return new MessageStatus(
        box.size(),
        box.bytes(),
        box.capacity(Priority.NORMAL, now),
        readers.size(),
        accepted,
        delivered,
        refused,
        box.dropped(),
        box.expired(),
        pace.perSecond(now));
  }
}
