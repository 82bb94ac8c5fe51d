package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code longshore bench registry}: the directory beside one actor that is asked. */
@Command(
    name = "registry",
    description =
        "Measure lookups of 100 and 10,000 askers in one registry actor and in the directory,"
            + " durable registrations beside plain JDBC, lookups among a thousand to a million"
            + " agents, and the memory of each. A million needs LONGSHORE_JAVA_OPTS=-Xmx2g.")
final class RegistryBenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--db",
      description =
          "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). The heap of H2 is this heap.",
      paramLabel = "DB")
  BenchDatabase.Kind db = BenchDatabase.Kind.POSTGRESQL;

  @Mixin BenchDatabaseOptions database = new BenchDatabaseOptions();

  @Option(names = "--partitions", description = "Of the registry (default ${DEFAULT-VALUE}).")
  int partitions = 16;

  @Option(names = "--agents", description = "Registered at last (default ${DEFAULT-VALUE}).")
  int agents = 1_000_000;

  @Option(names = "--seconds", description = "Each is measured (default ${DEFAULT-VALUE}).")
  int seconds = 20;

  @Option(names = "--warm-up", description = "Seconds each runs before (default ${DEFAULT-VALUE}).")
  int warmUp = 20;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Some of ${COMPLETION-CANDIDATES}.")
  Set<RegistryBench.Part> only = EnumSet.allOf(RegistryBench.Part.class);

  @Option(names = "--out", description = "Where the report goes (default ${DEFAULT-VALUE}).")
  Path out = Path.of("target", "bench", "registry");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  RegistryBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (seconds < 1) {
      throw new IllegalArgumentException("--seconds must be at least 1");
    }
    if (agents < 1_000 || agents > 10_000_000) {
      throw new IllegalArgumentException("--agents must be from 1,000 to 10,000,000");
    }
    Report report = new Report("bench registry");
    report.fact("registry partitions", partitions);
    report.fact(
        "an agent",
        "2 of 20 capabilities in one of 4 versions, 3 labels, a topic of 100, a region of 4");
    report.fact("seconds, warm-up and measured", warmUp + " and " + seconds);
    RegistryBench bench =
        new RegistryBench(
            new RegistryBench.Options(partitions, agents, warmUp, seconds, only), terminal, report);
    try {
      database.each(db, bench::run);
    } finally {
      // What was measured before a failure is worth keeping.
      report.write(out);
    }
    terminal.out().println(report.markdown());
    terminal.out().println("Written to " + out.toAbsolutePath());
    return 0;
  }
}
