package io.longshore.loadtest;

import io.longshore.node.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code longshore loadtest flood}: a node that is sent more than it can do. */
@Command(
    name = "flood",
    description =
        "Measure how many messages a second a node with a small heap takes to their readers, send it"
            + " three times as many while a third of the readers stop reading, and report whether"
            + " its heap stays flat, whether every request is answered, how many messages still"
            + " reach those who read, and how soon it is at full speed when the flood is over.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:All goals held.", "1:One was missed.", "2:It could not run."})
final class FloodCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--seconds", description = "Of the flood (default ${DEFAULT-VALUE}).")
  int seconds = 600;

  @Option(names = "--times", description = "The capacity (default ${DEFAULT-VALUE}).")
  double times = 3;

  @Option(
      names = "--warm-up",
      description =
          "Seconds of as much as it can do, and then of the flood, before anything is measured"
              + " (default ${DEFAULT-VALUE}).")
  int warmUp = 120;

  @Option(
      names = "--capacity-seconds",
      description = "In which it is measured (default ${DEFAULT-VALUE}).")
  int capacitySeconds = 30;

  @Option(
      names = "--reading",
      description = "Agents whose messages are read (default ${DEFAULT-VALUE}).")
  int reading = 600;

  @Option(
      names = "--stopping",
      description = "Agents whose readers stop (default ${DEFAULT-VALUE}).")
  int stopping = 300;

  @Option(
      names = "--senders",
      description = "That find out the capacity (default ${DEFAULT-VALUE}).")
  int senders = 32;

  @Option(
      names = "--lines",
      description = "Messages of every other request (default ${DEFAULT-VALUE}).")
  int lines = 100;

  @Option(names = "--bytes", description = "Of a message's body (default ${DEFAULT-VALUE}).")
  int bytes = 200;

  @Option(names = "--tasks", description = "Submitted a second (default ${DEFAULT-VALUE}).")
  int tasks = 20;

  @Option(names = "--heap", description = "Of the node, MiB (default ${DEFAULT-VALUE}).")
  int heap = 512;

  @Option(
      names = "--java",
      paramLabel = "OPTION",
      description = "An option of the node's Java, in place of ours. May be repeated.")
  List<String> java = List.of();

  @Option(names = "--out", description = "Where the report goes (default ${DEFAULT-VALUE}).")
  Path out = Path.of("target", "loadtest", "flood");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  boolean help;

  FloodCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (seconds < 4 || capacitySeconds < 1 || warmUp < 1 || reading < 3 || stopping < 0) {
      throw new IllegalArgumentException("At least 4 seconds, and 3 agents that read");
    }
    FloodRun.Options options =
        new FloodRun.Options(
            seconds,
            times,
            warmUp,
            capacitySeconds,
            reading,
            stopping,
            senders,
            lines,
            bytes,
            tasks,
            heap,
            java);
    Report report = new Report("loadtest flood");
    report.fact("heap of the node, at most, MiB", heap);
    report.fact("seconds of warm-up at full speed, and of the flood", warmUp);
    report.fact("seconds of flood", seconds);
    report.fact("agents that read, and that stop reading", reading + ", " + stopping);
    report.fact(
        "requests, in turn", "%d messages of %d bytes, one of them".formatted(lines, bytes));
    report.fact("tasks a second beside", tasks);
    java.forEach(option -> report.fact("option of Java", option));
    FloodJudge judge;
    try (BenchDatabase database = BenchDatabase.start(BenchDatabase.Kind.H2)) {
      FloodRun.Seen seen = new FloodRun(options, terminal.err()::println).play(database);
      judge = new FloodJudge(seen, times);
    }
    judge.tell(report);
    report.write(out);
    terminal.out().println(report.markdown());
    terminal.out().println("Written to " + out.toAbsolutePath());
    return judge.isGood() ? 0 : 1;
  }
}
