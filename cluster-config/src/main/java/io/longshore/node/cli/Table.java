package io.longshore.node.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Rows in aligned columns that fit a width. Where it is too narrow the columns declared by {@link
 * #flexible} and {@link #wrapped} give way, the widest first, but not below their headers.
 */
public final class Table {
  private static final String GAP = "  ";
  private static final int NARROWEST = 6;
  private static final int NARROWEST_WRAPPED = 20;

  private final List<Column> columns = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

  private enum Kind {
    LEFT,
    RIGHT,
    FLEXIBLE,
    WRAPPED
  }

  private record Column(String header, Kind kind) {
    boolean canBe(int width) {
      int narrowest =
          switch (kind) {
            case FLEXIBLE -> NARROWEST;
            case WRAPPED -> NARROWEST_WRAPPED;
            case LEFT, RIGHT -> Integer.MAX_VALUE;
          };
      return width >= narrowest && width >= Text.width(header);
    }
  }

  private record Cell(String text, UnaryOperator<String> paint) {}

  /** Adds a column of words. */
  public Table left(String header) {
    return add(header, Kind.LEFT);
  }

  /** Adds a column of numbers. */
  public Table right(String header) {
    return add(header, Kind.RIGHT);
  }

  /** Adds a column of words that may be cut. */
  public Table flexible(String header) {
    return add(header, Kind.FLEXIBLE);
  }

  /** Adds the last column, of sentences that may go on below. */
  public Table wrapped(String header) {
    return add(header, Kind.WRAPPED);
  }

  /** Starts a row; {@link Row#cell} fills it from the left. */
  public Row row() {
    List<Cell> cells = new ArrayList<>(columns.size());
    rows.add(cells);
    return new Row(cells);
  }

  /** Whether there is no row. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Whether nothing of it has to be cut for a width. */
  public boolean fits(int width) {
    return total(widths(Integer.MAX_VALUE)) <= width;
  }

  /** The header and the rows, none wider than this if the flexible columns can give that much. */
  public List<String> lines(int width, Style style) {
    int[] widths = widths(width);
    List<String> lines = new ArrayList<>(rows.size() + 1);
    lines.add(line(columns.stream().map(c -> new Cell(c.header, style::dim)).toList(), widths));
    for (List<Cell> row : rows) {
      lines.add(line(row, widths));
      lines.addAll(below(row, widths));
    }
    return lines;
  }

  /** What a wrapped cell has beyond its first line. */
  private List<String> below(List<Cell> row, int[] widths) {
    int last = widths.length - 1;
    if (row.size() <= last || columns.get(last).kind != Kind.WRAPPED) {
      return List.of();
    }
    Cell cell = row.get(last);
    String indent = " ".repeat(Arrays.stream(widths).sum() - widths[last] + GAP.length() * last);
    return Text.wrap(cell.text, widths[last]).stream()
        .skip(1)
        .map(line -> indent + cell.paint.apply(line))
        .toList();
  }

  private Table add(String header, Kind kind) {
    columns.add(new Column(header.toUpperCase(Locale.ROOT), kind));
    return this;
  }

  private int[] widths(int width) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Text.width(columns.get(i).header);
      for (List<Cell> row : rows) {
        widths[i] = Math.max(widths[i], i < row.size() ? Text.width(row.get(i).text) : 0);
      }
    }
    int excess = total(widths) - width;
    for (int widest = widest(widths); excess > 0 && widest >= 0; widest = widest(widths)) {
      widths[widest]--;
      excess--;
    }
    return widths;
  }

  private static int total(int[] widths) {
    return Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1);
  }

  private int widest(int[] widths) {
    int widest = -1;
    for (int i = 0; i < widths.length; i++) {
      boolean canGive = columns.get(i).canBe(widths[i] - 1);
      if (canGive && (widest < 0 || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    return widest;
  }

  private String line(List<Cell> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      Kind kind = columns.get(i).kind;
      String text =
          kind == Kind.WRAPPED
              ? Text.wrap(cell.text, widths[i]).get(0)
              : Text.fit(cell.text, widths[i]);
      String blanks = " ".repeat(widths[i] - Text.width(text));
      boolean right = kind == Kind.RIGHT;
      line.append(i == 0 ? "" : GAP)
          .append(right ? blanks : "")
          .append(cell.paint.apply(text))
          .append(right || i == cells.size() - 1 ? "" : blanks);
    }
    return line.toString().stripTrailing();
  }

  /** A row being filled. */
  public static final class Row {
    private final List<Cell> cells;

    private Row(List<Cell> cells) {
      this.cells = cells;
    }

    /** The next cell. */
    public Row cell(String text) {
      return cell(text, UnaryOperator.identity());
    }

    /** The next cell, painted after it was cut and aligned. */
    public Row cell(String text, UnaryOperator<String> paint) {
      cells.add(new Cell(Text.clean(text), paint));
      return this;
    }
  }
}
