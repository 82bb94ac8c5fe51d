package io.longshore.registry;

import org.jspecify.annotations.Nullable;

/**
 * How work reaches an agent. A new kind is a new value here with the parameters it needs beside it.
 *
 * @param kind who takes the first step
 * @param handler for {@link Kind#HANDLER}: the name of the Java handler inside the node
 */
public record Delivery(Kind kind, @Nullable String handler) {

  /** The agent asks for work. */
  public static final Delivery PULL = new Delivery(Kind.PULL, null);

  /** A Java handler of this name inside the node does the work. */
  public static Delivery handler(String name) {
    return new Delivery(Kind.HANDLER, name);
  }

  public Delivery {
    if ((kind == Kind.HANDLER) != (handler != null)) {
      throw new IllegalArgumentException("delivery by handler, and only that, names a handler");
    }
  }

  /** Who takes the first step. */
  public enum Kind {
    /** The agent asks for work over HTTP. */
    PULL,
    /** A Java handler inside the node is handed the work. */
    HANDLER
  }
}
