package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a node's configuration comes from: Java's system properties over flags over environment
 * variables over a file over the defaults.
 */
final class Configuration {
  private static final String PORT = "longshore.node.port";
  private static final String DATABASE = "longshore.node.database.url";

  private Configuration() {}

  /** All defaults, without anything that was given. */
  static Config defaults() {
    return unresolvedDefaults().resolve();
  }

  private static Config unresolvedDefaults() {
    return ConfigFactory.parseResources("application.conf")
        .withFallback(ConfigFactory.defaultReferenceUnresolved());
  }

  /**
   * Reads a file of a user.
   *
   * @throws ConfigurationException if it cannot be read; the message tells the line
   */
  static Config file(Path file) {
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      throw new ConfigurationException(
          List.of("The configuration file cannot be read: " + e.getMessage()));
    }
  }

  /**
   * The whole configuration.
   *
   * @param flags paths and values, or {@link #flag} values
   * @param environment all environment variables
   * @param file what a user wrote, or an empty one
   * @throws ConfigurationException if something in it refers to what is not there
   */
  static Config load(Map<String, ?> flags, Map<String, String> environment, Config file) {
    Config defaults = unresolvedDefaults();
    Config lists = defaults.resolve();
    Config given =
        asLists(ConfigFactory.systemProperties(), lists)
            .withFallback(asLists(ConfigFactory.parseMap(flags, "flag"), lists))
            .withFallback(asLists(variables(environment), lists))
            .withFallback(file);
    try {
      Config config = given.withFallback(defaults).resolve();
      if (!config.getString(DATABASE).isBlank() || !isDefault(config.getValue(PORT))) {
        return config;
      }
      // Alone on its embedded database: no other node looks for it at a known port.
      Config alone =
          ConfigFactory.parseMap(
              Map.of(PORT, ConfigValueFactory.fromAnyRef(0, "default.conf @ of a node alone")));
      return given.withFallback(alone).withFallback(defaults).resolve();
    } catch (ConfigException e) {
      throw new ConfigurationException(List.of(String.valueOf(e.getMessage())));
    }
  }

  /** A value that remembers the flag it was given by. */
  static ConfigValue flag(String name, Object value) {
    return ConfigValueFactory.fromAnyRef(value, "flag " + name);
  }

  /** The variables that set something, by the path they set. */
  static Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>();
    ConfigFactory.parseResources("environment.conf")
        .entrySet()
        .forEach(each -> variables.put(each.getKey(), String.valueOf(each.getValue().unwrapped())));
    return variables;
  }

  private static Config variables(Map<String, String> environment) {
    Map<String, Object> values = new HashMap<>();
    variables()
        .forEach(
            (path, variable) -> {
              String value = environment.getOrDefault(variable, "");
              if (!value.isBlank()) {
                values.put(path, ConfigValueFactory.fromAnyRef(value, "environment " + variable));
              }
            });
    return ConfigFactory.parseMap(values);
  }

  /** The same with texts split at commas where the defaults have a list. */
  private static Config asLists(Config given, Config defaults) {
    Config lists = given;
    for (Map.Entry<String, ConfigValue> each : own(given)) {
      String path = each.getKey();
      if (each.getValue().valueType() == ConfigValueType.STRING
          && defaults.hasPath(path)
          && defaults.getValue(path) instanceof ConfigList) {
        List<String> parts =
            Arrays.stream(String.valueOf(each.getValue().unwrapped()).split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
        ConfigValue list =
            ConfigValueFactory.fromAnyRef(parts, each.getValue().origin().description());
        lists = lists.withValue(path, list);
      }
    }
    return lists;
  }

  private static Iterable<Map.Entry<String, ConfigValue>> none() {
    return List.of();
  }

  private static Iterable<Map.Entry<String, ConfigValue>> own(Config given) {
    return given.root().get("longshore") instanceof ConfigObject
        ? given.withOnlyPath("longshore").entrySet()
        : none();
  }

  /** Whether a value is one of ours and not of whoever runs the node. */
  static boolean isDefault(ConfigValue value) {
    return value.origin().description().contains(".conf @ ");
  }

  /** Where a value is from, for people. */
  static String origin(ConfigValue value) {
    String description = value.origin().description();
    if (isDefault(value)) {
      return "default";
    }
    if (description.equals("system properties")) {
      return "Java's -D";
    }
    return value.origin().filename() != null ? "file " + description : description;
  }
}
