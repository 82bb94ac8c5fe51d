package io.longshore.gateway;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * How a gateway says no: in {@code longshore.gateway}, where each value is explained.
 *
 * @param connections open at a time
 * @param arriving bodies on their way at a time
 * @param minRequests requests at work that are let in however slow the node is
 * @param acceptableLatency answers that take no longer are no reason to let fewer in
 * @param acceptableDelay neither is a node that is not later with what it has to do
 * @param rates of single clients
 */
public record OverloadSettings(
    int connections,
    int arriving,
    int minRequests,
    Duration acceptableLatency,
    Duration acceptableDelay,
    ClientLimit rates) {

  public OverloadSettings {
    positive(connections, "limits.connections");
    positive(arriving, "limits.arriving");
    positive(minRequests, "limits.min-requests");
    require(
        acceptableLatency.toMillis() >= 1, "limits.acceptable-latency", "must be at least 1 ms");
    require(acceptableDelay.toMillis() >= 1, "limits.acceptable-delay", "must be at least 1 ms");
  }

  /** Reads and checks {@code longshore.gateway}. */
  static OverloadSettings from(Config own, GatewaySettings.Limits limits) {
    int arriving = own.getInt("limits.arriving");
    boolean auto = own.getString("limits.connections").equals("auto");
    return new OverloadSettings(
        auto ? limits.requests() + limits.waiting() + arriving : own.getInt("limits.connections"),
        arriving,
        own.getInt("limits.min-requests"),
        own.getDuration("limits.acceptable-latency"),
        own.getDuration("limits.acceptable-delay"),
        ClientLimit.from(own.getConfig("rate-limit")));
  }

  /**
   * How much one client may ask for.
   *
   * @param enabled whether anybody counts
   * @param perMinute calls, and things in calls about many, in the long run
   * @param burst of them at once
   * @param clients remembered
   * @param headers that tell clients apart, the first that a request has
   */
  public record ClientLimit(
      boolean enabled, int perMinute, int burst, int clients, List<String> headers) {

    public ClientLimit {
      positive(perMinute, "rate-limit.per-minute");
      positive(burst, "rate-limit.burst");
      positive(clients, "rate-limit.clients");
      headers = List.copyOf(headers);
    }

    private static ClientLimit from(Config config) {
      return new ClientLimit(
          config.getBoolean("enabled"),
          config.getInt("per-minute"),
          config.getInt("burst"),
          config.getInt("clients"),
          config.getStringList("headers"));
    }
  }

  private static void positive(int value, String name) {
    require(value > 0, name, "must be at least 1");
  }

  private static void require(boolean holds, String name, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("longshore.gateway.%s %s".formatted(name, rule));
    }
  }
}
