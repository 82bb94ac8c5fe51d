package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.DatabaseSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is particular to one node; {@code application.conf} explains each value.
 *
 * @param cluster the cluster's name
 * @param seeds {@code host:port} of nodes to join
 * @param roles what the node does
 * @param expectedMembers how many members make the node ready
 * @param healthInterval how often health is looked at
 * @param data where the embedded database lies
 * @param database which database keeps everything
 */
public record NodeSettings(
    String cluster,
    List<String> seeds,
    List<String> roles,
    int expectedMembers,
    Duration healthInterval,
    Path data,
    DatabaseSettings database) {

  private static final Pattern HOST_AND_PORT = Pattern.compile("[^:\\s]+:\\d{1,5}");
  private static final List<String> ROLES = List.of("gateway", "work");

  public NodeSettings {
    seeds = List.copyOf(seeds);
    roles = List.copyOf(roles);
    for (String seed : seeds) {
      if (!HOST_AND_PORT.matcher(seed).matches()) {
        throw new IllegalArgumentException("A seed is host:port, not '" + seed + "'");
      }
    }
    if (roles.isEmpty() || !ROLES.containsAll(roles)) {
      throw new IllegalArgumentException("Roles are " + ROLES + ", not " + roles);
    }
    if (expectedMembers < 1) {
      throw new IllegalArgumentException("longshore.node.expected-members must be at least 1");
    }
    if (database.isEmbedded() && (!seeds.isEmpty() || expectedMembers > 1)) {
      throw new IllegalArgumentException(
          "Several nodes need PostgreSQL: the embedded database serves one node only. Set"
              + " LONGSHORE_DB_URL=jdbc:postgresql://host:port/name (and LONGSHORE_DB_USER,"
              + " LONGSHORE_DB_PASSWORD) on every node.");
    }
  }

  /**
   * Reads {@code longshore.node}.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message says what to do
   */
  public static NodeSettings from(Config application) {
    Config config = application.getConfig("longshore.node");
    Path data = Path.of(config.getString("data")).toAbsolutePath().normalize();
    String url = config.getString("database.url");
    DatabaseSettings database =
        url.isBlank()
            ? DatabaseSettings.embedded(data.resolve("longshore").toString())
            : new DatabaseSettings(
                url,
                config.getString("database.user"),
                config.getString("database.password"),
                config.getInt("database.connections"));
    return new NodeSettings(
        config.getString("cluster"),
        config.getStringList("seeds"),
        config.getStringList("roles"),
        config.getInt("expected-members"),
        config.getDuration("health-interval"),
        data,
        database);
  }

  /**
   * The whole configuration of a node: flags over a file over the environment and the defaults.
   *
   * @param flags paths and values, such as {@code longshore.gateway.port}
   * @param file a configuration file, or an empty one
   */
  public static Config load(Map<String, ?> flags, Config file) {
    Config given = ConfigFactory.parseMap(flags).withFallback(file);
    Config config = load(given);
    if (config.getString("longshore.node.database.url").isBlank()
        && !given.hasPath("longshore.node.port")) {
      // Alone on its embedded database: no other node looks for it at a known port.
      return load(ConfigFactory.parseMap(Map.of("longshore.node.port", 0)).withFallback(given));
    }
    return config;
  }

  private static Config load(Config given) {
    return ConfigFactory.load(given.withFallback(ConfigFactory.parseResources("application.conf")));
  }
}
