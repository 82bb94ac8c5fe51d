package io.longshore.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * When which partition accepted tasks and which node answered, second by second, and what happened
 * meanwhile. Thread-safe.
 */
final class Timeline implements ReportTable {
  private static final int CELL = 7;
  private static final int LEFT = 90;
  private final long begin = System.nanoTime();
  private final Map<Integer, List<Long>> acceptedBy = new ConcurrentHashMap<>();
  private final Map<String, List<Long>> answeredBy = new ConcurrentHashMap<>();
  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

  /** Something that was done, as {@link System#nanoTime} counts. */
  record Event(long at, String what) {}

  /**
   * A partition that accepted nothing for a while; nanoseconds after what it was asked for.
   *
   * @param from when it accepted last, but no earlier than what it was asked for
   * @param until when it accepted again; {@link Long#MAX_VALUE} if never
   */
  record Outage(int partition, long from, long until) {
    boolean never() {
      return until == Long.MAX_VALUE;
    }
  }

  /** A task was accepted just now; its id names its partition. */
  void accepted(String taskId) {
    add(acceptedBy, Integer.parseInt(taskId.substring(15, 18), 16));
  }

  /** A node answered just now as it should. */
  void answered(String node) {
    add(answeredBy, node);
  }

  private static <K> void add(Map<K, List<Long>> times, K key) {
    times
        .computeIfAbsent(key, name -> Collections.synchronizedList(new ArrayList<>()))
        .add(System.nanoTime());
  }

  /** Something happens now. */
  Event happens(String what) {
    Event event = new Event(System.nanoTime(), what);
    events.add(event);
    return event;
  }

  /**
   * Whenever a partition stopped between one moment and another.
   *
   * @param stopped a partition that accepts nothing for longer has stopped
   */
  List<Outage> outages(long from, long to, Duration stopped) {
    List<Outage> outages = new ArrayList<>();
    for (Map.Entry<Integer, List<Long>> entry : new TreeMap<>(acceptedBy).entrySet()) {
      long before = from;
      List<Long> times = sorted(entry.getValue());
      times.add(Long.MAX_VALUE);
      for (long at : times) {
        boolean never = at == Long.MAX_VALUE;
        long end = never ? System.nanoTime() : at;
        if (end > from && before < to && end - before > stopped.toNanos()) {
          outages.add(new Outage(entry.getKey(), before - from, never ? at : at - from));
        }
        before = Math.max(before, at);
      }
    }
    return outages;
  }

  private static List<Long> sorted(List<Long> times) {
    synchronized (times) {
      List<Long> sorted = new ArrayList<>(times);
      Collections.sort(sorted);
      return sorted;
    }
  }

  @Override
  public String title() {
    return "What happened";
  }

  @Override
  public String markdown() {
    StringBuilder text = new StringBuilder("## What happened\n\n| second | |\n|--:|---|\n");
    for (Event event : List.copyOf(events)) {
      text.append(
          String.format(Locale.ROOT, "| %.1f | %s |%n", (event.at - begin) / 1e9, event.what));
    }
    return text.toString();
  }

  /** A row a partition and a row a node, a column a second; darker is more, a line an event. */
  @Override
  public String html() {
    Map<String, List<Long>> rows = new LinkedHashMap<>();
    new TreeMap<>(acceptedBy).forEach((id, times) -> rows.put("partition " + id, times));
    rows.putAll(new TreeMap<>(answeredBy));
    int seconds = second(System.nanoTime()) + 1;
    int height = (rows.size() + 1) * (CELL + 4);
    StringBuilder text = new StringBuilder("<h2>What happened</h2>\n");
    text.append("<p>Tasks accepted by partition, and calls answered by node, each second.</p>\n");
    text.append(
        "<div style=\"overflow-x: auto\"><svg width=\"%d\" height=\"%d\" font-size=\"10\" role=\"img\">%n"
            .formatted(LEFT + seconds * CELL, height));
    int row = 0;
    for (Map.Entry<String, List<Long>> entry : rows.entrySet()) {
      plot(text, entry.getKey(), perSecond(entry.getValue(), seconds), row++ * (CELL + 4));
    }
    for (Event event : List.copyOf(events)) {
      text.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%.1f 0V%d\" stroke=\"#d94801\"><title>%s</title></path>%n",
              LEFT + (event.at - begin) / 1e9 * CELL,
              height,
              Report.escaped(event.what)));
    }
    text.append("</svg></div>\n<table>\n<tr><th>second<th>\n");
    for (Event event : List.copyOf(events)) {
      text.append(
          "<tr><td>%.1f<td style=\"text-align: left\">%s\n"
              .formatted((event.at - begin) / 1e9, Report.escaped(event.what)));
    }
    text.append("</table>\n");
    return text.toString();
  }

  private static void plot(StringBuilder text, String name, int[] counts, int y) {
    int most = 1;
    for (int count : counts) {
      most = Math.max(most, count);
    }
    text.append("<text x=\"0\" y=\"%d\">%s</text>%n".formatted(y + CELL, Report.escaped(name)));
    for (int second = 0; second < counts.length; second++) {
      if (counts[second] > 0) {
        text.append(
            String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#08519c\""
                    + " opacity=\"%.2f\"/>%n",
                LEFT + second * CELL,
                y,
                CELL - 1,
                CELL + 2,
                0.25 + 0.75 * counts[second] / most));
      }
    }
  }

  private int[] perSecond(List<Long> times, int seconds) {
    int[] counts = new int[seconds];
    for (long at : sorted(times)) {
      counts[Math.min(seconds - 1, second(at))]++;
    }
    return counts;
  }

  private int second(long nanos) {
    return (int) TimeUnit.NANOSECONDS.toSeconds(nanos - begin);
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> all = new LinkedHashMap<>();
    int seconds = second(System.nanoTime()) + 1;
    new TreeMap<>(acceptedBy)
        .forEach((id, times) -> all.put("partition " + id, perSecond(times, seconds)));
    new TreeMap<>(answeredBy).forEach((node, times) -> all.put(node, perSecond(times, seconds)));
    return all;
  }
}
