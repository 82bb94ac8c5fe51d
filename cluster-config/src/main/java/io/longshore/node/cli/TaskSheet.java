package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** One task on a page: what it is, where it stands, and every decision about it. */
final class TaskSheet {
  private static final int LABEL = 11;

  private final List<String> lines = new ArrayList<>();
  private final int width;
  private final Style style;

  private TaskSheet(int width, Style style) {
    this.width = width;
    this.style = style;
  }

  /** The page as lines, none wider than this. */
  static List<String> lines(TaskInfo task, Instant now, int width, Style style) {
    TaskSheet sheet = new TaskSheet(width, style);
    sheet.facts(task, now);
    sheet.decisions(task);
    return sheet.lines;
  }

  private void facts(TaskInfo task, Instant now) {
    fact("task", task.taskId(), style::bold);
    fact("state", task.state(), style.of(task.state()));
    fact("for", task.target());
    fact("agent", task.agentId());
    fact("attempts", task.attempts() + " of " + task.maxAttempts());
    fact("priority", task.priority());
    fact("submitted", moment(task.createdAt(), now));
    Instant deadline = task.deadline();
    fact("deadline", deadline == null ? "" : deadline.toString());
    fact(task.ended() ? "took" : "age", Text.duration(task.age(now)));
    fact("labels", value(task.json().path("labels")));
    fact("region", value(task.json().path("region")));
    fact("progress", value(task.json().path("progress")));
    fact("input", value(task.json().path("input")));
    fact("output", value(task.output()));
    if (task.asks()) {
      fact("asks", value(task.prompt()), style::yellow);
    }
    if (task.ended() && !task.completed()) {
      fact("failure", task.failure(), style::red);
    }
  }

  private void decisions(TaskInfo task) {
    if (task.decisions().isEmpty()) {
      return;
    }
    Table table = new Table().right("after").left("decision").left("agent").wrapped("why");
    for (TaskInfo.Decision decision : task.decisions()) {
      table
          .row()
          .cell(Text.duration(Duration.between(task.createdAt(), decision.at())), style::dim)
          .cell(decision.kind(), style.of(decision.kind()))
          .cell(decision.agentId())
          .cell(decision.reason());
    }
    lines.add("");
    lines.addAll(table.lines(width, style));
  }

  private void fact(String name, String value) {
    fact(name, value, UnaryOperator.identity());
  }

  private void fact(String name, String value, UnaryOperator<String> paint) {
    if (!value.isEmpty()) {
      lines.add(
          style.dim(Text.pad(name, LABEL))
              + paint.apply(Text.fit(Text.clean(value), width - LABEL)));
    }
  }

  private static String value(JsonNode value) {
    boolean nothing =
        value.isMissingNode() || value.isNull() || (value.isObject() && value.isEmpty());
    return nothing ? "" : value.isTextual() ? value.textValue() : value.toString();
  }

  private static String moment(Instant at, Instant now) {
    return at.truncatedTo(ChronoUnit.MILLIS)
        + ", "
        + Text.duration(Duration.between(at, now))
        + " ago";
  }
}
