package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Letter;
import io.longshore.agents.MailboxProtocol.Put;
import io.longshore.agents.MailboxProtocol.Taken;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A mailbox that is alive on this node, as this node's senders have it. They are answered by its
 * own thread, without a message, so what they wait for is kept here: whoever is left when the
 * mailbox stops is refused. Thread-safe.
 */
final class LocalMailbox {
  /** A mailbox that stops has stopped by then, and the next message begins its next life. */
  static final long RETRY_AFTER_MILLIS = 1_000;

  private final ActorRef<Letter> mailbox;
  private final int limit;
  private final Set<Once> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean closed;

  /** Who waits for an answer to so many messages, and gets it once. */
  private final class Once implements Consumer<Taken> {
    private final int messages;
    private final Consumer<Taken> answer;

    private Once(int messages, Consumer<Taken> answer) {
      this.messages = messages;
      this.answer = answer;
    }

    void refuse() {
      Sent refused = Sent.refused(messages, Sent.Reason.BUSY, RETRY_AFTER_MILLIS);
      accept(new Taken(refused, 0, true));
    }

    @Override
    public void accept(Taken taken) {
      if (waiting.remove(this)) {
        count.decrementAndGet();
        answer.accept(taken);
      }
    }
  }

  /**
   * A mailbox that nobody has sent anything yet.
   *
   * @param commandCapacity most messages that wait to be handled by it: half of them may be puts
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
    Once once = new Once(messages.size(), answer);
    waiting.add(once);
    if (count.incrementAndGet() > limit) {
      once.refuse();
      return;
    }
    mailbox.tell(new Put(messages, ifRead, once));
    if (closed) {
      once.refuse();
    }
  }

  /** The mailbox has stopped: what it has not answered by now it has not done. */
  void close() {
    closed = true;
    waiting.forEach(Once::refuse);
  }
}
