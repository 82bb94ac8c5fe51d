package io.longshore.node.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;

/** What an agent tells its owner: notices, a line per task if wanted, else one line in place. */
final class AgentLog {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Terminal terminal;
  private final Style style;
  private final boolean verbose;
  private final String agentId;
  private final Instant startedAt;
  private int running;
  private long completed;
  private long failed;
  private boolean away;
  private boolean lineShown;

  AgentLog(Terminal terminal, Style style, boolean verbose, String agentId) {
    this.terminal = terminal;
    this.style = style;
    this.verbose = verbose;
    this.agentId = agentId;
    this.startedAt = terminal.clock().instant();
  }

  /** Something worth knowing in any case. */
  synchronized void say(String text) {
    println(verbose ? now() + "  " + text : text);
  }

  /** The node is away; told once until it is {@link #back}. */
  synchronized void away(RuntimeException why) {
    if (!away) {
      away = true;
      String reason = Text.cleanLines(String.valueOf(why.getMessage()));
      say(style.yellow(reason) + "\nTrying again until it does.");
    }
  }

  /** The node answers. */
  synchronized void back() {
    if (away) {
      away = false;
      say(style.green("Connected again."));
    }
  }

  /** A task was taken. */
  synchronized void started(LeasedTask task) {
    running++;
    line("▶", task, "attempt " + task.attempt(), style::cyan);
  }

  /** A task's result was accepted. */
  synchronized void completed(LeasedTask task, Duration took) {
    running--;
    completed++;
    line("✓", task, Text.duration(took), style::green);
  }

  /** A task was ended without a result. */
  synchronized void failed(LeasedTask task, String why) {
    running--;
    failed++;
    line("✗", task, why, style::red);
  }

  /** A task was given up: canceled, lost to another agent, or handed back. */
  synchronized void dropped(LeasedTask task, String why) {
    running--;
    line("↩", task, why, style::yellow);
  }

  /** Shows the line in place, if there is a terminal to show it on. */
  synchronized void showLine() {
    if (verbose || !terminal.outIsTerminal()) {
      return;
    }
    String text =
        "%s  %s running, %s completed, %s failed  %s"
            .formatted(
                agentId,
                Text.count(running),
                Text.count(completed),
                Text.count(failed),
                Text.duration(Duration.between(startedAt, terminal.clock().instant())));
    String mark = away ? style.yellow("○") : style.green("●");
    terminal.out().print(CLEAR_LINE + mark + " " + Text.fit(text, terminal.columns() - 3));
    terminal.out().flush();
    lineShown = true;
  }

  /** The last word. */
  synchronized void summary() {
    say(
        "%s, %s failed."
            .formatted(Text.count(completed, "task") + " completed", Text.count(failed)));
  }

  private void line(String glyph, LeasedTask task, String detail, UnaryOperator<String> paint) {
    if (verbose) {
      String what = task.capability().isEmpty() ? "@" + agentId : task.capability();
      println(
          "%s  %s %s  %s  %s"
              .formatted(
                  style.dim(now()),
                  paint.apply(glyph),
                  task.taskId(),
                  what,
                  Text.fit(Text.clean(detail), 300)));
    }
  }

  private void println(String text) {
    terminal.out().println((lineShown ? CLEAR_LINE : "") + text);
    lineShown = false;
  }

  private String now() {
    return terminal.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
