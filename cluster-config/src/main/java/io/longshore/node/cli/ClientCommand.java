package io.longshore.node.cli;

import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands that talk to a node have in common. */
abstract class ClientCommand implements Callable<Integer> {
  /** Done, and what was asked for has happened. */
  static final int OK = 0;

  /** A task has failed, was canceled, or has not ended in time. */
  static final int NOT_COMPLETED = 1;

  /** Wrong usage, no node answers, or the node refuses. */
  static final int REFUSED = 2;

  /** Where a node listens unless it is told otherwise. */
  static final String USUAL_URL = "http://127.0.0.1:8470";

  final Terminal terminal;

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      defaultValue = "${env:LONGSHORE_URL:-" + USUAL_URL + "}",
      split = ",",
      splitSynopsisLabel = ",",
      description = {
        "Where a node listens, or several; LONGSHORE_URL does the same. The next one is asked when one does not"
            + " answer.",
        "Default: " + USUAL_URL
      })
  List<URI> urls = List.of(URI.create(USUAL_URL));

  @Option(names = "--no-color", description = "No colours; NO_COLOR=1 does the same.")
  boolean noColor;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  ClientCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A client of the nodes at {@code --url}. */
  final ApiClient client() {
    for (URI url : urls) {
      String scheme = String.valueOf(url.getScheme());
      if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
        throw usage("--url must be like " + USUAL_URL + ", not '" + url + "'");
      }
    }
    return new ApiClient(urls, terminal.pause(), this::note);
  }

  /** Colours for the standard output. */
  final Style style() {
    return terminal.style(noColor);
  }

  /** Columns a table may take: all it wants where no person reads it. */
  final int width() {
    return terminal.outIsTerminal() ? terminal.columns() : Integer.MAX_VALUE;
  }

  /** Says something beside the output. */
  final void note(String text) {
    terminal.err().println(terminal.errorStyle(noColor).dim(text));
  }

  /** Prints a table, or this sentence if it is empty. */
  final void print(Table table, String ifEmpty) {
    if (table.isEmpty()) {
      terminal.out().println(ifEmpty);
    } else {
      terminal.out().println(String.join("\n", table.lines(width(), style())));
    }
  }

  /** Wrong usage: printed with a hint to {@code --help}; ends with {@link #REFUSED}. */
  final ParameterException usage(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
