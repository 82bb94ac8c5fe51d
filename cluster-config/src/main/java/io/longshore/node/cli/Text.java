package io.longshore.node.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Text for people: what fits, what is safe to print, and quantities in words. */
public final class Text {
  private Text() {}

  /**
   * One line without control characters: what others wrote must not steer the reader's terminal.
   */
  public static String clean(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .filter(c -> Character.getType(c) != Character.FORMAT)
        .forEach(line::appendCodePoint);
    return line.toString().strip();
  }

  /** The same for text of several lines; their indentation stays. */
  public static String cleanLines(String text) {
    return text.lines()
        .map(line -> line.substring(0, line.length() - line.stripLeading().length()) + clean(line))
        .collect(Collectors.joining("\n"));
  }

  /** How many columns a terminal gives to the text. */
  public static int width(String text) {
    return text.codePoints().map(Text::width).sum();
  }

  /** The text, cut with an ellipsis where it would take more columns than these. */
  public static String fit(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int used = 0;
    for (int c : text.codePoints().toArray()) {
      if (used + width(c) > columns - 1) {
        break;
      }
      cut.appendCodePoint(c);
      used += width(c);
    }
    return columns < 1 ? "" : cut.toString().stripTrailing() + "…";
  }

  /** The text in lines of at most so many columns, broken between words; at least one line. */
  public static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split(" +", -1)) {
      if (line.length() > 0 && width(line.toString()) + 1 + width(word) > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() > 0 ? " " : "").append(fit(word, columns));
    }
    lines.add(line.toString());
    return lines;
  }

  /** The text with blanks up to so many columns. */
  public static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /** A duration in the unit that suits it: {@code 340 ms}, {@code 4.2 s}, {@code 12 min}. */
  public static String duration(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    if (seconds < 0.9995) {
      return Math.max(0, Math.round(seconds * 1000)) + " ms";
    }
    if (seconds < 99.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 5_400) {
      return Math.round(seconds / 60) + " min";
    }
    return seconds < 129_600
        ? Math.round(seconds / 3_600) + " h"
        : Math.round(seconds / 86_400) + " d";
  }

  /** Seconds with one decimal, for columns that are compared: {@code 4.2 s}. */
  public static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", Math.max(0, duration.toMillis()) / 1000.0);
  }

  /** A number with separators: {@code 12,345}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number and its noun: {@code 1 task}, {@code 3 tasks}. */
  public static String count(long number, String noun) {
    return count(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** A size in bytes in the unit that suits it: {@code 1.5 MiB}. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double kib = bytes / 1024.0;
    return String.format(
        Locale.ROOT, "%.1f %s", kib < 1024 ? kib : kib / 1024, kib < 1024 ? "KiB" : "MiB");
  }

  /** A bar of so many columns of which a part is done, in eighths of a column. */
  public static String bar(double part, int columns) {
    int eighths = (int) Math.round(Math.max(0, Math.min(1, part)) * columns * 8);
    String full = "█".repeat(eighths / 8);
    String rest = eighths % 8 == 0 ? "" : "▏▎▍▌▋▊▉".substring(eighths % 8 - 1, eighths % 8);
    return full + rest + "░".repeat(columns - full.length() - rest.length());
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x2E80 && c <= 0xA4CF)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1F64F)
            || (c >= 0x1F900 && c <= 0x1F9FF)
            || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
  }
}
