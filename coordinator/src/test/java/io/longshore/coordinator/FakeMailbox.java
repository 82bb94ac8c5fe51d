package io.longshore.coordinator;

import io.longshore.agents.TaskRef;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/** A mailbox as a coordinator sees it, and a worker that always takes the same time. */
final class FakeMailbox {
  final AgentRecord agent;
  final int capacity;
  final int concurrency;
  final long serviceMillis;
  int refusals;
  private final Map<String, TaskRef> queue = new LinkedHashMap<>();
  private final Map<String, Long> running = new LinkedHashMap<>();
  private long incarnation = 1;
  private boolean measured;
  private long reportedAt;

  FakeMailbox(String agentId, int capacity, int concurrency, long serviceMillis) {
    this.agent = Given.agent(agentId);
    this.capacity = capacity;
    this.concurrency = concurrency;
    this.serviceMillis = serviceMillis;
  }

  int held() {
    return queue.size() + running.size();
  }

  boolean isWorkingOn(String taskId) {
    return running.containsKey(taskId);
  }

  MailboxReport assign(List<TaskRef> refs, long now) {
    List<String> accepted = new ArrayList<>();
    List<Refusal> refused = new ArrayList<>();
    for (TaskRef ref : refs) {
      if (queue.containsKey(ref.taskId()) || running.containsKey(ref.taskId())) {
        accepted.add(ref.taskId());
      } else if (held() < capacity) {
        queue.put(ref.taskId(), ref);
        accepted.add(ref.taskId());
      } else {
        refusals++;
        refused.add(new Refusal(ref.taskId(), "overloaded", null));
      }
    }
    return report(accepted, refused, List.of(), now);
  }

  MailboxReport takeBack(List<String> taskIds, long now) {
    List<String> returned = new ArrayList<>();
    for (String taskId : taskIds) {
      if (queue.remove(taskId) != null) {
        returned.add(taskId);
      }
    }
    return report(List.of(), List.of(), returned, now);
  }

  /**
   * Time has passed: ends what is done and starts what it can.
   *
   * @param start whether the ledger lets it start a task
   * @param done told what has been done
   * @param report told of every change
   */
  void step(
      BiPredicate<TaskRef, FakeMailbox> start,
      Consumer<String> done,
      Consumer<MailboxReport> report,
      long now) {
    boolean changed = false;
    for (String taskId : List.copyOf(running.keySet())) {
      if (running.getOrDefault(taskId, now) <= now) {
        running.remove(taskId);
        measured = true;
        changed = true;
        done.accept(taskId);
      }
    }
    for (TaskRef ref : List.copyOf(queue.values())) {
      if (running.size() < concurrency) {
        queue.remove(ref.taskId());
        changed = true;
        if (start.test(ref, this)) {
          running.put(ref.taskId(), now + serviceMillis);
        }
      }
    }
    if (changed || now - reportedAt >= 2_000) {
      report.accept(report(List.of(), List.of(), List.of(), now));
    }
  }

  /** All it had is lost. */
  void restart() {
    queue.clear();
    running.clear();
    measured = false;
    incarnation++;
    reportedAt = 0;
  }

  private MailboxReport report(
      List<String> accepted, List<Refusal> refused, List<String> returned, long now) {
    reportedAt = now;
    Room room =
        new Room(
            Status.ONLINE,
            capacity - held(),
            queue.size(),
            running.size(),
            concurrency,
            measured ? serviceMillis : 0);
    return new MailboxReport(agent.agentId(), incarnation, room, accepted, refused, returned);
  }
}
