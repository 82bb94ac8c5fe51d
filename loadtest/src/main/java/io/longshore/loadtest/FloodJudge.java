package io.longshore.loadtest;

import io.longshore.loadtest.FloodClient.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Says whether a node has held out in a flood, and tells the report what was seen. */
final class FloodJudge {
  /** So much of the capacity has to reach readers during the flood, in every slice of it. */
  static final double GOODPUT = 0.9;

  /** The node is at full speed again when it does so much of its capacity for three seconds. */
  static final double FULL_SPEED = 0.95;

  private static final int RECOVERS_WITHIN = 5;
  private static final int FULL_SPEED_SECONDS = 3;

  /** The heap is flat if its floor is no higher in the last quarter than in the second, by this. */
  private static final double FLAT = 1.1;

  private static final int SLICE = 10;
  private final FloodRun.Seen seen;
  private final double times;
  private final double capacity;
  private final Map<String, Boolean> goals = new LinkedHashMap<>();

  /**
   * Judges.
   *
   * @param times the capacity was sent
   */
  FloodJudge(FloodRun.Seen seen, double times) {
    this.seen = seen;
    this.times = times;
    capacity = seen.capacity().rate(FloodCount.RECEIVED);
  }

  /** Whether all goals were reached; after {@link #tell}. */
  boolean isGood() {
    return !goals.containsValue(false);
  }

  /** Tells what was seen. */
  void tell(Report report) {
    report.fact("how the cores are shared", seen.cores());
    report.fact("capacity, messages/s to their readers", Math.round(capacity));
    report.fact("sent during the flood, times the capacity", offered() / capacity);
    goodput(report);
    answers(report);
    heap(report);
    recovery(report);
    estimates(report);
    cpu(report);
    goals.forEach(report::goal);
    report.table(series());
    report.table(refusals());
  }

  private double offered() {
    return seen.flood().rate(FloodCount.OFFERED);
  }

  private int slice() {
    return Math.max(1, Math.min(SLICE, seen.flood().seconds().size() / 6));
  }

  private void goodput(Report report) {
    Phase flood = seen.flood();
    int count = flood.seconds().size();
    double least = Double.MAX_VALUE;
    for (int from = 0; from + slice() <= count; from += slice()) {
      least = Math.min(least, flood.rate(FloodCount.RECEIVED, from, from + slice()));
    }
    double mean = flood.rate(FloodCount.RECEIVED);
    report.fact("goodput during the flood, messages/s", Math.round(mean));
    report.fact("goodput of the capacity, mean", two(mean / capacity));
    report.fact("goodput of the capacity, least of %d s".formatted(slice()), two(least / capacity));
    goals.put("goodput at least 0.9 of the capacity throughout", least >= GOODPUT * capacity);
  }

  private void answers(Report report) {
    for (FloodCount kind :
        List.of(FloodCount.TAKEN, FloodCount.TOO_MANY, FloodCount.BUSY, FloodCount.OTHER)) {
      report.fact("flood, requests answered " + name(kind), seen.flood().total(kind));
    }
    report.fact("flood, messages refused in answers 202", seen.flood().total(FloodCount.REFUSED));
    long unanswered =
        seen.flood().total(FloodCount.UNANSWERED) + seen.after().total(FloodCount.UNANSWERED);
    report.fact("requests not answered within 30 s, or cut off", unanswered);
    report.fact(
        "requests not sent, all connections being in use",
        seen.flood().total(FloodCount.HELD_BACK));
    report.fact("connections that sent, most at a time", seen.flood().most(FloodCount.CONNECTIONS));
    double[] millis = seen.flood().millis();
    report.fact("flood, answer p50 ms", millis[0]);
    report.fact("flood, answer p99 ms", millis[1]);
    report.fact("flood, answer max ms", millis[2]);
    List<Long> live = seen.samples().stream().map(FloodWatch.Sample::liveMillis).sorted().toList();
    report.fact("/health/live, slowest ms", live.isEmpty() ? -1 : live.get(live.size() - 1));
    report.fact("tasks accepted", seen.tasksAccepted());
    report.fact("tasks refused with 429 or 503", seen.tasksRefused());
    report.fact("tasks not answered", seen.tasksUnanswered());
    report.fact("tasks accepted and not completed", seen.tasksLost());
    boolean dead = seen.died() || live.isEmpty() || live.get(0) < 0;
    goals.put("no exit, and alive whenever asked", !dead);
    goals.put(
        "every request answered 202, 429 or 503",
        unanswered + seen.flood().total(FloodCount.OTHER) + seen.tasksUnanswered() == 0);
    goals.put("every accepted task done", seen.tasksLost() == 0);
  }

  private static String name(FloodCount kind) {
    return switch (kind) {
      case TAKEN -> "202";
      case TOO_MANY -> "429";
      case BUSY -> "503";
      default -> "otherwise";
    };
  }

  private void heap(Report report) {
    long from = seen.flood().fromNanos();
    long quarter = (seen.flood().toNanos() - from) / 4;
    long[] floors = new long[4];
    for (int i = 0; i < floors.length; i++) {
      floors[i] = GcLog.floor(seen.gc().between(from + i * quarter, from + (i + 1) * quarter));
      report.fact(
          "heap after GC, least of quarter %d of the flood, MiB".formatted(i + 1), floors[i]);
    }
    List<GcLog.Collection> all = seen.gc().between(from, seen.flood().toNanos());
    double stopped = all.stream().mapToDouble(GcLog.Collection::millis).sum();
    double longest = all.stream().mapToDouble(GcLog.Collection::millis).max().orElse(0);
    long full = all.stream().filter(GcLog.Collection::full).count();
    report.fact(
        "collections during the flood, of these of the whole heap", all.size() + ", " + full);
    report.fact("longest collection ms", longest);
    report.fact(
        "time in collections, percent", 100 * stopped * 1e6 / (seen.flood().toNanos() - from));
    goals.put("heap after GC flat", floors[1] > 0 && floors[3] <= FLAT * floors[1]);
  }

  private void recovery(Report report) {
    Phase after = seen.after();
    int seconds = 0;
    while (seconds + FULL_SPEED_SECONDS <= after.seconds().size()
        && after.rate(FloodCount.RECEIVED, seconds, seconds + FULL_SPEED_SECONDS)
            < FULL_SPEED * capacity) {
      seconds++;
    }
    boolean never = seconds + FULL_SPEED_SECONDS > after.seconds().size();
    report.fact("after the flood, seconds until full speed", never ? "never" : seconds);
    report.fact(
        "after the flood, of the capacity in 20 s",
        two(after.rate(FloodCount.RECEIVED) / capacity));
    goals.put("full speed within 5 s after", !never && seconds <= RECOVERS_WITHIN);
  }

  private void estimates(Report report) {
    List<RetryAfterProbe.Estimate> all = seen.estimates();
    long honest = all.stream().filter(RetryAfterProbe.Estimate::isHonest).count();
    report.fact("Retry-After of a full mailbox with a reader every 4 s, estimates", all.size());
    report.fact("of these within a factor of two, in whole seconds", honest);
  }

  private void cpu(Report report) {
    List<FloodWatch.Sample> during =
        seen.samples().stream()
            .filter(one -> one.nanos() >= seen.flood().fromNanos())
            .filter(one -> one.nanos() < seen.flood().toNanos())
            .toList();
    if (during.size() > 1) {
      FloodWatch.Sample first = during.get(0);
      FloodWatch.Sample last = during.get(during.size() - 1);
      double seconds = (last.nanos() - first.nanos()) / 1e9;
      report.fact(
          "flood, cores used by the node", two((last.nodeCpu() - first.nodeCpu()) / seconds));
      report.fact(
          "flood, cores used by clients", two((last.clientCpu() - first.clientCpu()) / seconds));
    }
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private Comparison refusals() {
    List<Comparison.Row> rows = new ArrayList<>();
    seen.refused()
        .forEach(
            (why, count) -> {
              if (count > 0) {
                rows.add(new Comparison.Row(why, List.of(Math.round(count)), new Histogram(2)));
              }
            });
    return new Comparison("Refused during the flood", List.of("times"), rows, 1);
  }

  private SeriesPlot series() {
    long begin = seen.capacity().fromNanos();
    List<double[]> received = new ArrayList<>();
    List<double[]> offered = new ArrayList<>();
    for (Phase phase : List.of(seen.capacity(), seen.flood(), seen.after())) {
      for (int i = 0; i < phase.seconds().size(); i++) {
        double second = (phase.fromNanos() - begin) / 1e9 + i + 1;
        FloodTally counts = phase.seconds().get(i);
        received.add(new double[] {second, counts.of(FloodCount.RECEIVED)});
        offered.add(new double[] {second, counts.of(FloodCount.OFFERED)});
      }
    }
    List<double[]> heap = new ArrayList<>();
    for (GcLog.Collection one : seen.gc().between(begin, seen.after().toNanos())) {
      heap.add(new double[] {(one.nanos() - begin) / 1e9, one.afterMib()});
    }
    Map<Double, String> events = new LinkedHashMap<>();
    events.put(
        (seen.flood().fromNanos() - begin) / 1e9, "the flood begins, %.0f times".formatted(times));
    events.put((seen.after().fromNanos() - begin) / 1e9, "the flood ends");
    return new SeriesPlot(
        "Over time",
        List.of(
            "second",
            "sent/s",
            "to readers/s",
            "of the capacity",
            "202/s",
            "429/s",
            "503/s",
            "slowest answer ms",
            "heap after GC, least MiB"),
        rows(begin),
        List.of(
            new SeriesPlot.Curve(
                "messages to readers/s; line: 0.9 of the capacity", received, GOODPUT * capacity),
            new SeriesPlot.Curve("messages sent/s", offered, 0),
            new SeriesPlot.Curve("heap after each GC, MiB", heap, 0)),
        events);
  }

  private List<double[]> rows(long begin) {
    Phase flood = seen.flood();
    List<double[]> rows = new ArrayList<>();
    int step = Math.max(slice(), flood.seconds().size() / 20);
    for (int from = 0; from + step <= flood.seconds().size(); from += step) {
      int to = from + step;
      double rate = flood.rate(FloodCount.RECEIVED, from, to);
      long nanos = flood.fromNanos() + from * 1_000_000_000L;
      long slowest =
          flood.seconds().subList(from, to).stream()
              .mapToLong(second -> second.of(FloodCount.SLOWEST_MICROS))
              .max()
              .orElse(0);
      rows.add(
          new double[] {
            Math.rint((nanos - begin) / 1e9),
            flood.rate(FloodCount.OFFERED, from, to),
            rate,
            rate / capacity,
            flood.rate(FloodCount.TAKEN, from, to),
            flood.rate(FloodCount.TOO_MANY, from, to),
            flood.rate(FloodCount.BUSY, from, to),
            slowest / 1e3,
            GcLog.floor(seen.gc().between(nanos, nanos + step * 1_000_000_000L))
          });
    }
    return rows;
  }
}
