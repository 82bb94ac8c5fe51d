package io.longshore.loadtest;

import io.longshore.node.cli.Pause;
import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore loadtest baseline}: tasks one by one through the HTTP API to one worker. */
@Command(
    name = "baseline",
    description =
        "Submit tasks one by one at a constant rate, have one worker process do them, and count"
            + " what was accepted, completed, lost and done twice. Starts its own node on an"
            + " embedded database unless --url names one.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:Nothing lost, nothing doubled.", "1:Something was.", "2:It could not run."})
final class BaselineCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private final Terminal terminal;

  @Option(names = "--tasks", description = "How many (default ${DEFAULT-VALUE}).")
  int tasks = 10_000;

  @Option(names = "--rate", description = "Submissions a second (default ${DEFAULT-VALUE}).")
  double rate = 500;

  @Option(names = "--warm-up", description = "Tasks sent before (default ${DEFAULT-VALUE}).")
  int warmUp = 10_000;

  @Option(names = "--input-bytes", description = "Bytes of each (default ${DEFAULT-VALUE}).")
  int inputBytes = 200;

  @Option(names = "--concurrency", description = "Of the worker (default ${DEFAULT-VALUE}).")
  int concurrency = 100;

  @Option(names = "--url", description = "A running node to use instead of one of our own.")
  @Nullable URI url;

  @Option(names = "--out", description = "Where the report goes (default ${DEFAULT-VALUE}).")
  Path out = Path.of("target", "loadtest", "baseline");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  BaselineCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (url != null) {
      return run(url.toString(), Files.createTempDirectory("longshore-loadtest"));
    }
    Path directory = Files.createTempDirectory("longshore-loadtest");
    try (JavaProcess.Running node = JavaProcess.startNode(directory.resolve("data").toString())) {
      return run(node.url(), directory);
    }
  }

  private int run(String base, Path directory) throws IOException, InterruptedException {
    String capability = "baseline-" + Long.toString(ProcessHandle.current().pid(), 36);
    Path log = directory.resolve("executed.txt");
    List<String> worker =
        List.of(
            "loadtest",
            "worker",
            "--url=" + base,
            "--id=worker-" + capability,
            "--capability=" + capability,
            "--concurrency=" + concurrency,
            "--log=" + log);
    try (JavaProcess working =
        JavaProcess.start(List.of("-Xmx256m"), LoadtestMain.class.getName(), worker, line -> {})) {
      Baseline baseline = new Baseline(new LoadClient(base), capability, inputBytes);
      Set<String> warm = send(baseline, "warm-up", warmUp).accepted;
      baseline.awaitQuiet(PATIENCE, Pause.real());
      Baseline.Sent sent = send(baseline, "tasks", tasks);
      baseline.awaitQuiet(PATIENCE, Pause.real());
      Baseline.Ended ended = baseline.readBack(sent.accepted);
      List<String> executed = Files.readAllLines(log);
      long doubled = (long) executed.size() - new HashSet<>(executed).size();
      Report report = report(sent, ended, (long) executed.size() - warm.size(), doubled);
      report.write(out);
      terminal.out().println(report.markdown());
      terminal.out().println("Written to " + out.toAbsolutePath());
      return ended.otherwise == 0 && sent.failed.get() == 0 && doubled == 0 ? 0 : 1;
    }
  }

  private Baseline.Sent send(Baseline baseline, String name, int count)
      throws InterruptedException {
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(count)
            .setConsumer(new ConsoleProgressBarConsumer(terminal.err()))
            .build()) {
      return baseline.send(count, rate, bar::stepTo);
    }
  }

  private Report report(Baseline.Sent sent, Baseline.Ended ended, long executions, long doubled) {
    Report report = new Report("loadtest baseline");
    report.fact("rate asked, tasks/s", rate);
    report.fact("input, bytes", inputBytes);
    report.fact("sent", sent.count);
    report.fact("accepted", sent.accepted.size());
    report.fact("refused", sent.refused.get());
    report.fact("without an answer", sent.failed.get());
    report.fact("completed", ended.completed);
    report.fact("lost", ended.otherwise);
    report.fact("executions", executions);
    report.fact("doubled", doubled);
    report.fact("tasks/s", sent.accepted.size() / (sent.nanos / 1e9));
    report.latency("submit", sent.submitMicros);
    report.latency("accepted to completed", ended.lifeMicros);
    return report;
  }
}
