package io.longshore.node.demo;

import io.longshore.node.cli.AgentInfo;
import io.longshore.node.cli.Style;
import io.longshore.node.cli.Table;
import io.longshore.node.cli.TaskInfo;
import io.longshore.node.cli.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The demo's board while it runs: the agents, the tasks, and how far it has come. */
final class DemoBoard {
  private static final String SPINNER = "◐◓◑◒";
  private static final int BAR = 30;

  private final int width;
  private final Style style;

  /**
   * Draws boards.
   *
   * @param width in columns
   */
  DemoBoard(int width, Style style) {
    this.width = width;
    this.style = style;
  }

  /** The board; less than 24 lines, so that it stays in place in the smallest usual terminal. */
  List<String> lines(DemoProgress progress, int frame) {
    List<String> lines = new ArrayList<>(agents(progress.agents()).lines(width - 1, style));
    lines.add("");
    lines.addAll(tasks(progress, frame).lines(width - 1, style));
    lines.add("");
    lines.add(bar(progress));
    return lines.stream().map(line -> line.isEmpty() ? line : " " + line).toList();
  }

  private Table agents(List<AgentInfo> agents) {
    Table table =
        new Table()
            .left("agent")
            .left("status")
            .left("hands")
            .right("queued")
            .right("service")
            .flexible("says");
    for (AgentInfo agent : agents) {
      Duration service = agent.serviceTime();
      int free = Math.max(0, agent.concurrency() - agent.running());
      table
          .row()
          .cell(agent.agentId(), style::bold)
          .cell(agent.status(), style.of(agent.status()))
          .cell("●".repeat(agent.running()) + "○".repeat(free), style::cyan)
          .cell(agent.queued() == 0 ? "-" : Text.count(agent.queued()))
          .cell(service == null ? "-" : Text.duration(service))
          .cell(agent.description(), style::dim);
    }
    return table;
  }

  private Table tasks(DemoProgress progress, int frame) {
    Table table =
        new Table()
            .flexible("text")
            .left("task")
            .left("state")
            .left("agent")
            .right("tries")
            .right("moves")
            .right("time");
    for (DemoProgress.Item item : progress.items()) {
      TaskInfo task = item.task();
      UnaryOperator<String> paint = style.of(task.state());
      table
          .row()
          .cell(item.title())
          .cell(item.shortId(), style::dim)
          .cell(glyph(task.state(), frame) + " " + task.state(), paint)
          .cell(whose(task))
          .cell(task.attempts() == 0 ? "-" : Text.count(task.attempts()))
          .cell(task.moves() == 0 ? "-" : Text.count(task.moves()), style::magenta)
          .cell(Text.seconds(task.age(progress.now())));
    }
    return table;
  }

  /** Who has it, or who will have it as far as is decided. */
  private static String whose(TaskInfo task) {
    if (!task.agentId().isEmpty()) {
      return task.agentId();
    }
    int decisions = task.decisions().size();
    return decisions > 0 && task.decisions().get(decisions - 1).kind().equals("assigned")
        ? "→ " + task.decisions().get(decisions - 1).agentId()
        : "-";
  }

  private String bar(DemoProgress progress) {
    int total = progress.items().size();
    double part = total == 0 ? 0 : (double) progress.completed() / total;
    return "%s  %s  %s"
        .formatted(
            style.green(Text.bar(part, Math.min(BAR, Math.max(10, width / 3)))),
            style.bold(progress.completed() + " of " + total + " completed"),
            style.dim(Text.seconds(progress.elapsed())));
  }

  private static String glyph(String state, int frame) {
    return switch (state) {
      case "submitted" -> "○";
      case "working" -> SPINNER.substring(frame % 4, frame % 4 + 1);
      case "completed" -> "✓";
      case "canceled" -> "⊘";
      case "failed", "rejected" -> "✗";
      default -> "•";
    };
  }
}
