package io.longshore.node.demo;

import io.longshore.node.cli.Style;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

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
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(" " + style.bold("Try next") + (once ? "" : ", in another terminal"));
    if (once) {
      step(lines, "./longshore serve", "a node that stays; the rest in another terminal");
    } else {
      if (!url.equals(USUAL)) {
        step(lines, "export LONGSHORE_URL=" + url, "where this node listens");
      }
      step(lines, "./longshore agents", "who is here");
      step(lines, "./longshore tasks", "what they did");
      step(lines, "./longshore tasks " + taskId, "and why");
    }
    step(lines, "./longshore agent --id loud -c shout --exec 'tr a-z A-Z'", "any program");
    step(lines, "echo hello | ./longshore submit -c shout --wait", "HELLO");
    return lines;
  }

  private void step(List<String> lines, String command, String why) {
    lines.add("   " + style.cyan(command) + style.dim("  # " + why));
  }
}
