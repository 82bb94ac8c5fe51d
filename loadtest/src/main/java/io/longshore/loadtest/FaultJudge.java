package io.longshore.loadtest;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Checks every promise after something broke, and writes down what clients saw. */
final class FaultJudge {
  private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(1);
  private static final Duration ENDED_WITHIN = Duration.ofMinutes(15);
  private static final List<String> CALLS = List.of("submit", "batch", "read", "complete");
  private final Report report;
  private final Consumer<String> progress;

  FaultJudge(Report report, Consumer<String> progress) {
    this.report = report;
    this.progress = progress;
  }

  /** Ends the load, waits until all work is done, and looks at every task; true if all was kept. */
  boolean judge(FaultLoad load, Promises promises, Answers answers) throws InterruptedException {
    load.stopSubmitting(ANSWERED_WITHIN);
    progress.accept("looking at all %,d tasks".formatted(promises.acceptedCount()));
    load.verify(ENDED_WITHIN);
    promises.writeTo(report);
    write("calls", answers);
    List<String> faults = load.client().faults();
    report.fact("faults", faults.size());
    promises.broken().forEach(progress);
    faults.stream().limit(5).forEach(progress);
    return promises.kept() && faults.isEmpty() && promises.acceptedCount() > 0;
  }

  /** Writes down which answers there were, and how long calls took. */
  void write(String when, Answers answers) {
    answers.counts().forEach((what, count) -> report.fact(when + ", " + what, count));
    for (String call : CALLS) {
      report.fact(when + ", p99 " + call + ", ms", answers.percentileMillis(call, 99));
      report.fact(when + ", longest " + call + ", ms", answers.longestMillis(call));
    }
  }
}
