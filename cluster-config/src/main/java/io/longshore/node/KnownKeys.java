package io.longshore.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what was given under {@code longshore} and means nothing: a value that is misspelt does not
 * silently stay what it was. The defaults name all that there is; an empty object among them takes
 * any keys.
 */
final class KnownKeys {
  private static final String ROOT = "longshore";
  private final Config defaults;

  KnownKeys(Config defaults) {
    this.defaults = defaults.withOnlyPath(ROOT);
  }

  /** What is unknown in a whole configuration: where it stands and which key comes nearest. */
  List<String> problems(Config config) {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> each : config.withOnlyPath(ROOT).entrySet()) {
      List<String> path = ConfigUtil.splitPath(each.getKey());
      if (!isKnown(path) && !isForJava(path, each.getValue())) {
        problems.add(
            "%s: there is no %s. The nearest is %s"
                .formatted(
                    Configuration.origin(each.getValue()), each.getKey(), nearest(each.getKey())));
      }
    }
    problems.sort(String::compareTo);
    return problems;
  }

  private boolean isKnown(List<String> path) {
    ConfigObject at = defaults.root();
    for (String element : path) {
      if (at.isEmpty()) {
        return true; // anything goes here
      }
      ConfigValue next = at.get(element);
      if (next == null) {
        return false;
      }
      if (!(next instanceof ConfigObject object)) {
        return true; // if there is more of the path, whoever reads it says so
      }
      at = object;
    }
    return true;
  }

  /** System properties of ours that are no configuration, such as {@code longshore.log.level}. */
  private boolean isForJava(List<String> path, ConfigValue value) {
    return value.origin().description().equals("system properties")
        && path.size() > 1
        && !defaults.hasPath(ConfigUtil.joinPath(path.get(0), path.get(1)));
  }

  private @Nullable String nearest(String unknown) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    List<String> sorted = defaults.entrySet().stream().map(Map.Entry::getKey).sorted().toList();
    for (String known : sorted) {
      int distance = distance(unknown, known);
      // A right name in the wrong place is nearer than another name in the right one.
      if (last(unknown).equals(last(known)) && section(unknown).equals(section(known))) {
        distance = Math.min(distance, 1);
      }
      if (distance < least) {
        least = distance;
        nearest = known;
      }
    }
    return nearest;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static String section(String path) {
    String[] parts = path.split("[.]", 3);
    return parts.length > 1 ? parts[1] : path;
  }

  /** How many characters to add, drop or change (Levenshtein). */
  static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(change, 1 + Math.min(before[j], now[j - 1]));
      }
      before = now;
    }
    return before[b.length()];
  }
}
