package io.longshore.loadtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run saw: {@code report.json} for machines, {@code report.md} and {@code report.html} for
 * people.
 */
final class Report {
  private final String title;
  private final Map<String, Boolean> goals = new LinkedHashMap<>();
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final List<ReportTable> tables = new ArrayList<>();

  Report(String title) {
    this.title = title;
    fact("command", System.getProperty("longshore.command", "longshore " + title));
    fact("commit", System.getProperty("longshore.commit", "unknown"));
    fact("java", Runtime.version().toString());
    fact("cores", Runtime.getRuntime().availableProcessors());
    fact("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  /** Adds what the run was to show, and whether it did: people read this first. */
  void goal(String goal, boolean held) {
    goals.put(goal, held);
  }

  /** Adds one fact; a unit belongs into its name. */
  void fact(String name, Object value) {
    facts.put(name, value);
  }

  /** Adds the quantiles of a histogram of microseconds, in milliseconds. */
  void latency(String name, Histogram micros) {
    fact(name + " p50 ms", micros.getValueAtPercentile(50) / 1000.0);
    fact(name + " p99 ms", micros.getValueAtPercentile(99) / 1000.0);
    fact(name + " p99.9 ms", micros.getValueAtPercentile(99.9) / 1000.0);
    fact(name + " max ms", micros.getMaxValue() / 1000.0);
  }

  /** Adds measurements that were made side by side. */
  void table(ReportTable table) {
    tables.add(table);
  }

  /** All goals, facts and tables. */
  String markdown() {
    StringBuilder text = new StringBuilder("# ").append(title).append("\n\n");
    goals.forEach(
        (goal, held) ->
            text.append("- **").append(verdict(held)).append("**: ").append(goal).append('\n'));
    text.append(goals.isEmpty() ? "| | |\n|---|---|\n" : "\n| | |\n|---|---|\n");
    facts.forEach(
        (name, value) ->
            text.append("| ").append(name).append(" | ").append(shown(value)).append(" |\n"));
    tables.forEach(table -> text.append('\n').append(table.markdown()));
    return text.toString();
  }

  private String html() {
    StringBuilder text =
        new StringBuilder(
            """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>%s</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
            table { border-collapse: collapse; margin: 1rem 0 }
            td, th { border-bottom: 1px solid #ddd; padding: .2rem .7rem; text-align: right }
            td:first-child, th:first-child, .facts td { text-align: left }
            .goals { list-style: none; padding: 0 }
            .goals b { display: inline-block; width: 4.5rem }
            .held b { color: #047857 }
            .missed b { color: #b91c1c }
            </style>
            <h1>%1$s</h1>
            """
                .formatted(escaped(title)));
    text.append("<ul class=\"goals\">\n");
    goals.forEach(
        (goal, held) ->
            text.append(
                "<li class=\"%1$s\"><b>%1$s</b> %2$s\n".formatted(verdict(held), escaped(goal))));
    text.append("</ul>\n<table class=\"facts\">\n");
    facts.forEach(
        (name, value) ->
            text.append("<tr><td>")
                .append(escaped(name))
                .append("<td>")
                .append(escaped(shown(value)))
                .append('\n'));
    text.append("</table>\n");
    tables.forEach(table -> text.append(table.html()));
    return text.append("</html>\n").toString();
  }

  private static String verdict(boolean held) {
    return held ? "held" : "missed";
  }

  private static String shown(Object value) {
    if (value instanceof Double number) {
      return "%,.1f".formatted(number);
    }
    return value instanceof Integer || value instanceof Long
        ? "%,d".formatted(((Number) value).longValue())
        : String.valueOf(value);
  }

  /** Text as HTML. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Writes all three files into a directory, which is made if need be. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("report.md"), markdown());
    Files.writeString(directory.resolve("report.html"), html());
    Map<String, Object> all = new LinkedHashMap<>(facts);
    goals.forEach((goal, held) -> all.put("goal: " + goal, verdict(held)));
    for (ReportTable table : tables) {
      all.put(table.title(), table.json());
    }
    Files.write(
        directory.resolve("report.json"),
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(all));
  }
}
