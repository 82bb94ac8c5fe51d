package io.longshore.gateway;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entity tags of an {@code If-Match} or {@code If-None-Match}. Ours are numbers; tags that are
 * not match nothing.
 *
 * @param any whether it was {@code *}
 * @param numbers the tags that could be ours
 */
record ETags(boolean any, Set<Long> numbers) {
  private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([^\"]*)\"\\s*(?:,|$)");
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

  /** A number as an entity tag. */
  static String of(long number) {
    return "\"" + number + "\"";
  }

  /**
   * Reads a header.
   *
   * @param value null if the request does not have it
   * @param weak whether {@code W/"…"} counts: for {@code If-None-Match} it does
   * @return null if there is none, or none that can be read
   */
  static @Nullable ETags parse(
      String header, @Nullable String value, boolean weak, Violations violations) {
    if (value == null) {
      return null;
    }
    if (value.trim().equals("*")) {
      return new ETags(true, Set.of());
    }
    Set<Long> numbers = new HashSet<>();
    Matcher tags = TAG.matcher(value);
    int end = 0;
    while (end < value.length() && tags.find(end) && tags.start() == end) {
      end = tags.end();
      boolean counts = weak || tags.group(1) == null;
      if (counts && NUMBER.matcher(tags.group(2)).matches()) {
        numbers.add(Long.parseLong(tags.group(2)));
      }
    }
    if (end < value.length() || value.isBlank()) {
      violations.header(header, "must be * or entity tags like \"17\"");
      return null;
    }
    return new ETags(false, numbers);
  }

  /** Whether something with this tag exists and is meant. */
  boolean match(long number) {
    return any || numbers.contains(number);
  }

  /** The one number that is meant, or null if it is not as simple. */
  @Nullable Long single() {
    return !any && numbers.size() == 1 ? numbers.iterator().next() : null;
  }
}
