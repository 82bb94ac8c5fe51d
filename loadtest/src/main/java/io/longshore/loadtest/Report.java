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

  /** All facts and all tables. */
  String markdown() {
    StringBuilder text = new StringBuilder("# ").append(title).append("\n\n| | |\n|---|---|\n");
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
            </style>
            <h1>%1$s</h1><table class="facts">
            """
                .formatted(escaped(title)));
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
    for (ReportTable table : tables) {
      all.put(table.title(), table.json());
    }
    Files.write(
        directory.resolve("report.json"),
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(all));
  }
}
