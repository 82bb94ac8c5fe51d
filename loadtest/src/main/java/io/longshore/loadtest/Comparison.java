package io.longshore.loadtest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Alternatives side by side: a row of numbers for each, and how its times are spread as a curve.
 *
 * @param title says what was measured on what
 * @param columns what the numbers are; units belong into the names
 * @param rows the alternatives in order
 * @param unitMillis how many milliseconds one unit of the rows' histograms is
 */
record Comparison(String title, List<String> columns, List<Row> rows, double unitMillis)
    implements ReportTable {

  /**
   * One alternative.
   *
   * @param name of the alternative
   * @param values one a column
   * @param times plotted by percentile; may be empty
   */
  record Row(String name, List<? extends Number> values, Histogram times) {
    Row {
      values = List.copyOf(values);
    }
  }

  private static final int WIDTH = 720;
  private static final int HEIGHT = 320;
  private static final int LEFT = 70;
  private static final int BOTTOM = 40;
  private static final int LEGEND = 200;

  /** The curve's right end is at 99.99 %: so many factors of ten from none. */
  private static final int NINES = 4;

  private static final int STEPS = 160;
  private static final String[] COLORS = {
    "#08519c", "#d94801", "#238b45", "#6a51a3", "#a50f15", "#525252"
  };

  Comparison {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (Row row : rows) {
      if (row.values().size() != columns.size()) {
        throw new IllegalArgumentException(row.name() + " has not one value a column");
      }
    }
  }

  @Override
  public String markdown() {
    StringBuilder text = new StringBuilder("## ").append(title).append("\n\n| |");
    columns.forEach(column -> text.append(' ').append(column).append(" |"));
    text.append("\n|---|").append("--:|".repeat(columns.size())).append('\n');
    for (Row row : rows) {
      text.append("| ").append(row.name()).append(" | ");
      text.append(String.join(" | ", cells(row))).append(" |\n");
    }
    return text.toString();
  }

  @Override
  public String html() {
    StringBuilder text =
        new StringBuilder("<h2>").append(Report.escaped(title)).append("</h2>\n<table>\n<tr><th>");
    columns.forEach(column -> text.append("<th>").append(Report.escaped(column)));
    text.append('\n');
    for (Row row : rows) {
      text.append("<tr><td>").append(Report.escaped(row.name()));
      cells(row).forEach(cell -> text.append("<td>").append(cell));
      text.append('\n');
    }
    return plot(text.append("</table>\n")).toString();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> byName = new LinkedHashMap<>();
    for (Row row : rows) {
      Map<String, Object> one = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        one.put(columns.get(i), row.values().get(i));
      }
      byName.put(row.name(), one);
    }
    return byName;
  }

  private static List<String> cells(Row row) {
    List<String> cells = new ArrayList<>();
    for (Number value : row.values()) {
      cells.add(
          value instanceof Double number
              ? String.format(Locale.ROOT, number < 10 ? "%.3f" : "%,.1f", number)
              : String.format(Locale.ROOT, "%,d", value.longValue()));
    }
    return cells;
  }

  /** A curve a row: times upwards by factors of ten, percentiles to the right by nines. */
  private StringBuilder plot(StringBuilder text) {
    List<Row> drawn = rows.stream().filter(row -> row.times().getTotalCount() > 0).toList();
    if (drawn.isEmpty()) {
      return text;
    }
    double most = drawn.stream().mapToDouble(row -> millis(row, NINES)).max().orElse(1);
    double least = drawn.stream().mapToDouble(row -> millis(row, 0.3)).min().orElse(1);
    double low = Math.floor(Math.log10(least));
    double high = Math.max(low + 1, Math.ceil(Math.log10(most)));
    text.append(
        "<svg width=\"%d\" height=\"%d\" font-size=\"12\" role=\"img\">\n"
            .formatted(WIDTH + LEGEND, HEIGHT + BOTTOM));
    for (int ten = (int) low; ten <= high; ten++) {
      grid(text, LEFT, y(ten, low, high), WIDTH, y(ten, low, high), 0, amount(ten) + " ms");
    }
    for (int nines = 0; nines <= NINES; nines++) {
      String percent = nines == 0 ? "0 %" : percent(nines) + " %";
      grid(text, x(nines), 10, x(nines), HEIGHT, x(nines) - 12, percent);
    }
    for (int i = 0; i < drawn.size(); i++) {
      curve(text, drawn.get(i), COLORS[i % COLORS.length], 20 + 18 * i, low, high);
    }
    return text.append("</svg>\n");
  }

  private void curve(
      StringBuilder text, Row row, String color, int legendY, double low, double high) {
    text.append(
        "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"".formatted(color));
    for (int step = 0; step <= STEPS; step++) {
      double nines = (double) NINES * step / STEPS;
      double height = y(Math.log10(millis(row, nines)), low, high);
      text.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(nines), Math.min(HEIGHT, height)));
    }
    text.append(
        "\"/><text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n"
            .formatted(WIDTH + 10, legendY, color, Report.escaped(row.name())));
  }

  private static void grid(
      StringBuilder text, double x1, double y1, double x2, double y2, double labelX, String label) {
    text.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%.1f\">%s</text>%n",
            x1,
            y1,
            x2,
            y2,
            labelX,
            y1 == y2 ? y1 + 4 : HEIGHT + 18,
            label));
  }

  /** The time at this percentile, at least a hundredth of a millisecond: a logarithm is drawn. */
  private double millis(Row row, double nines) {
    double percentile = 100 * (1 - Math.pow(10, -nines));
    return Math.max(0.01, row.times().getValueAtPercentile(percentile) * unitMillis);
  }

  private static String amount(int ten) {
    return ten < 0
        ? String.format(Locale.ROOT, "%." + -ten + "f", Math.pow(10, ten))
        : String.format(Locale.ROOT, "%,.0f", Math.pow(10, ten));
  }

  private static String percent(int nines) {
    return nines <= 2 ? "9".repeat(nines) + (nines == 1 ? "0" : "") : "99." + "9".repeat(nines - 2);
  }

  private static double x(double nines) {
    return LEFT + (WIDTH - LEFT) * nines / NINES;
  }

  private static double y(double ten, double low, double high) {
    return 10 + (HEIGHT - 10) * (high - ten) / (high - low);
  }
}
