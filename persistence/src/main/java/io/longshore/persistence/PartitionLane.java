package io.longshore.persistence;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * A node's way to one partition. While a batch is unanswered new commands gather here; when the
 * answer comes they leave as the next batch. So there is no timer, no added latency when idle, and
 * one message and one journal write per batch under load.
 *
 * <p>What gathers is bounded by {@link Partitions}, which admits it. Thread-safe.
 */
final class PartitionLane {

  /**
   * Commands that leave in the same batch and who hears of the answer: the reply to each, or {@link
   * PartitionMessage.Undecided} in its place.
   */
  record Ask(
      List<? extends PartitionCommand<?>> commands,
      int weight,
      Consumer<Answer<List<Object>>> answer) {}

  private final Gathering<Ask> gathering = new Gathering<>();
  private final ActorRef<PartitionSender.Message> sender;

  /**
   * A lane to {@code partition}.
   *
   * @param start starts the actor that sends
   * @param nanos as {@link System#nanoTime}
   */
  PartitionLane(
      Function<Behavior<PartitionSender.Message>, ActorRef<PartitionSender.Message>> start,
      Consumer<PartitionMessage> partition,
      PartitionsSettings settings,
      DrainRate drainRate,
      Clock clock,
      LongSupplier nanos) {
    sender =
        start.apply(PartitionSender.create(this, partition, settings, drainRate, clock, nanos));
  }

  /** Sends commands as soon as may be; {@code ask.answer()} is told in any case, and once. */
  void add(Ask ask) {
    if (gathering.add(ask)) {
      sender.tell(new PartitionSender.Look());
    }
    if (gathering.takeBack(ask)) {
      ask.answer().accept(new Answer.Unavailable<>(PartitionSender.RETRY_UNAVAILABLE));
    }
  }

  /** Moves what has gathered to {@code waiting}; only the sender does. */
  void drainTo(Collection<? super Ask> waiting) {
    gathering.drainTo(waiting);
  }

  /** There is nobody any more who would send. */
  void close() {
    gathering.close();
  }
}
