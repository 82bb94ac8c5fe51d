package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Deliver;
import io.longshore.agents.MailboxProtocol.DeliverReply;
import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MessageState.Answered;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The side of a mailbox's actor that is about messages: who waits for them. An agent that has none
 * and asks for none costs nothing here.
 */
final class AgentMessages {
  private final long incarnation;
  private final MailboxSettings settings;
  private final MailboxCounters counters;
  private final Map<Long, ActorRef<ReceiveReply>> readers = new HashMap<>();
  private @Nullable MessageState state;
  private long lastReader;

  /** Without messages. */
  AgentMessages(long incarnation, MailboxSettings settings, MailboxCounters counters) {
    this.incarnation = incarnation;
    this.settings = settings;
    this.counters = counters;
  }

  private MessageState state() {
    MessageState known = state;
    if (known == null) {
      known = new MessageState(incarnation, settings, counters);
      state = known;
    }
    return known;
  }

  void put(LocalMailbox.Put put, long now) {
    put.answer(state().offer(put.messages(), put.ifRead(), now));
  }

  void deliver(Deliver deliver, long now) {
    deliver
        .replyTo()
        .tell(
            new DeliverReply(
                deliver.number(), state().offer(deliver.messages(), deliver.ifRead(), now)));
  }

  void receive(Receive receive, long now) {
    long number = ++lastReader;
    readers.put(number, receive.replyTo());
    state().receive(number, receive, now);
  }

  void hangUp(long call, long now) {
    if (state != null) {
      state.hangUp(call, now);
    }
  }

  /** Whoever has called this node gets nothing more: nobody would read it. */
  void nodeGone(Address address, long now) {
    if (state != null) {
      for (Map.Entry<Long, ActorRef<ReceiveReply>> reader : readers.entrySet()) {
        if (reader.getValue().path().address().equals(address)) {
          state.gone(reader.getKey(), now);
        }
      }
    }
  }

  /** Answers whoever is to be answered now. */
  void settle(long now) {
    if (state != null) {
      answer(state.settle(now));
    }
  }

  /** All that waits is lost, and whoever waits for more is answered. */
  void end(long now) {
    if (state != null) {
      answer(state.end(now));
    }
  }

  private void answer(List<Answered> all) {
    for (Answered answered : all) {
      ActorRef<ReceiveReply> reader = readers.remove(answered.number());
      if (reader != null) {
        reader.tell(answered.reply());
      }
    }
  }

  /** When to settle next even if nothing is told, epoch milliseconds. */
  long nextDue() {
    return state == null ? Long.MAX_VALUE : state.nextDue();
  }

  /** Whether somebody waits for messages. */
  boolean isAwaited() {
    return state != null && state.isAwaited();
  }

  /** Whether the mailbox can go without losing a message. */
  boolean isIdle() {
    return state == null || state.isIdle();
  }

  MessageStatus status(long now) {
    return state == null ? MessageStatus.NONE : state.status(now);
  }
}
