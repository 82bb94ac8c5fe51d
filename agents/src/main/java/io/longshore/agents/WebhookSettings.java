package io.longshore.agents;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The limits of webhooks; {@code reference.conf} says what each one costs.
 *
 * @param allowPrivate whether requests may go to addresses that are not public
 * @param maxRequests most requests of a node under way
 * @param maxRequestsPerHost most requests of a node to one host under way
 * @param connectTimeout how long connecting may take
 * @param maxRetryAfter longest delay that a webhook may ask for
 * @param breakerFailures failures in a row that keep work off a webhook
 * @param breakerPause how long, at first
 * @param breakerMaxPause how long at most
 * @param cacheEntries most results that a node remembers
 * @param cacheBytes most bytes of them
 */
public record WebhookSettings(
    boolean allowPrivate,
    int maxRequests,
    int maxRequestsPerHost,
    Duration connectTimeout,
    Duration maxRetryAfter,
    int breakerFailures,
    Duration breakerPause,
    Duration breakerMaxPause,
    int cacheEntries,
    long cacheBytes) {

  private static final String NAMESPACE = "longshore.agents.webhook";

  /**
   * Checks every limit.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   */
  public WebhookSettings {
    atLeast(1, maxRequests, "max-requests");
    atLeast(1, maxRequestsPerHost, "max-requests-per-host");
    atLeast(1, connectTimeout.toMillis(), "connect-timeout");
    atLeast(1, maxRetryAfter.toMillis(), "max-retry-after");
    atLeast(1, breakerFailures, "breaker.failures");
    atLeast(1, breakerPause.toMillis(), "breaker.pause");
    atLeast(breakerPause.toMillis(), breakerMaxPause.toMillis(), "breaker.max-pause");
    atLeast(0, cacheEntries, "cache.entries");
    atLeast(0, cacheBytes, "cache.bytes");
  }

  /**
   * The settings under {@code longshore.agents.webhook} of an application's configuration.
   *
   * @throws IllegalArgumentException naming the setting that is out of range
   * @throws com.typesafe.config.ConfigException if one is missing or not of its type
   */
  public static WebhookSettings from(Config application) {
    Config config = application.getConfig(NAMESPACE);
    return new WebhookSettings(
        config.getBoolean("allow-private"),
        config.getInt("max-requests"),
        config.getInt("max-requests-per-host"),
        config.getDuration("connect-timeout"),
        config.getDuration("max-retry-after"),
        config.getInt("breaker.failures"),
        config.getDuration("breaker.pause"),
        config.getDuration("breaker.max-pause"),
        config.getInt("cache.entries"),
        config.getBytes("cache.bytes"));
  }

  private static void atLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s.%s must be at least %d, not %d".formatted(NAMESPACE, name, least, value));
    }
  }
}
