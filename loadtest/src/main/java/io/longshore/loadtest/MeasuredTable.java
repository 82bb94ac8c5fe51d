package io.longshore.loadtest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * Measurements made side by side, with their ratios to some of them.
 *
 * @param title says what was measured on what
 * @param all the measurements in order
 * @param references names of those that the others are compared with
 */
record MeasuredTable(String title, List<Measured> all, List<String> references)
    implements ReportTable {
  private static final int PLOT_WIDTH = 700;
  private static final int PLOT_LEFT = 230;
  private static final int PLOT_ROW = 26;

  MeasuredTable {
    all = List.copyOf(all);
    Set<String> names = Set.copyOf(all.stream().map(Measured::name).toList());
    references = references.stream().filter(names::contains).toList();
  }

  @Override
  public String markdown() {
    StringBuilder text = new StringBuilder("## ").append(title).append("\n\n");
    row(text, header(), " | ", "| ", " |\n");
    text.append("|---").append("|--:".repeat(header().size() - 1)).append("|\n");
    for (Measured measured : all) {
      row(text, cells(measured), " | ", "| ", " |\n");
    }
    return text.toString();
  }

  @Override
  public String html() {
    StringBuilder text =
        new StringBuilder("<h2>").append(Report.escaped(title)).append("</h2>\n<table>\n");
    row(text, header(), "<th>", "<tr><th>", "\n");
    for (Measured measured : all) {
      row(text, cells(measured).stream().map(Report::escaped).toList(), "<td>", "<tr><td>", "\n");
    }
    return plot(text.append("</table>\n")).toString();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> byName = new LinkedHashMap<>();
    for (Measured measured : all) {
      Histogram micros = measured.micros();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("perSecond", measured.median());
      one.put("perSecondMin", measured.min());
      one.put("perSecondMax", measured.max());
      one.put("p50Micros", micros.getValueAtPercentile(50));
      one.put("p99Micros", micros.getValueAtPercentile(99));
      one.put("failed", measured.failed());
      Map<String, Object> ratios = new LinkedHashMap<>();
      compared(measured).forEach(other -> ratios.put(other.name(), measured.ratio(other)));
      one.put("ratioTo", ratios);
      one.put("slices", measured.rates());
      byName.put(measured.name(), one);
    }
    return byName;
  }

  private List<Measured> compared(Measured measured) {
    return all.stream()
        .filter(other -> references.contains(other.name()) && !other.equals(measured))
        .toList();
  }

  private List<String> header() {
    List<String> cells =
        new ArrayList<>(List.of("", "per second, median", "min … max", "p50 ms", "p99 ms"));
    references.forEach(name -> cells.add("× " + name));
    cells.add("not done");
    return cells;
  }

  private List<String> cells(Measured measured) {
    Histogram micros = measured.micros();
    List<String> cells = new ArrayList<>();
    cells.add(measured.name());
    cells.add("%,.0f".formatted(measured.median()));
    cells.add("%,.0f … %,.0f".formatted(measured.min(), measured.max()));
    cells.add("%.2f".formatted(micros.getValueAtPercentile(50) / 1000.0));
    cells.add("%.2f".formatted(micros.getValueAtPercentile(99) / 1000.0));
    for (Measured other : all) {
      if (references.contains(other.name())) {
        cells.add("%.2f".formatted(measured.ratio(other)));
      }
    }
    cells.add("%,d".formatted(measured.failed()));
    return cells;
  }

  private static void row(
      StringBuilder text, List<String> cells, String between, String before, String after) {
    text.append(before).append(String.join(between, cells)).append(after);
  }

  /** A row for each measurement, a dot for each slice, a line at the median. */
  private StringBuilder plot(StringBuilder text) {
    double most = all.stream().mapToDouble(Measured::max).max().orElse(1);
    double scale = (PLOT_WIDTH - PLOT_LEFT - 20) / Math.max(1, most);
    text.append(
        "<svg width=\"%d\" height=\"%d\" font-size=\"12\" role=\"img\">\n"
            .formatted(PLOT_WIDTH, PLOT_ROW * all.size()));
    int y = PLOT_ROW / 2;
    for (Measured measured : all) {
      text.append(
          "<text x=\"0\" y=\"%d\">%s</text>".formatted(y + 4, Report.escaped(measured.name())));
      text.append(
          "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\" fill=\"#9ecae1\"/>"
              .formatted(PLOT_LEFT, y - 7, measured.median() * scale));
      for (double rate : measured.rates()) {
        text.append(
            "<circle cx=\"%.1f\" cy=\"%d\" r=\"2\" fill=\"#08519c\"/>"
                .formatted(PLOT_LEFT + rate * scale, y));
      }
      text.append('\n');
      y += PLOT_ROW;
    }
    return text.append("</svg>\n");
  }
}
