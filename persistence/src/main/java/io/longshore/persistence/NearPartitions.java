package io.longshore.persistence;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorSignalInterceptor;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Which partitions of a kind run on this node. Thread-safe. */
final class NearPartitions {
  private final Set<Integer> running = new TreeSet<>();
  private volatile List<Integer> now = List.of();

  /** Those that run now. */
  List<Integer> now() {
    return now;
  }

  /** The same partition, and it is known as long as it runs. */
  Behavior<PartitionMessage> watch(int partition, Behavior<PartitionMessage> behavior) {
    return Behaviors.setup(
        context -> {
          runs(partition, true);
          return Behaviors.intercept(() -> new UntilStopped(partition), behavior);
        });
  }

  private synchronized void runs(int partition, boolean does) {
    if (does) {
      running.add(partition);
    } else {
      running.remove(partition);
    }
    now = List.copyOf(running);
  }

  private final class UntilStopped extends BehaviorSignalInterceptor<PartitionMessage> {
    private final int partition;

    UntilStopped(int partition) {
      this.partition = partition;
    }

    @Override
    public Behavior<PartitionMessage> aroundSignal(
        TypedActorContext<PartitionMessage> context,
        Signal signal,
        SignalTarget<PartitionMessage> target) {
      if (signal instanceof PostStop) {
        runs(partition, false);
      }
      return target.apply(context, signal);
    }
  }
}
