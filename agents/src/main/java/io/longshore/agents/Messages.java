package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.ReceiveReply;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentPage;
import io.longshore.registry.AgentQuery;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.WantedCapability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
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
  private final Postage postage;
  private final Recipients recipients;
  private final Function<AgentQuery, AgentPage> search;
  private final MessageSettings settings;

  /**
   * The way to all mailboxes.
   *
   * @param search looks for agents
   */
  Messages(
      Mailboxes mailboxes,
      Postage postage,
      Recipients recipients,
      Function<AgentQuery, AgentPage> search,
      MessageSettings settings) {
    this.mailboxes = mailboxes;
    this.postage = postage;
    this.recipients = recipients;
    this.search = search;
    this.settings = settings;
  }

  /** Sends messages to one agent, in this order. */
  public CompletionStage<Sent> send(AgentRecord to, List<Message> messages) {
    return send(to.agentId(), messages);
  }

  private CompletableFuture<Sent> send(String agentId, List<Message> messages) {
    if (messages.size() == 1) {
      return post(agentId, messages);
    }
    List<List<Message>> parts = inParts(messages);
    if (parts.size() == 1) {
      return post(agentId, parts.get(0));
    }
    Tally tally = new Tally();
    parts.forEach(part -> tally.add(post(agentId, part)));
    return tally.total();
  }

  private CompletableFuture<Sent> post(String agentId, List<Message> messages) {
    return postage.post(new Parcel(agentId, messages, false)).thenApply(Taken::sent);
  }

  /** As much at once as goes in one batch. */
  private List<List<Message>> inParts(List<Message> messages) {
    List<List<Message>> parts = new ArrayList<>();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < messages.size(); i++) {
      int weight = messages.get(i).weight();
      boolean full =
          i - from >= settings.lane().maxBatch()
              || bytes + weight > settings.lane().maxBatchBytes();
      if (i > from && full) {
        parts.add(messages.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += weight;
    }
    if (from < messages.size()) {
      parts.add(from == 0 ? messages : messages.subList(from, messages.size()));
    }
    return parts;
  }

  /**
   * Sends a message to one of the agents that offer a capability and whose messages are read, one
   * with little waiting. If its mailbox refuses, others are tried.
   */
  public CompletionStage<Sent> sendToOne(WantedCapability wanted, Message message) {
    return recipients.sendToOne(wanted, message.forCapability(wanted.toString()));
  }

  /**
   * Sends messages to every agent that has subscribed to a topic, as far as this node knows, some
   * agents at a time. Each message counts once for each of them; {@link Sent#NOTHING} if nobody
   * has.
   *
   * @param handedOver is run, once, as soon as what is sent later comes after these
   */
  public CompletionStage<Sent> publish(String topic, List<Message> messages, Runnable handedOver) {
    List<Message> published = messages.stream().map(message -> message.onTopic(topic)).toList();
    CompletableFuture<Sent> total = new CompletableFuture<>();
    publish(topic, published, null, Sent.NOTHING, handedOver, total);
    return total;
  }

  private void publish(
      String topic,
      List<Message> messages,
      @Nullable String after,
      Sent before,
      Runnable handedOver,
      CompletableFuture<Sent> total) {
    String from = after;
    Sent sum = before;
    while (true) {
      AgentPage page =
          search.apply(new AgentQuery(null, Map.of(), topic, null, null, from, settings.fanOut()));
      Tally tally = new Tally();
      page.agents().forEach(agent -> tally.add(send(agent.agentId(), messages)));
      String next = page.next();
      if (next == null) {
        handedOver.run();
      }
      CompletableFuture<Sent> some = tally.total();
      if (!some.isDone()) {
        Sent sofar = sum;
        var unused =
            some.thenAccept(
                sent -> {
                  if (next == null) {
                    total.complete(sofar.plus(sent));
                  } else {
                    publish(topic, messages, next, sofar.plus(sent), handedOver, total);
                  }
                });
        return;
      }
      sum = sum.plus(some.join());
      if (next == null) {
        total.complete(sum);
        return;
      }
      from = next;
    }
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
    return postage.counters();
  }
}
