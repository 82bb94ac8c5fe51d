package io.longshore.agents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tasks an agent has: each is queued, being started or running, never two of them. */
final class Holdings {
  /** Before a lease is this old, the ledger is not asked whether it is over. */
  static final long FIRST_DOUBT = 30_000;

  /** Most leases to ask about at a time: the answer has the whole task. */
  private static final int MAX_DOUBTED = 4;

  private final RefQueue queue = new RefQueue();
  private final Map<String, Starting> starting = new LinkedHashMap<>();

  /** In order of their start. */
  private final Map<String, Running> running = new LinkedHashMap<>();

  /** No lease ends before this, epoch milliseconds; so nobody looks at all of them for nothing. */
  private long firstEnd = Long.MAX_VALUE;

  /** Refs assigned anew while their task's last lease is not known to be over. */
  private final Map<String, TaskRef> again = new LinkedHashMap<>();

  /** A ref on its way to the ledger for an acquirer. */
  record Starting(TaskRef ref, long acquirer, long since) {}

  /**
   * A lease; times in epoch milliseconds.
   *
   * @param doubtedAt when to ask whether it is over, if that matters then
   */
  record Running(String leaseToken, long startedAt, long expiresAt, long doubtedAt) {}

  /** A lease of which it is not certain any more that the agent has it. */
  record Doubted(String taskId, String leaseToken) {}

  /** All of them. */
  int size() {
    return queued() + busy();
  }

  /** Tasks that wait, but for those whose own lease still takes a slot. */
  int queued() {
    return queue.size();
  }

  /** Tasks that take a slot. */
  int busy() {
    return starting.size() + running.size();
  }

  /** Whether this ref, or one like it, waits or is being started. */
  boolean contains(TaskRef ref) {
    String taskId = ref.taskId();
    return queue.contains(taskId) || starting.containsKey(taskId) || again.containsKey(taskId);
  }

  /** Whether there is a lease on the task. */
  boolean isRunning(TaskRef ref) {
    return running.containsKey(ref.taskId());
  }

  /** Takes a ref in, last of its priority; behind the task's lease if there is one. */
  void add(TaskRef ref) {
    if (isRunning(ref)) {
      again.put(ref.taskId(), ref);
    } else {
      queue.add(ref);
    }
  }

  /** Takes this ref of the route out if it waits; null if it does not. */
  @Nullable TaskRef takeBack(String taskId, Route route) {
    TaskRef behind = again.get(taskId);
    if (behind != null && behind.route().withoutRange().equals(route)) {
      again.remove(taskId);
      return behind;
    }
    return queue.remove(taskId, route);
  }

  /** Takes out all that wait. */
  List<TaskRef> takeBackAll() {
    List<TaskRef> all = queue.drain();
    all.addAll(again.values());
    again.clear();
    return all;
  }

  /**
   * The next {@code count} refs go to the ledger, or as many as there are and have so many bytes
   * together; one that alone has more goes if the acquirer has nothing yet.
   */
  List<TaskRef> start(int count, long maxBytes, boolean atLeastOne, long acquirer, long now) {
    List<TaskRef> refs = new ArrayList<>();
    long bytes = 0;
    TaskRef next = queue.peek();
    while (next != null && refs.size() < count) {
      bytes += next.bytes();
      if (bytes > maxBytes && !(atLeastOne && refs.isEmpty())) {
        break;
      }
      queue.poll();
      refs.add(next);
      starting.put(next.taskId(), new Starting(next, acquirer, now));
      next = queue.peek();
    }
    return refs;
  }

  /** The ledger has answered: the ref takes no slot any more. False if it was given up before. */
  boolean startAnswered(TaskRef ref, long acquirer) {
    Starting start = starting.get(ref.taskId());
    return start != null && start.acquirer == acquirer && starting.remove(ref.taskId(), start);
  }

  /** When the oldest start was asked for; null if none is in flight. */
  @Nullable Long oldestStart() {
    return starting.isEmpty() ? null : starting.values().iterator().next().since;
  }

  /** Starts asked for at or before {@code then} are given up. */
  List<Starting> giveUpStarts(long then) {
    List<Starting> over = new ArrayList<>();
    starting.values().removeIf(start -> start.since <= then && over.add(start));
    return over;
  }

  /** How long the oldest lease has been worked on; 0 if there is none. */
  long oldestRunning(long now) {
    return running.isEmpty() ? 0 : now - running.values().iterator().next().startedAt;
  }

  void started(Lease lease, long now) {
    running.put(
        lease.taskId(), new Running(lease.leaseToken(), now, lease.expiresAt(), now + FIRST_DOUBT));
    firstEnd = Math.min(firstEnd, lease.expiresAt());
  }

  /** This very lease is over; null if the agent does not have it. */
  @Nullable Running ended(String taskId, String leaseToken) {
    Running lease = running.get(taskId);
    if (lease == null || !lease.leaseToken.equals(leaseToken)) {
      return null;
    }
    running.remove(taskId);
    queueAgain(taskId);
    return lease;
  }

  /**
   * This very lease lasts longer. One that is not known is of an earlier life of the mailbox, and
   * from now on takes a slot as all do.
   */
  void extended(String taskId, String leaseToken, long expiresAt, long now) {
    running.compute(
        taskId,
        (id, lease) -> {
          if (lease == null) {
            return new Running(leaseToken, now, expiresAt, now + FIRST_DOUBT);
          }
          return lease.leaseToken.equals(leaseToken)
              ? new Running(leaseToken, lease.startedAt, expiresAt, now + FIRST_DOUBT)
              : lease;
        });
    firstEnd = Math.min(firstEnd, expiresAt);
  }

  /**
   * Leases of which nothing was heard for long: to ask about now, and then not before they are
   * twice as old. Those that nobody waits for to end do not matter.
   *
   * @param full whether somebody waits for a slot
   */
  List<Doubted> doubted(boolean full, long now) {
    List<Doubted> doubted = new ArrayList<>();
    if (full || !again.isEmpty()) {
      for (Map.Entry<String, Running> entry : running.entrySet()) {
        Running lease = entry.getValue();
        if (lease.doubtedAt <= now && doubted.size() < MAX_DOUBTED) {
          doubted.add(new Doubted(entry.getKey(), lease.leaseToken));
          long next = now + Math.max(FIRST_DOUBT, now - lease.startedAt);
          entry.setValue(new Running(lease.leaseToken, lease.startedAt, lease.expiresAt, next));
        }
      }
    }
    return doubted;
  }

  /** Leases that ran out at or before {@code then} are over. Whether there were any. */
  boolean dropLeases(long then) {
    if (then < firstEnd) {
      return false;
    }
    List<String> over = new ArrayList<>();
    firstEnd = Long.MAX_VALUE;
    running.forEach(
        (taskId, lease) -> {
          if (lease.expiresAt <= then) {
            over.add(taskId);
          } else {
            firstEnd = Math.min(firstEnd, lease.expiresAt);
          }
        });
    for (String taskId : over) {
      running.remove(taskId);
      queueAgain(taskId);
    }
    return !over.isEmpty();
  }

  private void queueAgain(String taskId) {
    TaskRef ref = again.remove(taskId);
    if (ref != null) {
      queue.add(ref);
    }
  }
}
