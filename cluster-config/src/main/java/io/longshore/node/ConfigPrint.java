package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A configuration as a user reads it: a line for each value with where it is from, in the form of a
 * configuration file. Secrets are named and not shown; from what is printed they are left out.
 */
final class ConfigPrint {
  private static final Pattern SECRET = Pattern.compile(".*(password|secret).*");

  private ConfigPrint() {}

  /** All of ours, and whatever else was given. */
  static String of(Config config) {
    Config defaults = Configuration.defaults();
    Map<String, ConfigValue> values = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> each : config.entrySet()) {
      if (belongs(each.getKey(), each.getValue(), defaults)) {
        values.put(each.getKey(), each.getValue());
      }
    }
    StringBuilder text = new StringBuilder();
    text.append("# What a node started like this would run with, and where each value is from.\n");
    text.append("# `longshore serve --config` takes it as it is.\n");
    values.forEach((path, value) -> text.append(line(path, value)).append('\n'));
    return text.toString();
  }

  /** Not what libraries have by themselves, nor what is for the JVM. */
  private static boolean belongs(String path, ConfigValue value, Config defaults) {
    boolean given = !Configuration.isDefault(value);
    boolean forJava = value.origin().description().equals("system properties");
    return given ? !forJava || defaults.hasPath(path) : path.startsWith("longshore.");
  }

  private static String line(String path, ConfigValue value) {
    String text = value.render(ConfigRenderOptions.concise());
    String origin = "  # " + Configuration.origin(value);
    return isSecret(path, String.valueOf(value.unwrapped()))
        ? "# " + path + " = (hidden)" + origin
        : path + " = " + text + origin;
  }

  private static boolean isSecret(String path, String value) {
    String last = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !value.isEmpty()
        && (SECRET.matcher(last).matches() || value.toLowerCase(Locale.ROOT).contains("password="));
  }
}
