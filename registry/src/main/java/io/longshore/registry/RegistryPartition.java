package io.longshore.registry;

import io.longshore.persistence.Partition;
import io.longshore.persistence.PartitionMessage;
import io.longshore.registry.RegistryProtocol.Command;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.Watch;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slice of the registry: commits what {@link RegistryLogic} decides and tells the directories
 * that watch it. Who watches is not kept: directories say so again and again.
 */
final class RegistryPartition extends Partition<RegistryState, Command<?>, RegistryEvent> {

  /** Names the partitions in the cluster and in the journal; never changes. */
  static final String TYPE_NAME = "registry";

  private static final Logger log = LoggerFactory.getLogger(RegistryPartition.class);

  private final RegistrySettings settings;
  private final PartitionFeed feed;
  private final Map<ActorRef<DirectoryUpdate>, Subscription> subscriptions = new HashMap<>();

  private RegistryPartition(
      int partition,
      RegistrySettings settings,
      Clock clock,
      ActorContext<PartitionMessage> context,
      TimerScheduler<PartitionMessage> timers) {
    super(
        new RegistryLogic(settings.maxAgents(), settings.maxBytes()),
        TYPE_NAME,
        partition,
        settings.partitions(),
        clock,
        context,
        timers);
    this.settings = settings;
    this.feed = new PartitionFeed(partition, settings.recentChanges());
  }

  /** The behavior of one partition. */
  static Behavior<PartitionMessage> create(int partition, RegistrySettings settings, Clock clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new RegistryPartition(partition, settings, clock, context, timers)));
  }

  @Override
  protected void committed(RegistryState state, List<RegistryEvent> events) {
    events.forEach(event -> feed.changed(event.agentId()));
    dropExpired(now());
    List<DirectoryUpdate> changes = feed.changes(state, state.revision() - events.size());
    subscriptions.keySet().forEach(subscriber -> changes.forEach(subscriber::tell));
  }

  @Override
  protected void soft(RegistryState state, PartitionMessage message) {
    if (message instanceof Watch watch) {
      watch(state, watch, now());
    }
  }

  private void watch(RegistryState state, Watch watch, long now) {
    ActorRef<DirectoryUpdate> subscriber = watch.subscriber();
    Subscription subscription = subscriptions.get(subscriber);
    if (subscription == null) {
      dropExpired(now);
      if (subscriptions.size() >= settings.maxSubscribers()) {
        log.warn(
            "Registry partition {} has {} subscribers and takes no more: the node of {} will not"
                + " become ready. Raise longshore.registry.max-subscribers above the number of"
                + " nodes.",
            partition,
            subscriptions.size(),
            subscriber.path());
        return;
      }
      subscription = new Subscription();
      subscriptions.put(subscriber, subscription);
    }
    long timeout = settings.subscriptionTimeout().toMillis();
    subscription.expiresAt = now + timeout;
    if (feed.remembers(state, watch.knownRevision())) {
      feed.changes(state, watch.knownRevision()).forEach(subscriber::tell);
    } else if (now >= subscription.nextListingAt) {
      // One in a while: a directory slow to take a listing must not be sent it again and again.
      subscription.nextListingAt = now + timeout;
      feed.listing(state, watch.knownRevision()).forEach(subscriber::tell);
    }
  }

  private void dropExpired(long now) {
    subscriptions.values().removeIf(subscription -> subscription.expiresAt <= now);
  }

  private static final class Subscription {
    private long expiresAt;
    private long nextListingAt;
  }
}
