package io.longshore.gateway;

import io.longshore.agents.TaskRef.Priority;
import io.longshore.registry.Capability;
import io.longshore.registry.WantedCapability;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/** The parameters of one request, taken one by one; what nobody took was not known. */
final class Query {
  private static final int DEFAULT_PAGE = 50;

  private final Map<String, List<String>> left;
  private final Violations violations;

  Query(HttpRequest request, Violations violations) {
    Optional<String> raw = request.getUri().rawQueryString();
    this.left =
        raw.isEmpty() ? new TreeMap<>() : new TreeMap<>(request.getUri().query().toMultiMap());
    this.violations = violations;
  }

  /** One parameter as it is; null if it was not given. */
  @Nullable String text(String name) {
    List<String> values = left.remove(name);
    if (values == null) {
      return null;
    }
    if (values.size() > 1) {
      violations.parameter(name, "must be given once");
    }
    return values.get(0);
  }

  @Nullable String id(String name) {
    String text = text(name);
    if (text != null && !Text.isId(text)) {
      violations.parameter(name, Text.ID_RULE);
    }
    return text;
  }

  /** A capability, perhaps with a range of versions; null if it was not given. */
  @Nullable WantedCapability wanted(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    String violation =
        Text.isId(Capability.nameOf(text)) ? WantedCapability.violation(text) : Text.ID_RULE;
    if (violation != null) {
      violations.parameter(name, violation);
    }
    return WantedCapability.of(text);
  }

  /** How urgent something is; normally normal. */
  Priority priority(String name) {
    Priority priority = Text.priority(text(name));
    if (priority == null) {
      violations.parameter(name, Text.PRIORITY_RULE);
    }
    return priority == null ? Priority.NORMAL : priority;
  }

  long whole(String name, long min, long max, long otherwise) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, like a number out of range.
    }
    violations.parameter(name, "must be a whole number from %d to %d".formatted(min, max));
    return otherwise;
  }

  /** How many to give at most. */
  int pageSize(GatewaySettings settings) {
    int max = settings.limits().pageSize();
    return (int) whole("pageSize", 1, max, Math.min(DEFAULT_PAGE, max));
  }

  /** All {@code label=name:value}, as many as there are. */
  Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    List<String> pairs = left.remove("label");
    for (String pair : pairs == null ? List.<String>of() : pairs) {
      int colon = pair.indexOf(':');
      if (colon < 0 || !Text.isId(pair.substring(0, colon))) {
        violations.parameter("label", "must be name:value");
      } else {
        labels.put(pair.substring(0, colon), pair.substring(colon + 1));
      }
    }
    return labels;
  }

  /** The id that a page token stands for: where the page before ended; null for the first page. */
  @Nullable String pageToken() {
    String token = text("pageToken");
    if (token == null) {
      return null;
    }
    try {
      String id = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (Text.isId(id)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // Said below, like a token that holds no id.
    }
    violations.parameter("pageToken", "must be the nextPageToken of the page before");
    return null;
  }

  /** The token of the page after the one that ends with this id. */
  static String tokenAfter(String lastId) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(lastId.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the reading: what was not taken was not known. */
  void end() {
    for (String name : left.keySet()) {
      violations.parameter(name, "is not a parameter known here");
    }
  }
}
