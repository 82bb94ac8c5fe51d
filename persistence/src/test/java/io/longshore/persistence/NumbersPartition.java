package io.longshore.persistence;

import io.longshore.persistence.NumbersLogic.Event;
import io.longshore.persistence.NumbersLogic.Numbers;
import io.longshore.persistence.NumbersProtocol.Command;
import java.time.Clock;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** A partition of numbers with nothing added to what every partition does. */
final class NumbersPartition extends Partition<Numbers, Command<?>, Event> {
  static final String TYPE_NAME = "numbers";

  private NumbersPartition(
      int partition,
      PartitionsSettings settings,
      Gate gate,
      ActorContext<PartitionMessage> context,
      TimerScheduler<PartitionMessage> timers) {
    super(
        new NumbersLogic(gate), TYPE_NAME, partition, settings, Clock.systemUTC(), context, timers);
  }

  static Behavior<PartitionMessage> create(int partition, PartitionsSettings settings, Gate gate) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new NumbersPartition(partition, settings, gate, context, timers)));
  }
}
