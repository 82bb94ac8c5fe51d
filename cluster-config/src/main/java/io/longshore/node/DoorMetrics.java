package io.longshore.node;

import io.longshore.persistence.Door;
import io.longshore.persistence.Doors;
import java.time.Duration;
import kamon.tag.TagSet;
import org.apache.pekko.actor.typed.ActorSystem;

/** What the doors of this node have refused and how full they are, as metrics. */
final class DoorMetrics {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String TAG = "door";
  private final Metrics metrics;
  private final Doors doors;
  private final Totals totals = new Totals();

  DoorMetrics(Metrics metrics, Doors doors) {
    this.metrics = metrics;
    this.doors = doors;
  }

  /** Goes on until the system ends. */
  static void start(ActorSystem<?> system, Metrics metrics) {
    DoorMetrics all = new DoorMetrics(metrics, Doors.of(system));
    system
        .scheduler()
        .scheduleWithFixedDelay(INTERVAL, INTERVAL, all::tell, system.executionContext());
  }

  void tell() {
    doors.all().forEach(this::tell);
  }

  private void tell(String name, Door door) {
    door.refusals()
        .forEach(
            (reason, count) -> {
              long added = totals.gained(name + ' ' + reason, count);
              if (added > 0) {
                metrics
                    .counter("longshore.refused", "What a door of this node has refused, and why")
                    .withTags(TagSet.builder().add(TAG, name).add("reason", reason).build())
                    .increment(added);
              }
            });
    metrics
        .gauge("longshore.door.depth", "How full a door of this node is, in its own unit")
        .withTag(TAG, name)
        .update((double) door.depth());
    metrics
        .gauge("longshore.door.limit", "How much a door of this node takes now; 0 for no limit")
        .withTag(TAG, name)
        .update((double) door.limit());
  }
}
