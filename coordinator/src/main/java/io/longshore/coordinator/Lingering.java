package io.longshore.coordinator;

import java.util.ArrayList;
import java.util.List;

/**
 * Which ended tasks leave the memory of a partition. When the oldest has been there long enough,
 * those that have been there half as long go with it: so writes are few and large. Pure.
 */
final class Lingering {
  /** Most tasks in one write. */
  static final int MAX_TASKS = 4_096;

  /** Most bytes in one write, unless it is one task. */
  static final long MAX_BYTES = 8L * 1024 * 1024;

  private Lingering() {}

  /** The first tasks to end, as many as should leave now and one write may hold. */
  static List<Task> leaving(LedgerState state, LedgerSettings settings, long now) {
    List<Task> leaving = new ArrayList<>();
    int left = state.ended().size();
    long held = state.bytes();
    boolean many = left > settings.maxLingering();
    // Where it is live tasks that fill the partition, there is little to be had by tiny writes.
    boolean much =
        held > settings.maxBytes() / 4 * 3 && state.endedBytes() > settings.maxBytes() / 16;
    long linger = settings.linger().toMillis();
    long bytes = 0;
    for (Task task : state.ended()) {
      long lingered = now - task.updatedAt;
      boolean goes =
          (many && left > settings.maxLingering() / 2)
              || (much && held > settings.maxBytes() / 2)
              || lingered >= (leaving.isEmpty() ? linger : linger / 2);
      bytes += task.weight();
      boolean full = leaving.size() == MAX_TASKS || (!leaving.isEmpty() && bytes > MAX_BYTES);
      if (!goes || full) {
        break;
      }
      leaving.add(task);
      left--;
      held -= task.weight();
    }
    return leaving;
  }
}
