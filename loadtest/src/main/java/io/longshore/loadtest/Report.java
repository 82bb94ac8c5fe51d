package io.longshore.loadtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What a run saw, as {@code report.json} for machines and {@code report.md} for people. */
final class Report {
  private final String title;
  private final Map<String, Object> facts = new LinkedHashMap<>();

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

  /** A table of all facts. */
  String markdown() {
    StringBuilder text = new StringBuilder("# ").append(title).append("\n\n| | |\n|---|---|\n");
    facts.forEach(
        (name, value) ->
            text.append("| ")
                .append(name)
                .append(" | ")
                .append(value instanceof Double d ? "%.1f".formatted(d) : value)
                .append(" |\n"));
    return text.toString();
  }

  /** Writes both files into a directory, which is made if need be. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("report.md"), markdown());
    Files.write(
        directory.resolve("report.json"),
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(facts));
  }
}
