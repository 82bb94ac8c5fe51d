package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code longshore bench ledger}: the ledger beside plain JDBC on the same table. */
@Command(
    name = "ledger",
    description =
        "Measure durable submits, whole lives of tasks and single latencies of a node in this"
            + " process, beside what plain JDBC reaches on the same journal table at the same"
            + " time. PostgreSQL is brought along, with fsync on, unless --db-url names one.")
final class LedgerBenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--db",
      description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).",
      paramLabel = "DB")
  BenchDatabase.Kind db = BenchDatabase.Kind.BOTH;

  @Mixin BenchDatabaseOptions database = new BenchDatabaseOptions();

  @Option(names = "--partitions", description = "Of the ledger (default ${DEFAULT-VALUE}).")
  int partitions = 16;

  @Option(names = "--input-bytes", description = "Of each task (default ${DEFAULT-VALUE}).")
  int inputBytes = 200;

  @Option(
      names = "--backlog",
      description =
          "So many tasks wait while lives are measured once more; then the node starts again with"
              + " them. Needs about 2 GB of heap a million (LONGSHORE_JAVA_OPTS=-Xmx8g).")
  int backlog = 0;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Some of ${COMPLETION-CANDIDATES}.")
  Set<LedgerBench.Part> only = EnumSet.allOf(LedgerBench.Part.class);

  LedgerBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    bench.run(
        terminal,
        report -> {
          report.fact("ledger partitions", partitions);
          report.fact("input, bytes", inputBytes);
          LedgerBench.Options options =
              new LedgerBench.Options(
                  partitions, bench.warmUp, bench.seconds, inputBytes, backlog, only);
          database.each(db, new LedgerBench(options, terminal, report)::run);
        });
    return 0;
  }
}
