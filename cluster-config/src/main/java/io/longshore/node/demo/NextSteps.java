package io.longshore.node.demo;

import io.longshore.node.cli.Style;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands to copy and paste, now that the demo has shown what there is. */
final class NextSteps {
  private static final URI USUAL = URI.create("http://127.0.0.1:8470");

  private final URI url;
  private final Style style;

  NextSteps(URI url, Style style) {
    this.url = url;
    this.style = style;
  }

  /**
   * The commands, for a node that goes on or one that ends now.
   *
   * @param taskId of a task to look at
   */
  List<String> lines(String taskId, boolean once) {
    Map<String, String> steps = new LinkedHashMap<>();
    if (once) {
      steps.put("./longshore serve", "a node that stays; the rest in another terminal");
    } else {
      if (!url.equals(USUAL)) {
        steps.put("export LONGSHORE_URL=" + url, "where this node listens");
      }
      steps.put("./longshore agents", "who is here");
      steps.put("./longshore tasks", "what they did");
      steps.put("./longshore tasks " + taskId, "and why");
    }
    steps.put("./longshore agent --id loud -c shout --exec 'tr a-z A-Z'", "any program");
    steps.put("echo hello | ./longshore submit -c shout --wait", "HELLO");
    int longest = steps.keySet().stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(" " + style.bold("Try next") + (once ? "" : ", in another terminal"));
    steps.forEach(
        (command, why) ->
            lines.add(
                "   "
                    + style.cyan(command)
                    + " ".repeat(longest - command.length())
                    + style.dim("  # " + why)));
    return lines;
  }
}
