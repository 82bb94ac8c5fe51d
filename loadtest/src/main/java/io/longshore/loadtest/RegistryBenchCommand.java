package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
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

  @Mixin BenchOptions bench = new BenchOptions();

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

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Some of ${COMPLETION-CANDIDATES}.")
  Set<RegistryBench.Part> only = EnumSet.allOf(RegistryBench.Part.class);

  RegistryBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (agents < 1_000 || agents > 10_000_000) {
      throw new IllegalArgumentException("--agents must be from 1,000 to 10,000,000");
    }
    bench.run(
        terminal,
        report -> {
          report.fact("registry partitions", partitions);
          report.fact(
              "an agent",
              "2 of 20 capabilities in one of 4 versions, 3 labels, a topic of 100, a region of 4");
          RegistryBench.Options options =
              new RegistryBench.Options(partitions, agents, bench.warmUp, bench.seconds, only);
          database.each(db, new RegistryBench(options, terminal, report)::run);
        });
    return 0;
  }
}
