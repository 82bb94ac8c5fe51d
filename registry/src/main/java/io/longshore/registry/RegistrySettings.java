package io.longshore.registry;

import com.typesafe.config.Config;
import io.longshore.persistence.PartitionsSettings;
import java.time.Duration;

/**
 * How the registry runs; {@code reference.conf} says what each setting does.
 *
 * @param partitions how its partitions run
 * @param maxAgents most agents in one partition
 * @param maxBytes most bytes of records in one partition
 * @param watchInterval how often a node's directory watches each partition
 * @param subscriptionTimeout how long a partition remembers a directory it does not hear
 * @param maxSubscribers most directories that one partition tells of changes
 * @param maxScan most agents that one search looks at
 * @param recentChanges how many changes a partition remembers for directories that missed some
 */
public record RegistrySettings(
    PartitionsSettings partitions,
    int maxAgents,
    long maxBytes,
    Duration watchInterval,
    Duration subscriptionTimeout,
    int maxSubscribers,
    int maxScan,
    int recentChanges) {

  public RegistrySettings {
    require(maxAgents >= 1, "max-agents must be at least 1");
    require(maxBytes >= 64 * 1024, "max-bytes must be at least 64 KiB");
    require(
        watchInterval.compareTo(Duration.ofMillis(100)) >= 0,
        "watch-interval must be at least 100 ms");
    require(
        subscriptionTimeout.compareTo(watchInterval.multipliedBy(2)) >= 0,
        "subscription-timeout must be at least twice watch-interval");
    require(maxSubscribers >= 1, "max-subscribers must be at least 1");
    require(maxScan >= 100, "max-scan must be at least 100");
    require(
        recentChanges >= partitions.maxBatch(),
        "recent-changes must be at least partitions.max-batch: a batch can change as many agents");
  }

  /**
   * Reads {@code longshore.registry}.
   *
   * @param config the node's whole configuration
   * @throws IllegalArgumentException if a value is out of its range
   * @throws com.typesafe.config.ConfigException if a value is missing or is not what it should be
   */
  public static RegistrySettings from(Config config) {
    Config registry = config.getConfig("longshore.registry");
    return new RegistrySettings(
        PartitionsSettings.from(registry.getConfig("partitions")),
        registry.getInt("max-agents"),
        registry.getBytes("max-bytes"),
        registry.getDuration("watch-interval"),
        registry.getDuration("subscription-timeout"),
        registry.getInt("max-subscribers"),
        registry.getInt("max-scan"),
        registry.getInt("recent-changes"));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException("longshore.registry." + message);
    }
  }
}
