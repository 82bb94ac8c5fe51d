package io.longshore.node;

import io.longshore.persistence.Door;
import io.longshore.persistence.Doors;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import kamon.tag.TagSet;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What the doors of this node have refused and how full they are, as metrics. Counters are moved by
 * what was added since the last look, so that those of several nodes in one process add up.
 */
final class DoorMetrics {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String TAG = "door";
  private final Metrics metrics;
  private final Doors doors;
  private final Map<String, Map<String, Long>> told = new HashMap<>();

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
    Map<String, Long> before = told.computeIfAbsent(name, any -> new HashMap<>());
    door.refusals()
        .forEach(
            (reason, count) -> {
              Long last = before.put(reason, count);
              long added = count - (last == null ? 0 : last);
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
