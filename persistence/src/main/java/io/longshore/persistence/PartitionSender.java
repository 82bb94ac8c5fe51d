package io.longshore.persistence;

import io.longshore.persistence.PartitionLane.Ask;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what gathers in a lane to its partition, one batch at a time: the next leaves when the last
 * is answered.
 *
 * <p>A batch whose answer takes long may have been lost while its partition moved. So the partition
 * is asked whether it is awake: it handles what it gets in order, and if it says so first, it never
 * got the batch, or not in this life.
 *
 * <p>After a batch without an answer nothing is sent until the partition says that it is awake;
 * meanwhile commands are refused at once, since to let each wait for its own timeout would fill the
 * node with callers that have nothing to hope for.
 */
final class PartitionSender extends AbstractBehavior<PartitionSender.Message> {

  /** What a sender understands. */
  interface Message {}

  /** Something waits in the lane. */
  record Look() implements Message {}

  /** A batch has had no answer in time. */
  private record Silence(long number) implements Message {}

  /** The answer to a batch takes long. */
  private record Doubt(long number) implements Message {}

  /** Time to ask again whether the partition is awake. */
  private record Probe() implements Message {}

  private static final Logger log = LoggerFactory.getLogger(PartitionSender.class);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);

  /** When a partition that does not answer will is not known: it is asked twice a second. */
  static final Duration RETRY_UNAVAILABLE = Duration.ofSeconds(2);

  private final PartitionLane lane;
  private final Consumer<PartitionMessage> partition;
  private final PartitionsSettings settings;
  private final DrainRate drainRate;
  private final Clock clock;
  private final Deque<Ask> waiting = new ArrayDeque<>();
  private List<Ask> sent = List.of();
  private int sentCommands;
  private long number;

  /** The last batch after which the partition was asked whether it is awake. */
  private long doubted;

  private Cancellable silence = Cancellable.alreadyCancelled();
  private Cancellable doubt = Cancellable.alreadyCancelled();
  private boolean unavailable;

  private PartitionSender(
      ActorContext<Message> context,
      PartitionLane lane,
      Consumer<PartitionMessage> partition,
      PartitionsSettings settings,
      DrainRate drainRate,
      Clock clock) {
    super(context);
    this.lane = lane;
    this.partition = partition;
    this.settings = settings;
    this.drainRate = drainRate;
    this.clock = clock;
  }

  /** Sends to {@code partition} what gathers in {@code lane}. */
  static Behavior<Message> create(
      PartitionLane lane,
      Consumer<PartitionMessage> partition,
      PartitionsSettings settings,
      DrainRate drainRate,
      Clock clock) {
    return Behaviors.setup(
        context -> new PartitionSender(context, lane, partition, settings, drainRate, clock));
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> onLook())
        .onMessage(PartitionMessage.Replies.class, this::onReplies)
        .onMessage(PartitionMessage.Refused.class, this::onRefused)
        .onMessage(Silence.class, this::onSilence)
        .onMessage(Doubt.class, this::onDoubt)
        .onMessage(Probe.class, probe -> onProbe())
        .onMessage(PartitionMessage.Awake.class, awake -> onAwake())
        .onSignal(PostStop.class, stopped -> onStop())
        .build();
  }

  private Behavior<Message> onLook() {
    lane.drainTo(waiting);
    return unavailable ? refuseAll() : sendNext();
  }

  private Behavior<Message> onReplies(PartitionMessage.Replies message) {
    if (message.number() != number || sent.isEmpty()) {
      return this; // the answer to a batch that was given up
    }
    List<Ask> answered = sent;
    noneSent();
    List<Object> replies = message.replies();
    if (replies.size() != sentCommands) {
      giveUp(answered);
      return sendNext();
    }
    drainRate.drained(replies.size(), clock.millis());
    int from = 0;
    for (Ask ask : answered) {
      int to = from + ask.commands().size();
      ask.answer().accept(new Answer.Replied<>(replies.subList(from, to)));
      from = to;
    }
    // Only now: whoever was answered may have asked the next thing, and leaves with this batch.
    lane.drainTo(waiting);
    return sendNext();
  }

  /** There was no room for the batch where the partition lives. */
  private Behavior<Message> onRefused(PartitionMessage.Refused message) {
    if (message.number() != number || sent.isEmpty()) {
      return this;
    }
    List<Ask> refused = sent;
    noneSent();
    Duration retryAfter = Duration.ofMillis(message.retryAfterMillis());
    refused.forEach(ask -> ask.answer().accept(new Answer.Overloaded<>(retryAfter)));
    lane.drainTo(waiting);
    return sendNext();
  }

  private Behavior<Message> onSilence(Silence message) {
    if (message.number() != number || sent.isEmpty()) {
      return this;
    }
    giveUpSent();
    if (!unavailable) {
      log.warn(
          "{} has no answer after {} ms; commands are refused until it has. Does the database"
              + " answer, and is a majority of the nodes up?",
          getContext().getSelf().path().name(),
          settings.replyTimeout().toMillis());
    }
    unavailable = true;
    refuseAll();
    return onProbe();
  }

  private Behavior<Message> onDoubt(Doubt message) {
    if (message.number() == number && !sent.isEmpty()) {
      doubted = number;
      wake();
      doubtLater();
    }
    return this;
  }

  private void doubtLater() {
    doubt = getContext().scheduleOnce(PROBE_INTERVAL, getContext().getSelf(), new Doubt(number));
  }

  private void giveUpSent() {
    List<Ask> unanswered = sent;
    noneSent();
    giveUp(unanswered);
  }

  private void noneSent() {
    sent = List.of();
    silence.cancel();
    doubt.cancel();
  }

  private void wake() {
    partition.accept(new PartitionMessage.Wake(getContext().getSelf().narrow()));
  }

  private Behavior<Message> onProbe() {
    if (unavailable) {
      wake();
      var unused = getContext().scheduleOnce(PROBE_INTERVAL, getContext().getSelf(), new Probe());
    }
    return this;
  }

  private Behavior<Message> onAwake() {
    if (unavailable) {
      log.info("{} is answered again", getContext().getSelf().path().name());
    }
    unavailable = false;
    if (sent.isEmpty() || doubted != number) {
      return this;
    }
    giveUpSent();
    lane.drainTo(waiting);
    return sendNext();
  }

  private Behavior<Message> refuseAll() {
    waiting.forEach(ask -> ask.answer().accept(new Answer.Unavailable<>(RETRY_UNAVAILABLE)));
    waiting.clear();
    return this;
  }

  /** The node stops: nobody may be left waiting. */
  private Behavior<Message> onStop() {
    lane.close();
    lane.drainTo(waiting);
    giveUp(sent);
    giveUp(waiting);
    return this;
  }

  private void giveUp(Iterable<Ask> asks) {
    for (Ask ask : asks) {
      ask.answer()
          .accept(new Answer.Indeterminate<>(drainRate.retryAfter(waiting.size(), clock.millis())));
    }
  }

  private Behavior<Message> sendNext() {
    if (!sent.isEmpty() || waiting.isEmpty()) {
      return this;
    }
    List<Ask> batch = new ArrayList<>();
    List<PartitionCommand<?>> commands = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty()) {
      Ask next = waiting.element();
      int count = commands.size() + next.commands().size();
      bytes += next.weight();
      if (!batch.isEmpty() && (count > settings.maxBatch() || bytes > settings.maxBatchBytes())) {
        break;
      }
      commands.addAll(next.commands());
      batch.add(waiting.remove());
    }
    sent = batch;
    sentCommands = commands.size();
    number++;
    partition.accept(new PartitionMessage.Batch(number, getContext().getSelf().narrow(), commands));
    silence =
        getContext()
            .scheduleOnce(settings.replyTimeout(), getContext().getSelf(), new Silence(number));
    doubtLater();
    return this;
  }
}
