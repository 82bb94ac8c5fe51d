package io.longshore.registry;

import org.jspecify.annotations.Nullable;

/**
 * How work reaches an agent. A new kind is a new value here with the parameters it needs beside it.
 *
 * @param kind who takes the first step
 * @param handler for {@link Kind#HANDLER}: the name of the Java handler inside the node
 * @param webhook for {@link Kind#WEBHOOK}: where requests go
 */
public record Delivery(Kind kind, @Nullable String handler, @Nullable Webhook webhook) {

  /** The agent asks for work. */
  public static final Delivery PULL = new Delivery(Kind.PULL, null, null);

  /** A Java handler of this name inside the node does the work. */
  public static Delivery handler(String name) {
    return new Delivery(Kind.HANDLER, name, null);
  }

  /** The node sends the work there. */
  public static Delivery webhook(Webhook webhook) {
    return new Delivery(Kind.WEBHOOK, null, webhook);
  }

  public Delivery {
    if ((kind == Kind.HANDLER) != (handler != null)) {
      throw new IllegalArgumentException("delivery by handler, and only that, names a handler");
    }
    if ((kind == Kind.WEBHOOK) != (webhook != null)) {
      throw new IllegalArgumentException("delivery by webhook, and only that, has a webhook");
    }
  }

  /** What is kept of this registration where that one is known already. */
  Delivery after(@Nullable Delivery known) {
    return webhook == null ? this : webhook(webhook.after(known == null ? null : known.webhook));
  }

  /** A rough size in bytes. */
  int weight() {
    return (handler == null ? 0 : handler.length()) + (webhook == null ? 0 : webhook.weight());
  }

  /** Who takes the first step. */
  public enum Kind {
    /** The agent asks for work over HTTP. */
    PULL,
    /** A Java handler inside the node is handed the work. */
    HANDLER,
    /** The node sends the work to the agent over HTTP. */
    WEBHOOK
  }
}
