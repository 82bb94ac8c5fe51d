package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.Look;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.persistence.Gathering;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A mailbox that is alive on this node, as this node's senders have it. What they put in gathers
 * here until the mailbox takes it, and they are answered by its own thread, without a message;
 * whoever is left when the mailbox stops is refused. Thread-safe.
 */
final class LocalMailbox {
  /** A mailbox that stops has stopped by then, and the next message begins its next life. */
  static final long RETRY_AFTER_MILLIS = 1_000;

  private final ActorRef<Letter> mailbox;
  private final int limit;
  private final Gathering<Put> gathering = new Gathering<>();
  private final AtomicInteger count = new AtomicInteger();

  /** What the mailbox has begun to take; only it looks here. */
  private final Deque<Put> taken = new ArrayDeque<>();

  /** Messages that are put in, and who hears what became of them, once. */
  final class Put {
    private final List<Message> messages;
    private final boolean ifRead;
    private final Consumer<Taken> answer;
    private boolean answered;

    private Put(List<Message> messages, boolean ifRead, Consumer<Taken> answer) {
      this.messages = messages;
      this.ifRead = ifRead;
      this.answer = answer;
    }

    List<Message> messages() {
      return messages;
    }

    /** Whether to take them only if somebody reads the agent's messages. */
    boolean ifRead() {
      return ifRead;
    }

    /** Whoever has taken it out of where it gathered says once what became of it. */
    void answer(Taken taken) {
      if (!answered) {
        answered = true;
        count.decrementAndGet();
        answer.accept(taken);
      }
    }

    void refuse(long retryAfterMillis) {
      Sent none = Sent.refused(messages.size(), Sent.Reason.BUSY, retryAfterMillis);
      answer(new Taken(none, 0, true));
    }
  }

  /**
   * A mailbox that nobody has sent anything yet.
   *
   * @param commandCapacity most messages that wait to be handled by it: half as many puts may
   */
  LocalMailbox(ActorRef<Letter> mailbox, int commandCapacity) {
    this.mailbox = mailbox;
    this.limit = Math.max(1, commandCapacity / 2);
  }

  void tell(Letter letter) {
    mailbox.tell(letter);
  }

  /** Puts messages in; the answer comes in any case. */
  void put(List<Message> messages, boolean ifRead, Consumer<Taken> answer) {
    Put put = new Put(messages, ifRead, answer);
    if (count.incrementAndGet() > limit) {
      put.refuse(RETRY_AFTER_MILLIS);
      return;
    }
    if (gathering.add(put)) {
      mailbox.tell(new Look(this));
    }
    if (gathering.takeBack(put)) {
      put.refuse(RETRY_AFTER_MILLIS);
    }
  }

  /** Has the mailbox take all that was put in, in order; only the mailbox does. */
  void takeAll(Consumer<Put> taker) {
    gathering.drainTo(taken);
    for (Put next = taken.peek(); next != null; next = taken.peek()) {
      taker.accept(next);
      taken.remove();
    }
  }

  /** The mailbox has no room to be told of what was put in: that is not done. */
  void refuseAll(long retryAfterMillis) {
    Deque<Put> all = new ArrayDeque<>();
    gathering.drainTo(all);
    all.forEach(put -> put.refuse(retryAfterMillis));
  }

  /** The mailbox has stopped: what it has not answered by now it has not done. */
  void close() {
    gathering.close();
    takeAll(put -> put.refuse(RETRY_AFTER_MILLIS));
  }
}
