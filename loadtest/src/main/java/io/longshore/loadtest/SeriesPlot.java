package io.longshore.loadtest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How some values went over time: a table of slices of it, and a curve each in the HTML.
 *
 * @param title says what was measured
 * @param columns of the table; the first is the second at which the slice begins
 * @param rows one a slice
 * @param curves one below the other
 * @param events by the second at which they happened
 */
record SeriesPlot(
    String title,
    List<String> columns,
    List<double[]> rows,
    List<Curve> curves,
    Map<Double, String> events)
    implements ReportTable {
  private static final int WIDTH = 900;
  private static final int LEFT = 60;
  private static final int HEIGHT = 120;
  private static final int GAP = 40;

  /** About so many seconds are written below. */
  private static final int TICKS = 10;

  /**
   * One value over time.
   *
   * @param points seconds and values
   * @param goal drawn as a line; 0 for none
   */
  record Curve(String name, List<double[]> points, double goal) {
    double most() {
      double most = points.stream().mapToDouble(point -> point[1]).max().orElse(1);
      return Math.max(1, Math.max(goal, most));
    }
  }

  SeriesPlot {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    curves = List.copyOf(curves);
    events = new LinkedHashMap<>(events);
  }

  @Override
  public String markdown() {
    StringBuilder text = new StringBuilder("## ").append(title).append("\n\n|");
    columns.forEach(column -> text.append(' ').append(column).append(" |"));
    text.append("\n|").append("--:|".repeat(columns.size())).append('\n');
    for (double[] row : rows) {
      text.append("| ").append(String.join(" | ", cells(row))).append(" |\n");
    }
    events.forEach(
        (second, what) ->
            text.append(String.format(Locale.ROOT, "%nSecond %.0f: %s.%n", second, what)));
    return text.toString();
  }

  private static List<String> cells(double[] row) {
    List<String> cells = new ArrayList<>();
    for (double value : row) {
      boolean whole = value == Math.rint(value) || value >= 100;
      cells.add(String.format(Locale.ROOT, whole ? "%,.0f" : "%.2f", value));
    }
    return cells;
  }

  @Override
  public String html() {
    StringBuilder text = new StringBuilder("<h2>").append(Report.escaped(title)).append("</h2>\n");
    double seconds = 1;
    for (Curve curve : curves) {
      for (double[] point : curve.points()) {
        seconds = Math.max(seconds, point[0]);
      }
    }
    int height = curves.size() * (HEIGHT + GAP);
    text.append(
        "<svg width=\"%d\" height=\"%d\" font-size=\"11\" role=\"img\">%n"
            .formatted(WIDTH + LEFT + 20, height + GAP / 2));
    for (int i = 0; i < curves.size(); i++) {
      curve(text, curves.get(i), i * (HEIGHT + GAP) + GAP / 2, seconds);
    }
    for (Map.Entry<Double, String> event : events.entrySet()) {
      text.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%.1f %dV%d\" stroke=\"#d94801\"><title>%s</title></path>%n",
              x(event.getKey(), seconds),
              GAP / 2,
              height - GAP / 2,
              Report.escaped(event.getValue())));
    }
    axis(text, height, seconds);
    text.append("</svg>\n");
    events.forEach(
        (second, what) ->
            text.append("<p>Second %.0f: %s.</p>\n".formatted(second, Report.escaped(what))));
    text.append("<table>\n<tr><th>");
    text.append(String.join("<th>", columns.stream().map(Report::escaped).toList())).append('\n');
    for (double[] row : rows) {
      text.append("<tr><td>").append(String.join("<td>", cells(row))).append('\n');
    }
    return text.append("</table>\n").toString();
  }

  /** Every so many seconds, in steps of 1, 2 or 5 of a power of ten. */
  private static void axis(StringBuilder text, int y, double seconds) {
    double least = Math.max(1, seconds / TICKS);
    double ten = Math.pow(10, Math.floor(Math.log10(least)));
    double step = ten * (least <= ten ? 1 : least <= 2 * ten ? 2 : least <= 5 * ten ? 5 : 10);
    for (double second = 0; second <= seconds; second += step) {
      text.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,.0f%s</text>%n",
              x(second, seconds),
              y,
              second,
              second == 0 ? " s" : ""));
    }
  }

  private static double x(double second, double seconds) {
    return LEFT + second / seconds * WIDTH;
  }

  private static void curve(StringBuilder text, Curve curve, int top, double seconds) {
    double most = curve.most();
    text.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\">%s</text>%n"
                + "<g text-anchor=\"end\"><text x=\"%d\" y=\"%d\">%,.0f</text>"
                + "<text x=\"%4$d\" y=\"%d\">0</text></g>%n"
                + "<path d=\"M%d %dh%d\" stroke=\"#ccc\"/>%n",
            LEFT,
            top - 6,
            Report.escaped(curve.name()),
            LEFT - 6,
            top + 4,
            most,
            top + HEIGHT + 4,
            LEFT,
            top + HEIGHT,
            WIDTH));
    if (curve.goal() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%d %.1fh%d\" stroke=\"#238b45\" stroke-dasharray=\"4\"/>%n",
              LEFT,
              top + HEIGHT * (1 - curve.goal() / most),
              WIDTH));
    }
    text.append("<polyline fill=\"none\" stroke=\"#08519c\" points=\"");
    for (double[] point : curve.points()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              x(point[0], seconds),
              top + HEIGHT * (1 - point[1] / most)));
    }
    text.append("\"/>\n");
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Curve curve : curves) {
      all.put(curve.name(), curve.points());
    }
    return all;
  }
}
