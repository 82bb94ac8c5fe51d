package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code longshore bench coordination}: how long finding, assigning and moving take. */
@Command(
    name = "coordination",
    description =
        "Give ten tasks to three agents that hold 15, 0 and 5, of which the first refuses, again"
            + " and again, and time discovering, assigning and moving with the real actors in this"
            + " process; then count the assignments a second of one coordinator, its decisions"
            + " alone and through the actors.")
final class CoordinationBenchCommand implements Callable<Integer> {
  private static final double NANOS = 1e-6;
  private final Terminal terminal;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--agents",
      split = ",",
      description = "Of one coordinator, to count assignments (default 10,1000,100000).")
  List<Integer> agents = List.of(10, 1_000, 100_000);

  CoordinationBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    bench.run(
        terminal,
        report -> {
          try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.H2);
              CoordinationNode node = new CoordinationNode(database.settings())) {
            coordinate(node, report);
          }
          try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.H2);
              CoordinationNode node = new CoordinationNode(database.settings())) {
            assign(node, report);
          }
        });
    return 0;
  }

  private void coordinate(CoordinationNode node, Report report) throws InterruptedException {
    CoordinationRounds rounds = new CoordinationRounds(node);
    terminal.err().println("warming up for " + bench.warmUp + " s");
    rounds.run(Duration.ofSeconds(bench.warmUp));
    terminal.err().println("measuring for " + bench.seconds + " s");
    rounds.run(Duration.ofSeconds(bench.seconds));
    report.fact("rounds", rounds.total.getTotalCount());
    report.fact("refused tasks a round", rounds.refusalsEach());
    report.fact("total p99, ms (goal 5)", rounds.total.getValueAtPercentile(99) * NANOS);
    report.table(
        new Comparison(
            "ten tasks for agents with 15, 0 and 5",
            List.of("p50 ms", "p99 ms", "max ms", "rounds"),
            List.of(
                row("discovering", rounds.discovering),
                row("assigning", rounds.assigning),
                row("moving", rounds.moving),
                row("total", rounds.total)),
            NANOS));
  }

  private static Comparison.Row row(String name, Histogram nanos) {
    return new Comparison.Row(
        name,
        List.of(
            nanos.getValueAtPercentile(50) * NANOS,
            nanos.getValueAtPercentile(99) * NANOS,
            nanos.getMaxValue() * NANOS,
            nanos.getTotalCount()),
        nanos);
  }

  private void assign(CoordinationNode node, Report report) throws InterruptedException {
    List<Measurement> all = new ArrayList<>();
    for (int count : agents) {
      all.add(new DirectAssignments(node.config(), count));
      all.add(new ActorAssignments(node, count));
    }
    if (all.isEmpty()) {
      return;
    }
    Rounds rounds = new Rounds(bench.warmUp, bench.seconds, () -> {});
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("assignments")
            .setInitialMax(rounds.slices(all.size()))
            .setConsumer(new ConsoleProgressBarConsumer(terminal.err()))
            .build()) {
      List<Measured> measured = rounds.run(all, name -> bar.step().setExtraMessage(name));
      report.table(new MeasuredTable("assignments of one coordinator", measured, List.of()));
    }
  }
}
