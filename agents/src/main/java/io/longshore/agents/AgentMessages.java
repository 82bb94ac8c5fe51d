package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Deliver;
import io.longshore.agents.MailboxProtocol.DeliverReply;
import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.MessageState.Answered;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The side of a mailbox that is about messages: what waits, and who waits for it. The mailbox's
 * actor brings readers and time; senders of its node put messages in themselves, and hand them to
 * whoever waits. An agent that has no messages and asks for none costs nothing here. Thread-safe.
 *
 * <p>Nobody is told anything under the lock: whoever hears may turn to another mailbox at once.
 */
final class AgentMessages {
  /** A mailbox that stops has stopped by then, and the next message begins its next life. */
  static final long RETRY_AFTER_MILLIS = 1_000;

  private final long incarnation;
  private final MailboxSettings settings;
  private final MailboxCounters counters;
  private final Clock clock;
  private final Runnable wake;
  private final Map<Long, ActorRef<ReceiveReply>> readers = new HashMap<>();
  private @Nullable MessageState state;
  private long lastReader;
  private boolean closed;

  /** When the actor settles at the latest, as far as it has been told. */
  private long wakesAt = Long.MAX_VALUE;

  /** What somebody is to be told. */
  private record Told(ActorRef<ReceiveReply> reader, ReceiveReply reply) {}

  /**
   * Without messages.
   *
   * @param wake has the actor ask for {@link #nextDue} once more
   */
  AgentMessages(
      long incarnation,
      MailboxSettings settings,
      MailboxCounters counters,
      Clock clock,
      Runnable wake) {
    this.incarnation = incarnation;
    this.settings = settings;
    this.counters = counters;
    this.clock = clock;
    this.wake = wake;
  }

  private MessageState state() {
    MessageState known = state;
    if (known == null) {
      known = new MessageState(incarnation, settings, counters);
      state = known;
    }
    return known;
  }

  /** Read under the lock: what the state is told by several threads must not go back. */
  private long now() {
    return clock.millis();
  }

  /**
   * Takes messages in and hands them to who waits, with the thread of their sender.
   *
   * @param ifRead whether to take them only if somebody reads the agent's messages
   * @return what became of them; while this is closed, all are refused
   */
  Taken put(List<Message> messages, boolean ifRead) {
    Taken taken;
    List<Told> told;
    boolean sooner;
    synchronized (this) {
      if (closed) {
        return refused(messages.size());
      }
      long now = now();
      taken = state().offer(messages, ifRead, now);
      told = settled(now);
      sooner = state().nextDue() < wakesAt;
      wakesAt = Math.min(wakesAt, state().nextDue());
    }
    tell(told);
    if (sooner) {
      wake.run();
    }
    return taken;
  }

  private static Taken refused(int count) {
    return new Taken(Sent.refused(count, Sent.Reason.BUSY, RETRY_AFTER_MILLIS), 0, true);
  }

  /** The same for what comes from other nodes, or wakes the mailbox. */
  void deliver(Deliver deliver) {
    Taken taken = put(deliver.messages(), deliver.ifRead());
    deliver.replyTo().tell(new DeliverReply(deliver.number(), taken));
  }

  synchronized void receive(Receive receive) {
    long number = ++lastReader;
    readers.put(number, receive.replyTo());
    state().receive(number, receive, now());
  }

  synchronized void hangUp(long call) {
    if (state != null) {
      state.hangUp(call, now());
    }
  }

  /** Whoever has called this node gets nothing more: nobody would read it. */
  synchronized void nodeGone(Address address) {
    if (state != null) {
      for (Map.Entry<Long, ActorRef<ReceiveReply>> reader : readers.entrySet()) {
        if (reader.getValue().path().address().equals(address)) {
          state.gone(reader.getKey(), now());
        }
      }
    }
  }

  /** Answers whoever is to be answered now. */
  void settle() {
    List<Told> told;
    synchronized (this) {
      told = settled(now());
    }
    tell(told);
  }

  /** All that waits is lost, and whoever waits for more is answered. */
  void end() {
    List<Told> told;
    synchronized (this) {
      told = state == null ? List.of() : told(state.end(now()));
    }
    tell(told);
  }

  private List<Told> settled(long now) {
    return state == null ? List.of() : told(state.settle(now));
  }

  private List<Told> told(List<Answered> all) {
    if (all.isEmpty()) {
      return List.of();
    }
    List<Told> told = new ArrayList<>(all.size());
    for (Answered answered : all) {
      ActorRef<ReceiveReply> reader = readers.remove(answered.number());
      if (reader != null) {
        told.add(new Told(reader, answered.reply()));
      }
    }
    return told;
  }

  private static void tell(List<Told> all) {
    all.forEach(one -> one.reader.tell(one.reply));
  }

  /**
   * Refuses what is put in from now on, if the mailbox can go without losing a message; else false,
   * and nothing changes.
   */
  synchronized boolean closeIfIdle() {
    boolean idle = isIdle();
    if (idle) {
      closed = true;
    }
    return idle;
  }

  /** Refuses what is put in from now on, in any case. */
  synchronized void close() {
    closed = true;
  }

  /** Takes messages again. */
  synchronized void open() {
    closed = false;
  }

  /**
   * When the actor has to settle next, epoch milliseconds, even if nothing is told; it is woken if
   * something that is put in changes that.
   */
  synchronized long nextDue() {
    wakesAt = state == null ? Long.MAX_VALUE : state.nextDue();
    return wakesAt;
  }

  /** Whether somebody waits for messages. */
  synchronized boolean isAwaited() {
    return state != null && state.isAwaited();
  }

  /** Whether the mailbox can go without losing a message. */
  synchronized boolean isIdle() {
    return state == null || state.isIdle();
  }

  synchronized MessageStatus status() {
    return state == null ? MessageStatus.NONE : state.status(now());
  }
}
