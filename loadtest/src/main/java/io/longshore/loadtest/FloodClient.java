package io.longshore.loadtest;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The process that sends and reads the messages of a flood, as its parent sees it. */
final class FloodClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 120;
  private static final Set<FloodCount> SUMS =
      EnumSet.range(FloodCount.RECEIVED, FloodCount.HELD_BACK);
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final JavaProcess process;

  /**
   * What was seen while the client did one thing.
   *
   * @param fromNanos when it began, as {@link System#nanoTime} counts
   * @param toNanos when it ended
   * @param seconds what was counted in each
   * @param millis how long answers took: half of them, 99 %, all
   */
  record Phase(long fromNanos, long toNanos, List<FloodTally> seconds, double[] millis) {

    /** How many in all. */
    long total(FloodCount count) {
      return total(count, 0, seconds.size());
    }

    /** How many in some of the seconds. */
    long total(FloodCount count, int from, int to) {
      return seconds.subList(from, to).stream().mapToLong(second -> second.of(count)).sum();
    }

    /** The most in any second. */
    long most(FloodCount count) {
      return seconds.stream().mapToLong(second -> second.of(count)).max().orElse(0);
    }

    /** How many a second. */
    double rate(FloodCount count) {
      return rate(count, 0, seconds.size());
    }

    /** How many a second, in some of the seconds. */
    double rate(FloodCount count, int from, int to) {
      return (double) total(count, from, to) / (to - from);
    }
  }

  /** Starts it, and has it register its agents. */
  FloodClient(String url, FloodRun.Options options) throws InterruptedException {
    process =
        JavaProcess.start(
            List.of("-Xmx512m", "-XX:+UseSerialGC"),
            LoadtestMain.class.getName(),
            List.of(
                "loadtest",
                "flood-client",
                "--url=" + url,
                "--reading=" + options.reading(),
                "--stopping=" + options.stopping(),
                "--senders=" + options.senders(),
                "--lines=" + options.lines(),
                "--bytes=" + options.bytes()),
            lines::add);
    String first = line(PATIENCE_SECONDS);
    if (!first.equals("ready")) {
      process.close();
      throw new IllegalStateException("The client process has failed: " + first);
    }
  }

  JavaProcess process() {
    return process;
  }

  /** Has it send for so long, each sender its next request when the last is answered. */
  Phase turn(int seconds) throws InterruptedException {
    return play("turn " + seconds * 1_000L, seconds);
  }

  /** Has it send for so long at this rate, whatever is answered. */
  Phase flood(int seconds, double messagesPerSecond) throws InterruptedException {
    return play("flood " + seconds * 1_000L + " " + messagesPerSecond, seconds);
  }

  /** A flood whose readers that stop reading are gone at its end. */
  Phase rehearse(int seconds, double messagesPerSecond) throws InterruptedException {
    return play("rehearse " + seconds * 1_000L + " " + messagesPerSecond, seconds);
  }

  private Phase play(String what, int length) throws InterruptedException {
    long from = System.nanoTime();
    process.tell(what);
    List<FloodTally> seconds = new ArrayList<>();
    String line = line(PATIENCE_SECONDS);
    while (line.startsWith("second ")) {
      seconds.add(FloodTally.read(line));
      line = line(PATIENCE_SECONDS);
    }
    if (!line.startsWith("done ")) {
      throw new IllegalStateException("The client process has failed: " + line);
    }
    String[] micros = line.split(" ", -1);
    double[] millis = new double[3];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = Long.parseLong(micros[i + 1]) / 1e3;
    }
    // What it told last is the rest of a second: it belongs to the one before.
    if (seconds.size() > length) {
      FloodTally rest = seconds.remove(seconds.size() - 1);
      FloodTally last = seconds.get(seconds.size() - 1);
      for (FloodCount count : SUMS) {
        last.add(count, rest.of(count));
      }
    }
    return new Phase(from, System.nanoTime(), seconds, millis);
  }

  private String line(int patienceSeconds) throws InterruptedException {
    String line = lines.poll(patienceSeconds, TimeUnit.SECONDS);
    if (line == null) {
      throw new IllegalStateException("The client process says nothing");
    }
    return line;
  }

  @Override
  public void close() {
    process.close();
  }
}
