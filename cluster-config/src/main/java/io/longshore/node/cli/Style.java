package io.longshore.node.cli;

import java.util.function.UnaryOperator;

/** Colours, or none: every method returns its text unchanged when colours are off. */
public final class Style {
  /** No colours. */
  public static final Style PLAIN = new Style(false);

  /** Sixteen-colour ANSI escapes, so that the terminal's own theme decides the shades. */
  public static final Style ANSI = new Style(true);

  private final boolean on;

  private Style(boolean on) {
    this.on = on;
  }

  /** Whether escapes are written. */
  public boolean on() {
    return on;
  }

  /** For headings. */
  public String bold(String text) {
    return paint("1", text);
  }

  /** For what matters less. */
  public String dim(String text) {
    return paint("2", text);
  }

  /** For what went well. */
  public String green(String text) {
    return paint("32", text);
  }

  /** For what needs attention. */
  public String yellow(String text) {
    return paint("33", text);
  }

  /** For what went wrong. */
  public String red(String text) {
    return paint("31", text);
  }

  /** For what is in motion. */
  public String cyan(String text) {
    return paint("36", text);
  }

  /** For what changed its course. */
  public String magenta(String text) {
    return paint("35", text);
  }

  /** The colour for a task's state, an agent's status or a decision's kind. */
  public UnaryOperator<String> of(String word) {
    return switch (word) {
      case "completed", "online", "up", "ready" -> this::green;
      case "working", "started", "resumed", "running" -> this::cyan;
      case "failed", "rejected", "refused", "down", "unreachable" -> this::red;
      case "draining", "retried", "paused", "input-required", "joining", "leaving" -> this::yellow;
      case "moved" -> this::magenta;
      case "canceled", "offline", "submitted", "waiting" -> this::dim;
      default -> UnaryOperator.identity();
    };
  }

  private String paint(String code, String text) {
    return on && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
