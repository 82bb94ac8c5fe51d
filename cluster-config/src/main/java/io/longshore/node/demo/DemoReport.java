package io.longshore.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.longshore.node.cli.Style;
import io.longshore.node.cli.Table;
import io.longshore.node.cli.TaskInfo;
import io.longshore.node.cli.TaskInfo.Decision;
import io.longshore.node.cli.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the demo has shown: every decision, every result, and what to try next. */
final class DemoReport {
  // What became of a decision, not a decision: the board has shown it.
  private static final Set<String> COURSE = Set.of("started", "ended");

  private final DemoProgress progress;
  private final int width;
  private final Style style;
  private final List<String> lines = new ArrayList<>();

  private DemoReport(DemoProgress progress, int width, Style style) {
    this.progress = progress;
    this.width = width;
    this.style = style;
  }

  /** The decisions, the results and the summary. */
  static List<String> lines(DemoProgress progress, int width, Style style) {
    DemoReport report = new DemoReport(progress, width, style);
    report.section("What was decided, and why", report.decisions());
    report.section("What came of it", report.results());
    report.summary();
    return report.lines;
  }

  private record Made(String title, Decision decision) {}

  private Table decisions() {
    List<Made> made = new ArrayList<>();
    for (DemoProgress.Item item : progress.items()) {
      item.task().decisions().stream()
          .filter(decision -> !COURSE.contains(decision.kind()))
          .forEach(decision -> made.add(new Made(item.title(), decision)));
    }
    made.sort(Comparator.comparing(m -> m.decision().at()));
    Table table =
        new Table().right("at").flexible("text").left("decision").left("agent").wrapped("why");
    for (Made one : made) {
      Decision decision = one.decision();
      table
          .row()
          .cell(seconds(Duration.between(progress.startedAt(), decision.at())), style::dim)
          .cell(one.title())
          .cell(decision.kind(), style.of(decision.kind()))
          .cell(decision.agentId().isEmpty() ? "-" : decision.agentId())
          .cell(decision.reason(), style::dim);
    }
    return table;
  }

  private Table results() {
    Table table =
        new Table()
            .flexible("text")
            .left("agent")
            .right("words")
            .left("most used")
            .flexible("summary");
    for (DemoProgress.Item item : progress.items()) {
      TaskInfo task = item.task();
      JsonNode output = task.output();
      table
          .row()
          .cell(item.title())
          .cell(task.agentId())
          .cell(output.path("words").asText("-"))
          .cell(output.path("mostUsed").asText("-"))
          .cell(task.completed() ? output.path("summary").asText() : task.failure(), style::dim);
    }
    return table;
  }

  private void summary() {
    String completed =
        "%d of %d completed in %s"
            .formatted(progress.completed(), progress.items().size(), seconds(progress.elapsed()));
    lines.add("");
    lines.add(
        " "
            + style.bold(progress.allCompleted() ? style.green(completed) : style.red(completed))
            + "; "
            + moved()
            + ".");
    lines.add(" " + style.dim(shares()));
  }

  private String moved() {
    Map<String, Long> from = new LinkedHashMap<>();
    for (DemoProgress.Item item : progress.items()) {
      item.task().decisions().stream()
          .filter(decision -> decision.kind().equals("moved"))
          .forEach(decision -> from.merge(decision.agentId(), 1L, Long::sum));
    }
    return from.isEmpty()
        ? "none had to move"
        : from.entrySet().stream()
            .map(e -> style.magenta(e.getValue() + " moved off " + Text.clean(e.getKey())))
            .collect(Collectors.joining(", "));
  }

  /** {@code By agent: swift 6, steady 3, swamped 1.} */
  private String shares() {
    return progress.agents().stream()
        .map(
            agent ->
                "%s %d"
                    .formatted(
                        agent.agentId(),
                        progress.items().stream()
                            .filter(i -> i.task().completed())
                            .filter(i -> i.task().agentId().equals(agent.agentId()))
                            .count()))
        .collect(Collectors.joining(", ", "By agent: ", "."));
  }

  private void section(String title, Table table) {
    lines.add("");
    lines.add(" " + style.bold(title));
    table.lines(width - 1, style).forEach(line -> lines.add(" " + line));
  }

  private static String seconds(Duration duration) {
    return String.format(
        java.util.Locale.ROOT, "%.2f s", Math.max(0, duration.toMillis()) / 1000.0);
  }
}
