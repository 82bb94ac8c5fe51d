package io.longshore.agents;

import io.longshore.agents.MailboxProtocol.Parcel;
import io.longshore.agents.MailboxProtocol.Taken;
import io.longshore.agents.MessageLane.Posting;
import io.longshore.persistence.DrainRate;
import io.longshore.persistence.Leaving;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Takes messages from this node to their mailboxes, and bounds what is on its way. A mailbox of
 * this node is told directly, unless something is on its way to its shard: that goes first. All
 * others are reached by the lane of their shard. Thread-safe.
 */
final class Postage {
  private final List<MessageLane> lanes;
  private final ToIntFunction<String> shardOf;
  private final Map<String, LocalMailbox> local;
  private final Leaving leaving;
  private final MessageSettings.Lane settings;
  private final MailboxCounters counters;
  private final Clock clock;
  private final DrainRate drainRate = new DrainRate();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong inFlightBytes = new AtomicLong();

  /**
   * Nothing is on its way.
   *
   * @param lanes one for each shard
   * @param shardOf the shard of an agent's mailbox
   * @param local the mailboxes alive on this node, by agent
   */
  Postage(
      List<MessageLane> lanes,
      ToIntFunction<String> shardOf,
      Map<String, LocalMailbox> local,
      Leaving leaving,
      MessageSettings.Lane settings,
      MailboxCounters counters,
      Clock clock) {
    this.lanes = lanes;
    this.shardOf = shardOf;
    this.local = local;
    this.leaving = leaving;
    this.settings = settings;
    this.counters = counters;
    this.clock = clock;
  }

  MailboxCounters counters() {
    return counters;
  }

  /** Takes messages to a mailbox; the answer comes in any case. */
  CompletableFuture<Taken> post(Parcel parcel) {
    int count = parcel.messages().size();
    int weight = 0;
    for (Message message : parcel.messages()) {
      weight += message.weight();
    }
    drainRate.filled(clock.millis());
    int underWay = inFlight.addAndGet(count);
    long bytes = inFlightBytes.addAndGet(weight);
    boolean full = underWay > settings.maxInFlight() || bytes > settings.maxInFlightBytes();
    if (full || leaving.begun()) {
      release(count, weight);
      Sent.Reason why = full ? Sent.Reason.IN_FLIGHT : Sent.Reason.BUSY;
      Sent refused =
          Sent.refused(count, why, drainRate.retryAfter(underWay, clock.millis()).toMillis());
      counters.countRefused(why, count);
      return CompletableFuture.completedFuture(new Taken(refused, 0, true));
    }
    CompletableFuture<Taken> answer = new CompletableFuture<>();
    int released = weight;
    try {
      send(
          parcel,
          weight,
          taken -> {
            release(count, released);
            drainRate.drained(count, clock.millis());
            if (taken.sent().why() == Sent.Reason.BUSY) {
              counters.countRefused(Sent.Reason.BUSY, taken.sent().refused());
            }
            answer.complete(taken);
          });
    } catch (RuntimeException e) {
      // It may be in the mailbox or not. What is on its way is bounded: nothing may stay there for
      // ever.
      if (answer.completeExceptionally(e)) {
        release(count, released);
      }
    }
    return answer;
  }

  private void send(Parcel parcel, int weight, Consumer<Taken> answer) {
    MessageLane lane = lanes.get(shardOf.applyAsInt(parcel.agentId()));
    LocalMailbox mailbox = local.get(parcel.agentId());
    if (mailbox != null && lane.isIdle()) {
      answer.accept(mailbox.messages().put(parcel.messages(), parcel.ifRead()));
    } else {
      lane.add(new Posting(parcel, weight, answer));
    }
  }

  private void release(int count, int weight) {
    if (inFlight.addAndGet(-count) == 0) {
      drainRate.emptied(clock.millis());
    }
    inFlightBytes.addAndGet(-weight);
  }
}
