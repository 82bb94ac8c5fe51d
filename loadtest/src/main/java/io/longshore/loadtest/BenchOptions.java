package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options every benchmark has: for how long it measures and where its report goes. */
final class BenchOptions {
  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(names = "--seconds", description = "Each is measured (default ${DEFAULT-VALUE}).")
  int seconds = 20;

  @Option(names = "--warm-up", description = "Seconds each runs before (default ${DEFAULT-VALUE}).")
  int warmUp = 20;

  @Option(names = "--out", description = "Where the report goes (default target/bench/NAME).")
  @Nullable Path out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  /** What is measured and told to the report. */
  @FunctionalInterface
  interface Run {
    void into(Report report) throws IOException, InterruptedException;
  }

  /**
   * Measures, writes the report, also of what was measured before a failure, and prints it.
   *
   * @throws IllegalArgumentException if there is no time to measure in
   */
  void run(Terminal terminal, Run run) throws IOException, InterruptedException {
    if (seconds < 1) {
      throw new IllegalArgumentException("--seconds must be at least 1");
    }
    String name = command == null ? "" : command.name();
    Path directory = out != null ? out : Path.of("target", "bench", name);
    Report report = new Report("bench " + name);
    report.fact("seconds, warm-up and measured", warmUp + " and " + seconds);
    try {
      run.into(report);
    } finally {
      report.write(directory);
    }
    terminal.out().println(report.markdown());
    terminal.out().println("Written to " + directory.toAbsolutePath());
  }
}
