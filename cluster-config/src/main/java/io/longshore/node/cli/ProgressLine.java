package io.longshore.node.cli;

import java.time.Duration;
import java.time.Instant;

/** One line in place on the error output that tells how far something has come, for people only. */
final class ProgressLine {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final Duration EVERY = Duration.ofMillis(50);
  private static final int BAR = 30;

  private final Terminal terminal;
  private final Instant since;
  private Instant shownAt = Instant.MIN;
  private boolean shown;

  ProgressLine(Terminal terminal) {
    this.terminal = terminal;
    this.since = terminal.clock().instant();
  }

  /**
   * Shows where it stands, but not more often than an eye follows.
   *
   * @param what is counted, in words: {@code handed in}
   * @param total 0 if it is not known
   */
  void show(long done, long total, String what) {
    Instant now = terminal.clock().instant();
    if (!terminal.errIsTerminal() || shownAt.plus(EVERY).isAfter(now)) {
      return;
    }
    double seconds = Math.max(0.001, Duration.between(since, now).toNanos() / 1e9);
    String bar = total == 0 ? "" : Text.bar((double) done / total, BAR) + "  ";
    String of = total == 0 ? "" : " of " + Text.count(total);
    String text =
        "%s%s%s %s, %s/s"
            .formatted(bar, Text.count(done), of, what, Text.count(Math.round(done / seconds)));
    terminal.err().print(CLEAR_LINE + Text.fit(text, terminal.columns() - 1));
    terminal.err().flush();
    shown = true;
    shownAt = now;
  }

  /** Takes the line away. */
  void clear() {
    if (shown) {
      terminal.err().print(CLEAR_LINE);
      terminal.err().flush();
      shown = false;
      shownAt = Instant.MIN;
    }
  }
}
