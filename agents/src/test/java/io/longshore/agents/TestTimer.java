package io.longshore.agents;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is to be done later until a test does it. */
final class TestTimer implements HeldLeases.Timer {
  private final List<Later> all = new ArrayList<>();

  private record Later(Duration delay, Runnable task) {}

  @Override
  public Runnable after(Duration delay, Runnable task) {
    Later later = new Later(delay, task);
    all.add(later);
    return () -> all.remove(later);
  }

  /** After how long something is to be done. */
  List<Duration> delays() {
    return all.stream().map(Later::delay).toList();
  }

  /** Does all that is to be done after this very delay. */
  void run(Duration delay) {
    List<Later> due = all.stream().filter(later -> later.delay.equals(delay)).toList();
    if (due.isEmpty()) {
      throw new AssertionError("nothing after " + delay + " but " + delays());
    }
    all.removeAll(due);
    due.forEach(later -> later.task.run());
  }
}
