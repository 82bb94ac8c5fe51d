package io.longshore.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets equal parts of many records be one object in memory: agents of one kind say the same of
 * themselves. A registry of a million agents fits into memory because of this.
 */
final class Shared {
  private static final int SLOTS = 1 << 14;
  private static final Recent<String, String> TEXTS = new Recent<>(SLOTS);
  private static final Recent<Set<String>, Set<String>> SETS = new Recent<>(SLOTS);
  private static final Recent<Map<String, String>, Map<String, String>> MAPS = new Recent<>(SLOTS);
  private static final Recent<Delivery, Delivery> DELIVERIES = new Recent<>(1024);

  private Shared() {}

  static @Nullable String optional(@Nullable String text) {
    return text == null ? null : text(text);
  }

  static String text(String text) {
    String known = TEXTS.find(text);
    return known != null ? known : TEXTS.keep(text, text);
  }

  /** An unmodifiable set that equals this one. */
  static Set<String> texts(Set<String> texts) {
    Set<String> known = SETS.find(texts);
    if (known == null) {
      known = texts.stream().map(Shared::text).collect(Collectors.toUnmodifiableSet());
      SETS.keep(known, known);
    }
    return known;
  }

  /** An unmodifiable map that equals this one. */
  static Map<String, String> pairs(Map<String, String> pairs) {
    Map<String, String> known = MAPS.find(pairs);
    if (known == null) {
      Map<String, String> shared = new HashMap<>();
      pairs.forEach((name, value) -> shared.put(text(name), text(value)));
      known = Map.copyOf(shared);
      MAPS.keep(known, known);
    }
    return known;
  }

  static Delivery delivery(Delivery delivery) {
    Delivery known = DELIVERIES.find(delivery);
    return known != null ? known : DELIVERIES.keep(delivery, delivery);
  }
}
