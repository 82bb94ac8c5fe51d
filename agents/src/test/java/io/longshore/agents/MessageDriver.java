package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Receive;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.MessageState.Answered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Tells a mailbox's messages things as its actor would, and keeps the answers. */
final class MessageDriver {
  static final long INCARNATION = 7;

  final MailboxCounters counters = new MailboxCounters((reason, count) -> {});
  final MessageState state;
  final Map<Long, ReceiveReply> answers = new LinkedHashMap<>();
  private final ActorRef<ReceiveReply> nobody;
  long now = 1_000_000;

  /** Calls have other numbers than readers, as each reader may make several. */
  private long last = 1_000_000;

  MessageDriver(MailboxSettings settings, ActorRef<ReceiveReply> nobody) {
    this.state = new MessageState(INCARNATION, settings, counters);
    this.nobody = nobody;
  }

  Taken send(List<Message> messages) {
    Taken taken = state.offer(messages, false, now);
    settle();
    return taken;
  }

  /** A call of this reader; returns its number, by which {@link #answers} has the answer. */
  long receive(long reader, int max, long wait, @Nullable MessageId after, boolean resumes) {
    long number = ++last;
    state.receive(
        number,
        new Receive(Given.agent(1), max, wait, after, resumes, reader, number, nobody),
        now);
    settle();
    return number;
  }

  /** What a reader that does not wait gets. */
  Received take(long reader, int max, @Nullable MessageId after, boolean resumes) {
    return received(receive(reader, max, 0, after, resumes));
  }

  /** What a reader of one call gets that does not wait. */
  Received poll(int max) {
    return take(last + 1, max, null, false);
  }

  Received received(long number) {
    if (answers.get(number) instanceof Received received) {
      return received;
    }
    throw new AssertionError("call %d: %s".formatted(number, answers.get(number)));
  }

  void pass(long millis) {
    now += millis;
    settle();
  }

  void settle() {
    for (Answered answered : state.settle(now)) {
      if (answers.put(answered.number(), answered.reply()) != null) {
        throw new AssertionError("call %d is answered twice".formatted(answered.number()));
      }
    }
  }

  static MessageId id(long sequence) {
    return new MessageId(INCARNATION, sequence);
  }

  static List<String> texts(Received received) {
    return received.messages().stream()
        .map(message -> GivenMessages.text(message.message()))
        .toList();
  }
}
