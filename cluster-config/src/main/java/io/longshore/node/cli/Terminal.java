package io.longshore.node.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/**
 * Where a command reads and writes, and what it needs to know of its surroundings.
 *
 * @param in standard input
 * @param out standard output, UTF-8
 * @param err standard error, UTF-8
 * @param inIsTerminal whether a person types the input
 * @param outIsTerminal whether a person reads the output as it appears
 * @param errIsTerminal the same of the error output
 * @param columns its width
 * @param environment the environment variables
 * @param clock the time
 * @param pause lets time pass
 */
public record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal,
    int columns,
    Map<String, String> environment,
    Clock clock,
    Pause pause) {
  private static final int DEFAULT_COLUMNS = 100;

  /**
   * The process's own. Java cannot ask which of its streams are terminals, nor how wide; the {@code
   * longshore} script can and tells by the system properties {@code longshore.terminal} (a list of
   * {@code in}, {@code out}, {@code err}) and {@code longshore.columns}.
   */
  public static Terminal system() {
    String terminals = System.getProperty("longshore.terminal", "");
    return new Terminal(
        System.in,
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        terminals.contains("in"),
        terminals.contains("out"),
        terminals.contains("err"),
        columns(System.getProperty("longshore.columns", "")),
        System.getenv(),
        Clock.systemUTC(),
        Pause.real());
  }

  /** Colours for the standard output: only for a person, and only if they want them. */
  public Style style(boolean noColor) {
    return outIsTerminal && wantsColor(noColor) ? Style.ANSI : Style.PLAIN;
  }

  /** Colours for the error output. */
  public Style errorStyle(boolean noColor) {
    return errIsTerminal && wantsColor(noColor) ? Style.ANSI : Style.PLAIN;
  }

  private boolean wantsColor(boolean noColor) {
    return !noColor
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  private static int columns(String text) {
    try {
      int columns = Integer.parseInt(text);
      return columns < 20 ? DEFAULT_COLUMNS : columns;
    } catch (NumberFormatException e) {
      return DEFAULT_COLUMNS;
    }
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
