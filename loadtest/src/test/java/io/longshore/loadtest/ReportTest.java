package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final String KEPT = "all of a < b was kept";

  @Test
  void when_a_report_has_goals_then_they_come_before_all_else(@TempDir Path directory)
      throws IOException {
    Report report = new Report("some run");
    report.fact("lost", 1_234);
    report.goal(KEPT, false);
    report.goal("in time", true);
    report.write(directory);

    String markdown = Files.readString(directory.resolve("report.md"));
    assertTrue(
        markdown.startsWith("# some run\n\n- **missed**: " + KEPT + "\n- **held**: in time\n\n| |"),
        markdown);
    assertTrue(markdown.contains("| lost | 1,234 |"), markdown);
    String html = Files.readString(directory.resolve("report.html"));
    assertTrue(html.contains("<li class=\"missed\"><b>missed</b> all of a &lt; b was kept"), html);
    assertTrue(html.indexOf("<li") < html.indexOf("<table"), html);
    JsonNode json = new ObjectMapper().readTree(directory.resolve("report.json").toFile());
    assertEquals("missed", json.path("goal: " + KEPT).asText());
    assertEquals(1_234, json.path("lost").asInt());
  }
}
