package io.longshore.gateway;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of an object's fields so far. Most objects have few, and for those this is nothing. */
final class Names {
  private @Nullable String first;
  private @Nullable String second;
  private @Nullable Set<String> more;

  /** Adds a name; false if it was there. */
  boolean add(String name) {
    if (name.equals(first) || name.equals(second)) {
      return false;
    }
    if (first == null) {
      first = name;
    } else if (second == null) {
      second = name;
    } else {
      if (more == null) {
        more = new HashSet<>();
      }
      return more.add(name);
    }
    return true;
  }
}
