package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Acquirers.Acquired;
import io.longshore.agents.HandOuts.Start;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxState.Effects;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.MailboxReport;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.StartReply.NotStartable;
import io.longshore.agents.WorkSource.StartReply.Started;
import io.longshore.agents.WorkSource.Status;
import io.longshore.persistence.Answer;
import io.longshore.registry.AgentRecord;
import io.longshore.registry.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random assigns, acquires, ends, drains and losses against a mailbox's state, and beside it a book
 * kept only from what the mailbox says. Whatever happens, the two must agree.
 */
class MailboxSimulationTest {
  private static final int CONCURRENCY = 3;
  private static final int TASKS = 25;
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  @Test
  void when_anything_happens_in_any_order_then_no_task_is_lost_doubled_or_beyond_concurrency() {
    for (int seed = 0; seed < 400; seed++) {
      try {
        new Simulation(seed).run(400);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class Simulation {
    private final MailboxSettings settings = Given.settings();
    private final Random random;
    private final MailboxState state;
    private final Set<String> waiting = new HashSet<>();
    private final List<Start> starting = new ArrayList<>();
    private final List<Start> givenUp = new ArrayList<>();
    private final Set<String> failed = new HashSet<>();
    private final Map<String, Lease> running = new HashMap<>();
    private final Map<Long, Integer> acquirers = new HashMap<>();
    private final Map<Long, Long> deadlines = new HashMap<>();
    private final Map<String, Long> undelivered = new HashMap<>();
    private long now = 1_000_000;
    private long revision = 1;
    private long lastAcquirer;
    private int attempts;
    private int leased;
    private int late;

    Simulation(int seed) {
      random = new Random(seed);
      state = new MailboxState("alice", 1, settings, (agent, at) -> null, now);
      know(false);
    }

    void run(int steps) {
      for (int i = 0; i < steps; i++) {
        step();
        settle();
      }
      now += 120_000; // all waits and leases are over
      settle();
      now += settings.sessionTimeout().toMillis();
      settle();
      assertEquals(Set.of(), waiting, "kept by an agent that is gone");
      assertEquals(Map.of(), acquirers, "left waiting");
      assertTrue(leased > 0, "the simulation leased nothing");
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> assign();
        case 3, 4 -> acquire();
        case 5, 6 -> answerStart();
        case 7 -> end();
        case 8 -> state.heard(now);
        case 9 -> now += random.nextInt(random.nextInt(20) == 0 ? 60_000 : 3_000);
        case 10 -> now = Math.max(now, Math.min(state.nextDue(now), now + 10_000));
        default -> rarely();
      }
    }

    private void rarely() {
      switch (random.nextInt(7)) {
        case 0 -> know(true);
        case 3 -> answerLate();
        case 1 -> state.takeBack(Given.SUMMARIZE, List.of(task(), task(), task()));
        case 2 -> state.enlist(Route.agent("alice"));
        default -> know(false);
      }
    }

    /** Must change nothing but that it is given back: the start was given up. */
    private void answerLate() {
      if (!givenUp.isEmpty()) {
        Start start = givenUp.remove(0);
        boolean repeated =
            starting.stream()
                .anyMatch(s -> s.acquirer() == start.acquirer() && s.ref().equals(start.ref()));
        if (!repeated) {
          Lease lease = Given.lease(start.ref(), "late", now + 20_000);
          state.startAnswered(
              start.ref(), start.acquirer(), new Answer.Replied<>(new Started(lease)), now);
          late++;
        }
      }
    }

    private void know(boolean draining) {
      AgentRecord agent = Given.agent(CONCURRENCY, Delivery.PULL, ++revision, draining);
      state.know(agent);
    }

    private void assign() {
      List<TaskRef> refs = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        refs.add(Given.ref(task(), PRIORITIES.get(random.nextInt(PRIORITIES.size()))));
      }
      state.assign(refs, now);
    }

    private void acquire() {
      long number = ++lastAcquirer;
      int max = 1 + random.nextInt(4);
      long deadline = now + (random.nextBoolean() ? 0 : random.nextInt(5_000));
      state.heard(now);
      if (state.acquire(number, max, deadline, 0, now)) {
        acquirers.put(number, max);
        deadlines.put(number, deadline);
      }
    }

    private void answerStart() {
      if (starting.isEmpty()) {
        return;
      }
      Start start = starting.remove(random.nextInt(starting.size()));
      String taskId = start.ref().taskId();
      Answer<WorkSource.StartReply> answer =
          switch (random.nextInt(8)) {
            case 0 -> {
              failed.add(taskId);
              yield new Answer.Overloaded<>(Duration.ofMillis(random.nextInt(2_000)));
            }
            case 1 -> {
              failed.add(taskId);
              yield new Answer.Indeterminate<>(Duration.ZERO);
            }
            case 2 -> new Answer.Replied<>(new NotStartable(taskId, "canceled"));
            default -> {
              Lease lease = Given.lease(start.ref(), "token" + ++attempts, now + 20_000);
              assertFalse(running.containsKey(taskId), "started while running: " + taskId);
              running.put(taskId, lease);
              undelivered.put(lease.leaseToken(), start.acquirer());
              leased++;
              yield new Answer.Replied<>(new Started(lease));
            }
          };
      state.startAnswered(start.ref(), start.acquirer(), answer, now);
    }

    private void end() {
      if (!running.isEmpty()) {
        List<Lease> leases = List.copyOf(running.values());
        Lease lease = leases.get(random.nextInt(leases.size()));
        running.remove(lease.taskId());
        boolean worked = random.nextBoolean();
        EndedLease ended = new EndedLease(lease.taskId(), lease.leaseToken(), worked);
        state.ended(random.nextInt(5) == 0 ? List.of(ended, ended) : List.of(ended), now);
      }
    }

    private void settle() {
      Effects effects = state.settle(now);
      running.values().removeIf(l -> l.expiresAt() + settings.leaseGrace().toMillis() <= now);
      effects.reports().forEach(addressed -> read(addressed.report()));
      for (Start start : effects.starts()) {
        String taskId = start.ref().taskId();
        assertTrue(waiting.remove(taskId), "started without having been accepted: " + taskId);
        assertFalse(running.containsKey(taskId), "started while running: " + taskId);
        starting.add(start);
      }
      effects.acquired().forEach(this::read);
      assertEquals(late, effects.late().size(), "late and not given back");
      late = 0;
      deadlines.forEach(
          (number, deadline) ->
              assertTrue(now < deadline + settings.startTimeout().toMillis(), "held too long"));
      Room room = state.room(now);
      long behindTheirLease = waiting.stream().filter(running::containsKey).count();
      assertEquals(waiting.size() - behindTheirLease, room.queued(), "queued");
      assertEquals(starting.size() + running.size(), room.running(), "running");
      assertTrue(room.running() <= CONCURRENCY, "beyond concurrency: " + room);
      assertTrue(room.status() == Status.ONLINE || room.queued() == 0, "kept: " + room);
      assertTrue(state.nextDue(now) > now);
    }

    private void read(MailboxReport report) {
      for (String taskId : report.accepted()) {
        if (starting.stream().noneMatch(start -> isOf(start, taskId))) {
          waiting.add(taskId);
        }
      }
      for (String taskId : report.returned()) {
        boolean gaveUp = starting.removeIf(start -> isOf(start, taskId) && givenUp.add(start));
        assertTrue(failed.remove(taskId) || gaveUp || waiting.remove(taskId), "not its to return");
      }
    }

    private static boolean isOf(Start start, String taskId) {
      return start.ref().taskId().equals(taskId);
    }

    private void read(Acquired acquired) {
      Integer max = acquirers.remove(acquired.number());
      deadlines.remove(acquired.number());
      assertNotNull(max, "answered twice or unasked");
      assertTrue(acquired.leases().size() <= max, "more than asked for");
      for (Lease lease : acquired.leases()) {
        assertEquals(acquired.number(), undelivered.remove(lease.leaseToken()), "not its lease");
      }
    }

    private String task() {
      return "t" + random.nextInt(TASKS);
    }
  }
}
