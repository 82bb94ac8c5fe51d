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
      Standstills standstills,
      ActorContext<PartitionMessage> context,
      TimerScheduler<PartitionMessage> timers) {
    super(
        new NumbersLogic(gate),
        TYPE_NAME,
        partition,
        settings,
        Clock.systemUTC(),
        context,
        timers,
        standstills);
  }

  static Behavior<PartitionMessage> create(int partition, PartitionsSettings settings, Gate gate) {
    return create(partition, settings, gate, Standstills.ofProcess());
  }

  static Behavior<PartitionMessage> create(
      int partition, PartitionsSettings settings, Gate gate, Standstills standstills) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new NumbersPartition(partition, settings, gate, standstills, context, timers)));
  }
}
