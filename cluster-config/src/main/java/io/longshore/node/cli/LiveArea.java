package io.longshore.node.cli;

import java.util.List;

/** The last lines of a terminal, drawn over and over in place. */
public final class LiveArea implements AutoCloseable {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  // A line that is too long after the window was made narrower is cut, not wrapped: the way back
  // up stays right.
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final Terminal terminal;
  private final Thread restore = new Thread(this::restore, "restore-terminal");
  private int drawn;

  /** Starts below what the terminal shows. Only where the output is a terminal. */
  public LiveArea(Terminal terminal) {
    this.terminal = terminal;
    terminal.out().print(HIDE_CURSOR);
    Runtime.getRuntime().addShutdownHook(restore);
  }

  /** Replaces what was drawn before. More lines than the terminal has would not stay in place. */
  public void draw(List<String> lines) {
    StringBuilder frame = new StringBuilder(NO_WRAP);
    if (drawn > 0) {
      frame.append("\u001b[").append(drawn).append('A').append('\r');
    }
    for (String line : lines) {
      frame.append(line).append(CLEAR_TO_END_OF_LINE).append('\n');
    }
    frame.append(CLEAR_BELOW).append(WRAP);
    terminal.out().print(frame);
    terminal.out().flush();
    drawn = lines.size();
  }

  /** Leaves the last lines standing. */
  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(restore);
    } catch (IllegalStateException shutsDownAlready) {
      return;
    }
  }

  private void restore() {
    terminal.out().print(SHOW_CURSOR + WRAP);
    terminal.out().flush();
  }
}
