package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Shows the cluster. Prints whatever the node tells, so that a node may tell more than this client
 * knows: single values as lines, lists of objects as tables if they fit, and warnings at the end.
 */
@Command(
    name = "cluster",
    description = "Show the cluster: members and what each has, queues, and what to look at.")
final class ClusterCommand extends ClientCommand {
  private static final int LABEL = 22;
  private static final String WARNINGS = "warnings";

  /** There is something to look at, and that was asked. */
  private static final int WARNED = 1;

  @Option(names = "--json", description = "Print what the API answers.")
  boolean json;

  @Option(names = "--check", description = "Exit with code 1 if there are warnings.")
  boolean check;

  ClusterCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer = client().get("/v1/cluster");
    terminal.out().println(json ? Json.pretty(answer) : String.join("\n", lines(answer)));
    return check && !answer.path(WARNINGS).isEmpty() ? WARNED : OK;
  }

  private List<String> lines(JsonNode answer) {
    Style style = style();
    List<String> facts = new ArrayList<>();
    List<String> tables = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : answer.properties()) {
      JsonNode value = field.getValue();
      if (field.getKey().equals(WARNINGS)) {
        continue;
      }
      if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
        tables.add("");
        tables.add(style.bold(words(field.getKey())));
        tables.addAll(list(value, style));
      } else {
        facts(words(field.getKey()), value, facts, style);
      }
    }
    facts.addAll(tables);
    facts.addAll(warnings(answer.path(WARNINGS), style));
    return facts;
  }

  /** Last, where they are seen. */
  private List<String> warnings(JsonNode warnings, Style style) {
    List<String> lines = new ArrayList<>();
    for (JsonNode warning : warnings) {
      if (lines.isEmpty()) {
        lines.add("");
      }
      String mark = "! ";
      for (String line : Text.wrap(Text.clean(warning.asText()), Math.max(20, width() - 2))) {
        lines.add(style.yellow(mark + line));
        mark = "  ";
      }
    }
    return lines;
  }

  private void facts(String name, JsonNode value, List<String> lines, Style style) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(e -> facts(name + " " + words(e.getKey()), e.getValue(), lines, style));
      return;
    }
    String text = plain(value).isEmpty() ? "-" : plain(value);
    String label = Text.pad(Text.clean(name), LABEL) + (name.length() < LABEL ? "" : " ");
    lines.add(
        style.dim(label) + style.of(text).apply(Text.fit(text, Math.max(1, width() - LABEL))));
  }

  /** A table where there is room for it, else one below the other. */
  private List<String> list(JsonNode items, Style style) {
    Table table = table(items, style);
    if (table.fits(width())) {
      return table.lines(width(), style);
    }
    List<String> lines = new ArrayList<>();
    for (JsonNode item : items) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      item.properties().forEach(e -> facts(words(e.getKey()), e.getValue(), lines, style));
    }
    return lines;
  }

  private static Table table(JsonNode items, Style style) {
    Set<String> names = new LinkedHashSet<>();
    items.forEach(item -> item.fieldNames().forEachRemaining(names::add));
    Table table = new Table();
    for (String name : names) {
      boolean numbers = items.findValues(name).stream().allMatch(JsonNode::isNumber);
      if (numbers) {
        table.right(words(name));
      } else {
        table.flexible(words(name));
      }
    }
    for (JsonNode item : items) {
      Table.Row row = table.row();
      names.forEach(name -> row.cell(plain(item.path(name)), style.of(plain(item.path(name)))));
    }
    return table;
  }

  private static String plain(JsonNode value) {
    if (value.size() > 2 && value.get(0).isInt()) {
      return ranges(value);
    }
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      value.forEach(part -> parts.add(plain(part)));
      return String.join(", ", parts);
    }
    return Text.clean(
        value.isTextual() ? value.textValue() : value.isNull() ? "-" : value.toString());
  }

  /** Sorted numbers, those in a row as {@code 3-7}. */
  private static String ranges(JsonNode numbers) {
    List<String> parts = new ArrayList<>();
    for (int from = 0; from < numbers.size(); ) {
      int to = from;
      while (to + 1 < numbers.size()
          && numbers.get(to + 1).asInt() == numbers.get(to).asInt() + 1) {
        to++;
      }
      String first = numbers.get(from).asText();
      parts.add(to == from ? first : first + "-" + numbers.get(to).asText());
      from = to + 1;
    }
    return String.join(",", parts);
  }

  /** {@code queueDepth} as {@code queue depth}. */
  private static String words(String name) {
    return Text.clean(
        name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(java.util.Locale.ROOT));
  }
}
