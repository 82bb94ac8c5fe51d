package io.longshore.loadtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processor time that a Java process has spent on compiling, from Linux' {@code /proc}: a
 * process that still compiles is not warm, however long it ran.
 */
final class CompilerTime {
  /** Names end after 15 characters there. */
  private static final List<String> THREADS = List.of("C1 CompilerThre", "C2 CompilerThre");

  /** What Linux counts in, whatever its clock does: {@code USER_HZ} of proc(5). */
  private static final long MILLIS_PER_TICK = 10;

  /**
   * Where user time is after the thread's name, and then system time: proc(5) has them as 14, 15.
   */
  private static final int USER_TIME = 11;

  private CompilerTime() {}

  /** What the process has spent so far; none where the system does not tell. */
  static Duration of(long pid) {
    Path tasks = Path.of("/proc", Long.toString(pid), "task");
    if (!Files.isDirectory(tasks)) {
      return Duration.ZERO;
    }
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads.map(CompilerTime::ofThread).reduce(Duration.ZERO, Duration::plus);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot see the threads of process " + pid, e);
    }
  }

  private static Duration ofThread(Path thread) {
    try {
      return of(Files.readString(thread.resolve("stat")));
    } catch (IOException e) {
      return Duration.ZERO; // it has ended since it was listed
    }
  }

  /** From a line such as {@code 17 (C2 CompilerThre) S 1 …}. */
  static Duration of(String stat) {
    int end = stat.lastIndexOf(')');
    if (!THREADS.contains(stat.substring(stat.indexOf('(') + 1, end))) {
      return Duration.ZERO;
    }
    String[] fields = stat.substring(end + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
    return Duration.ofMillis(ticks * MILLIS_PER_TICK);
  }
}
