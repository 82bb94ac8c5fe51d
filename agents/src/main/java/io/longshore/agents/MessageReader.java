package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Received;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One reader of an agent's messages, for as long as a stream lasts: it takes messages as fast as it
 * asks for them. With each call it says how far it has come, so that messages whose answer was lost
 * on the way come again as long as the mailbox remembers them. One call at a time; it may be closed
 * from any thread.
 */
public final class MessageReader {
  private final Mailboxes mailboxes;
  private final AgentRecord agent;
  private final long reader = ThreadLocalRandom.current().nextLong();
  private volatile @Nullable MessageId after;
  private volatile boolean resumes;
  private volatile long call;
  private volatile boolean closed;

  /**
   * A reader that has not asked yet.
   *
   * @param lastSeen the last message that an earlier reader has had, whose place this one takes;
   *     null to begin with what waits
   */
  MessageReader(Mailboxes mailboxes, AgentRecord agent, @Nullable MessageId lastSeen) {
    this.mailboxes = mailboxes;
    this.agent = agent;
    this.after = lastSeen;
    this.resumes = lastSeen != null;
  }

  /**
   * The next messages, oldest of the most urgent first. Replied: {@link Received}, empty if nothing
   * came in time; {@link MailboxProtocol.Replaced} if another reader has taken its place, and then
   * there is nothing more; {@link MailboxProtocol.TooManyWaiting}. After any other answer nothing
   * is lost: ask again.
   *
   * @param max most messages wanted, at least 1; the settings may allow fewer
   * @param wait for the first; a longer one than the settings allow is cut
   */
  public CompletionStage<Answer<ReceiveReply>> next(int max, Duration wait) {
    long number = ThreadLocalRandom.current().nextLong();
    call = number;
    CompletionStage<Answer<ReceiveReply>> answer =
        mailboxes.receive(agent, max, wait, after, resumes, reader, number);
    if (closed) {
      close();
    }
    return answer.thenApply(this::note);
  }

  private Answer<ReceiveReply> note(Answer<ReceiveReply> answer) {
    if (answer instanceof Answer.Replied<ReceiveReply> replied
        && replied.reply() instanceof Received received) {
      resumes = false;
      List<ReceivedMessage> messages = received.messages();
      if (!messages.isEmpty()) {
        after = messages.get(messages.size() - 1).id();
      } else if (received.gap() != null) {
        after = received.gap().before();
      }
    }
    return answer;
  }

  /** Nobody reads any more: a call that waits is answered with nothing. May be called twice. */
  public void close() {
    closed = true;
    mailboxes.hangUp(agent.agentId(), call);
  }
}
