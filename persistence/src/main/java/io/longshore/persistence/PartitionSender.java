package io.longshore.persistence;

import io.longshore.persistence.PartitionLane.Ask;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
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
 *
 * <p>A partition that stopped before it had committed has most often only moved: it is asked at
 * once, and commands wait for it. If it happens again and again, such as on a full database, they
 * are refused and it is asked ever less often, for each time it recovers to no purpose.
 */
final class PartitionSender extends AbstractBehavior<PartitionSender.Message> {

  /** What a sender understands. */
  interface Message {}

  /** Something waits in the lane. */
  record Look() implements Message {}

  /** Time to look whether the answer to what was sent takes long. */
  private record Check() implements Message {}

  /** Time to ask whether the partition is awake, if no batch was sent after this one. */
  private record Probe(long number) implements Message {}

  private static final Logger log = LoggerFactory.getLogger(PartitionSender.class);

  /** When a partition that does not answer will is not known: it is asked twice a second. */
  static final Duration RETRY_UNAVAILABLE = Duration.ofSeconds(2);

  private final PartitionLane lane;
  private final Consumer<PartitionMessage> partition;
  private final PartitionsSettings settings;
  private final DrainRate drainRate;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Standing standing = new Standing();
  private final Deque<Ask> waiting = new ArrayDeque<>();
  private @Nullable SentBatch sent;
  private long number;

  /** Whether a {@link Check} will come: one at a time, however many batches are sent meanwhile. */
  private boolean watched;

  private PartitionSender(
      ActorContext<Message> context,
      PartitionLane lane,
      Consumer<PartitionMessage> partition,
      PartitionsSettings settings,
      DrainRate drainRate,
      Clock clock,
      LongSupplier nanos) {
    super(context);
    this.lane = lane;
    this.partition = partition;
    this.settings = settings;
    this.drainRate = drainRate;
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Sends to {@code partition} what gathers in {@code lane}.
   *
   * @param nanos as {@link System#nanoTime}
   */
  static Behavior<Message> create(
      PartitionLane lane,
      Consumer<PartitionMessage> partition,
      PartitionsSettings settings,
      DrainRate drainRate,
      Clock clock,
      LongSupplier nanos) {
    return Behaviors.setup(
        context ->
            new PartitionSender(context, lane, partition, settings, drainRate, clock, nanos));
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> onLook())
        .onMessage(PartitionMessage.Replies.class, this::onReplies)
        .onMessage(PartitionMessage.Refused.class, this::onRefused)
        .onMessage(Check.class, check -> onCheck())
        .onMessage(Probe.class, this::onProbe)
        .onMessage(PartitionMessage.Awake.class, awake -> onAwake())
        .onSignal(PostStop.class, stopped -> onStop())
        .build();
  }

  private Behavior<Message> onLook() {
    lane.drainTo(waiting);
    return standing.refuses() ? refuseAll() : sendNext();
  }

  private Behavior<Message> onReplies(PartitionMessage.Replies message) {
    SentBatch batch = sent;
    if (batch == null || message.number() != batch.number()) {
      return this; // the answer to a batch that was given up
    }
    if (!batch.take(message.replies())) {
      return onFailure();
    }
    if (!batch.isAnswered()) {
      return this; // the next part is on its way
    }
    if (standing.committed()) {
      log.info("{} commits again", name());
    }
    sent = null;
    drainRate.drained(batch.commands().size(), clock.millis());
    batch.answer();
    // Only now: whoever was answered may have asked the next thing, and leaves with this batch.
    lane.drainTo(waiting);
    return sendNext();
  }

  /** There was no room for the batch where the partition lives, or it moves and never got it. */
  private Behavior<Message> onRefused(PartitionMessage.Refused message) {
    SentBatch batch = sent;
    if (batch == null || message.number() != batch.number()) {
      return this;
    }
    sent = null;
    if (message.retryAfterMillis() == PartitionMessage.Refused.MOVED) {
      batch.putBack(waiting);
      standing.moves(nanos.getAsLong());
      return ask();
    }
    Duration retryAfter = Duration.ofMillis(message.retryAfterMillis());
    batch.asks().forEach(ask -> ask.answer().accept(new Answer.Overloaded<>(retryAfter)));
    lane.drainTo(waiting);
    return sendNext();
  }

  /** The partition has stopped and nothing is known of what was sent. */
  private Behavior<Message> onFailure() {
    giveUpSent();
    Duration pause = standing.failed(nanos.getAsLong());
    if (standing.failures() == 2) {
      log.warn(
          "{} fails again and again to commit; commands are refused until it does. Is the database"
              + " full, or may nobody write to it?",
          name());
    }
    lane.drainTo(waiting);
    if (!standing.refuses()) {
      return ask();
    }
    probeAfter(pause);
    return refuseAll();
  }

  private Behavior<Message> onCheck() {
    watched = false;
    SentBatch batch = sent;
    if (batch == null) {
      return this;
    }
    long now = nanos.getAsLong();
    if (now - batch.sentAt() >= settings.replyTimeout().toNanos()) {
      return onSilence();
    }
    boolean doubt = now - batch.askedAt() >= Standing.BETWEEN_QUESTIONS.toNanos();
    if (doubt) {
      batch.doubt(now);
    }
    watch(batch, now);
    if (doubt) {
      wake();
    }
    return this;
  }

  private void watch(SentBatch batch, long now) {
    if (!watched) {
      watched = true;
      long silence = batch.sentAt() + settings.replyTimeout().toNanos() - now;
      long doubt = batch.askedAt() + Standing.BETWEEN_QUESTIONS.toNanos() - now;
      var unused =
          getContext()
              .scheduleOnce(
                  Duration.ofNanos(Math.min(silence, doubt)), getContext().getSelf(), new Check());
    }
  }

  private Behavior<Message> onSilence() {
    giveUpSent();
    standing.silent(nanos.getAsLong());
    return refuseSilent();
  }

  private Behavior<Message> refuseSilent() {
    log.warn(
        "{} has no answer after {} ms; commands are refused until it has. Does the database"
            + " answer, and is a majority of the nodes up?",
        name(),
        settings.replyTimeout().toMillis());
    refuseAll();
    return ask();
  }

  private String name() {
    return getContext().getSelf().path().name();
  }

  private void giveUpSent() {
    SentBatch batch = sent;
    sent = null;
    if (batch != null) {
      giveUp(batch.asks());
    }
  }

  private void wake() {
    partition.accept(new PartitionMessage.Wake(getContext().getSelf().narrow()));
  }

  private void probeAfter(Duration pause) {
    var unused = getContext().scheduleOnce(pause, getContext().getSelf(), new Probe(number));
  }

  private Behavior<Message> ask() {
    standing.ask();
    probeAfter(Standing.BETWEEN_QUESTIONS);
    wake();
    return this;
  }

  private Behavior<Message> onProbe(Probe probe) {
    if (!standing.isHeld() || probe.number() != number) {
      return this;
    }
    return standing.refusesFrom(nanos.getAsLong(), settings.replyTimeout())
        ? refuseSilent()
        : ask();
  }

  private Behavior<Message> onAwake() {
    boolean refused = standing.refuses();
    if (standing.awake()) {
      if (refused && standing.failures() < 2) {
        log.info("{} is answered again", name());
      }
    } else if (standing.isHeld() || sent == null || !sent.isDoubted()) {
      return this; // it answers an earlier question
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
    giveUpSent();
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
    if (standing.isHeld() || sent != null || waiting.isEmpty()) {
      return this;
    }
    long now = nanos.getAsLong();
    number++;
    SentBatch batch = SentBatch.take(number, waiting, settings, now);
    sent = batch;
    watch(batch, now);
    partition.accept(
        new PartitionMessage.Batch(number, getContext().getSelf().narrow(), batch.commands()));
    return this;
  }
}
