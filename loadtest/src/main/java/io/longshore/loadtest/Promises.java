package io.longshore.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What a node has promised its clients, and each promise seen broken. An accepted task is found for
 * ever, the same key gives the same task, and a task ends once and stays as it ended. Thread-safe.
 */
final class Promises {
  private static final int SHOWN = 20;
  private final Map<String, String> idOfKey = new ConcurrentHashMap<>();
  private final Map<String, String> endOfId = new ConcurrentHashMap<>();
  private final Map<String, String> tokenOfId = new ConcurrentHashMap<>();
  private final Map<String, List<Hold>> holdsOfId = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> changed = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> doubled = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> startedTwice = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> unfinished = new ConcurrentLinkedQueue<>();

  /** A lease that a worker was given; epoch milliseconds. */
  private record Hold(String leaseToken, long from, long to) {
    boolean meets(Hold other) {
      return !leaseToken.equals(other.leaseToken) && from < other.to && other.from < to;
    }
  }

  /** A submission with this key was answered with this task. */
  void accepted(String key, String taskId) {
    String before = idOfKey.putIfAbsent(key, taskId);
    if (before != null && !before.equals(taskId)) {
      changed.add("key " + key + " gave " + before + " and then " + taskId);
    }
  }

  /** A worker was given a lease that lasts from one time to the other, by the node's clock. */
  void leased(String taskId, String leaseToken, long from, long to) {
    Hold hold = new Hold(leaseToken, from, to);
    List<Hold> before =
        holdsOfId.merge(
            taskId,
            List.of(hold),
            (all, one) -> {
              List<Hold> more = new ArrayList<>(all);
              more.addAll(one);
              return List.copyOf(more);
            });
    if (before.stream().anyMatch(hold::meets)) {
      startedTwice.add(taskId + " was leased again before a lease of it was over: " + before);
    }
  }

  /** The end of a lease with this output was acknowledged. */
  void completed(String taskId, String leaseToken, String output) {
    String before = tokenOfId.putIfAbsent(taskId, leaseToken);
    if (before != null && !before.equals(leaseToken)) {
      doubled.add(taskId + " was ended by the leases " + before + " and " + leaseToken);
    }
    ended(taskId, "completed", output);
  }

  /**
   * The task was seen.
   *
   * @param hadEnded whether its end was known before it was looked at: an answer may have been on
   *     its way while another told of the end
   * @param state null if it was not found
   */
  void seen(String taskId, boolean hadEnded, @Nullable String state, String output) {
    if (state == null) {
      lost.add(taskId + " is not found");
    } else if (!state.equals("submitted") && !state.equals("working")) {
      ended(taskId, state, output);
    } else if (hadEnded) {
      changed.add(taskId + " had ended as " + endOfId.get(taskId) + " and is " + state);
    }
  }

  private void ended(String taskId, String state, String output) {
    String end = state + " " + output;
    String before = endOfId.putIfAbsent(taskId, end);
    if (before != null && !before.equals(end)) {
      changed.add(taskId + " had ended as " + before + " and is " + end);
    }
  }

  /** Judges every accepted task once all work should be done. */
  void settle() {
    for (String taskId : idOfKey.values()) {
      String end = endOfId.getOrDefault(taskId, "not ended");
      if (!end.startsWith("completed ")) {
        unfinished.add(taskId + " is " + end);
      }
    }
  }

  /** The key of every accepted task, and its id. */
  Map<String, String> accepted() {
    return Map.copyOf(idOfKey);
  }

  /** How many tasks were accepted. */
  int acceptedCount() {
    return idOfKey.size();
  }

  /** How many leases were given beyond the first of each task. */
  private int leasedAgain() {
    return holdsOfId.values().stream().mapToInt(holds -> holds.size() - 1).sum();
  }

  /** Whether this task was seen ended. */
  boolean hasEnded(String taskId) {
    return endOfId.containsKey(taskId);
  }

  /** How many tasks were seen ended. */
  int ended() {
    return endOfId.size();
  }

  /** Whether all were kept. */
  boolean kept() {
    return broken().isEmpty();
  }

  /** Puts the counts into a report. */
  void writeTo(Report report) {
    report.fact("accepted", idOfKey.size());
    report.fact("completed", idOfKey.size() - unfinished.size());
    report.fact("not completed", unfinished.size());
    report.fact("lost", lost.size());
    report.fact("changed after their end, or of another key", changed.size());
    report.fact("ended twice", doubled.size());
    report.fact("leased again after a lease was over", leasedAgain() - startedTwice.size());
    report.fact("leased again before a lease was over", startedTwice.size());
  }

  /** The first broken promises, in words. */
  List<String> broken() {
    List<String> all = new ArrayList<>();
    all.addAll(lost);
    all.addAll(changed);
    all.addAll(doubled);
    all.addAll(startedTwice);
    all.addAll(unfinished);
    return List.copyOf(all.subList(0, Math.min(SHOWN, all.size())));
  }
}
