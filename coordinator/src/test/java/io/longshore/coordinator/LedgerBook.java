package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.coordinator.TaskProtocol.Command;
import io.longshore.coordinator.TaskProtocol.Reply;
import io.longshore.persistence.Archive;
import io.longshore.persistence.PartitionLogic.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the outside was told of a partition, and so what must stay true whatever happens. */
final class LedgerBook {
  private final Transitions transitions;
  private final Set<String> accepted = new HashSet<>();
  private final Map<String, TaskState> ends = new HashMap<>();
  private final Map<String, String> holders = new HashMap<>();
  private final Map<String, Integer> completions = new HashMap<>();
  private final Map<String, Long> keys = new HashMap<>();
  private final Map<String, List<byte[]>> exchanged = new HashMap<>();

  /** As the archive has them. */
  private final Map<String, Task> archive = new HashMap<>();

  /** What had been said when a lease began. */
  private final Map<String, List<byte[]>> said = new HashMap<>();

  LedgerBook(Transitions transitions) {
    this.transitions = transitions;
  }

  /** A command has been decided and its events are not applied yet. */
  void decided(LedgerState state, Command<?> command, Verdict<LedgerEvent> verdict) {
    String token = token(command);
    if (token != null && !verdict.events().isEmpty()) {
      Task task = state.find(command.taskId());
      assertNotNull(task);
      assertEquals(TaskState.WORKING, task.state, () -> command + " changed a task not held");
      assertEquals(task.leaseToken, token, () -> command + " changed it with a stale token");
    }
    assertTrue(verdict.events().size() <= 1, () -> "more than one event by " + command);
  }

  private static @Nullable String token(Command<?> command) {
    if (command instanceof TaskProtocol.Complete complete) {
      return complete.leaseToken();
    } else if (command instanceof TaskProtocol.Fail fail) {
      return fail.leaseToken();
    } else if (command instanceof TaskProtocol.Release release) {
      return release.leaseToken();
    }
    if (command instanceof TaskProtocol.RequireInput require) {
      return require.leaseToken();
    }
    return command instanceof TaskProtocol.Extend extend ? extend.leaseToken() : null;
  }

  /** Applies an event and checks what it does. */
  void applying(LedgerState state, LedgerEvent event, long now) {
    if (event instanceof LedgerEvent.Started started) {
      Task task = state.find(started.taskId());
      assertNotNull(task);
      assertEquals(TaskState.SUBMITTED, task.state, "leased to two at a time");
    } else if (event instanceof LedgerEvent.Forgotten forgotten) {
      Task task = state.find(forgotten.taskId());
      assertNotNull(task);
      assertTrue(task.updatedAt + Given.RETENTION <= now, "forgotten before its time");
    }
    transitions.apply(state, event);
    if (event instanceof LedgerEvent.TaskEvent about) {
      Task task = state.find(about.taskId());
      if (task != null) {
        assertTrue(task.attempts <= task.spec.maxAttempts(), "more attempts than it may have");
        assertTrue(task.attempts >= 0, "less than no attempts");
      }
    }
  }

  /** Events are durable. */
  void committed(LedgerState state, List<LedgerEvent> events) {
    for (LedgerEvent event : events) {
      if (event instanceof LedgerEvent.Submitted submitted) {
        keyUsed(submitted);
      } else if (event instanceof LedgerEvent.InputRequired asked) {
        exchanged(asked.taskId()).add(asked.prompt());
      } else if (event instanceof LedgerEvent.Resumed answered) {
        exchanged(answered.taskId()).add(answered.input());
      } else if (event instanceof LedgerEvent.Started started) {
        String key = started.taskId() + " " + started.leaseToken();
        assertFalse(holders.containsKey(key), () -> "granted twice: " + key);
        holders.put(key, started.agentId());
        said.put(key, List.copyOf(exchanged(started.taskId())));
      } else if (event instanceof LedgerEvent.Completed completed) {
        completions.merge(completed.taskId(), 1, Integer::sum);
      } else if (event instanceof LedgerEvent.Forgotten forgotten) {
        accepted.remove(forgotten.taskId());
        ends.remove(forgotten.taskId());
        completions.remove(forgotten.taskId());
        exchanged.remove(forgotten.taskId());
        holders.keySet().removeIf(key -> key.startsWith(forgotten.taskId() + " "));
      }
    }
    check(state);
  }

  /** The archive has written a segment. */
  void archived(Archive.Segment segment) {
    for (Task task : Segments.tasks(segment)) {
      archive.put(task.taskId, task);
    }
  }

  /** How many tasks are in the archive alone. */
  int haveLeft(LedgerState state) {
    return (int) archive.keySet().stream().filter(id -> hasLeft(state, id)).count();
  }

  /** Whether the task is in the archive alone. */
  boolean hasLeft(LedgerState state, String taskId) {
    return archive.containsKey(taskId) && state.find(taskId) == null;
  }

  /** No two tasks are made of one key in the time that it is remembered. */
  private void keyUsed(LedgerEvent.Submitted submitted) {
    String key = submitted.task().idempotencyKey();
    if (key != null) {
      Long before = keys.put(key, submitted.at());
      assertTrue(
          before == null || before + Given.KEY_RETENTION <= submitted.at(), () -> "twice: " + key);
    }
  }

  private List<byte[]> exchanged(String taskId) {
    return exchanged.computeIfAbsent(taskId, id -> new ArrayList<>());
  }

  /** A reply has left the partition. */
  void answered(Command<?> command, Reply reply) {
    if (reply instanceof TaskProtocol.Accepted ok) {
      accepted.add(ok.task().taskId());
    } else if (reply instanceof TaskProtocol.Started started) {
      String key = started.lease().taskId() + " " + started.lease().leaseToken();
      assertEquals(((TaskProtocol.Start) command).agentId(), holders.get(key), "not its lease");
      List<byte[]> known = new ArrayList<>();
      for (Lease.Exchange exchange : started.lease().exchanges()) {
        known.add(exchange.prompt());
        known.add(exchange.input());
      }
      assertArrayEquals(
          said.getOrDefault(key, List.of()).toArray(), known.toArray(), "not what was said");
    } else if (reply instanceof TaskProtocol.Resumed resumed) {
      List<byte[]> known = exchanged(resumed.task().taskId());
      byte[] input = ((TaskProtocol.Resume) command).input();
      assertTrue(known.stream().anyMatch(said -> Arrays.equals(said, input)), "an answer lost");
    }
  }

  /** A new incarnation has read the journal. */
  void recovered(LedgerState state) {
    check(state);
  }

  /** A task that is in the archive and not in memory must have ended. */
  private @Nullable Task find(LedgerState state, String taskId) {
    Task task = state.find(taskId);
    if (task != null) {
      return task;
    }
    Task archived = archive.get(taskId);
    assertTrue(archived == null || archived.state.terminal(), () -> "archived alive: " + taskId);
    return archived;
  }

  private void check(LedgerState state) {
    for (String taskId : accepted) {
      assertNotNull(find(state, taskId), () -> "accepted and gone: " + taskId);
    }
    ends.forEach(
        (taskId, end) -> {
          Task task = find(state, taskId);
          assertNotNull(task, () -> "ended and gone: " + taskId);
          assertEquals(end, task.state, () -> "a terminal state changed: " + taskId);
        });
    int live = 0;
    long bytes = state.keys().keySet().stream().mapToLong(LedgerState::keyWeight).sum();
    for (Task task : state.all()) {
      bytes += task.weight();
      assertTrue(task.decisions.kept().size() <= Decisions.MAX_KEPT, "too many decisions");
      assertTrue(task.exchanges.size() <= Given.EXCHANGES, "too many exchanges");
      assertTrue(task.exchangedBytes() <= Given.EXCHANGE_BYTES, "too long exchanges");
      if (task.state.terminal()) {
        ends.put(task.taskId, task.state);
      } else {
        live++;
      }
    }
    assertEquals(live, state.live(), "live");
    assertEquals(bytes, state.bytes(), "bytes");
    assertEquals(state.all().size() - live, state.ended().size(), "ended");
    completions.forEach((taskId, times) -> assertEquals(1, times, () -> "completed " + taskId));
  }

  /** Nothing is left to happen. */
  void ended(LedgerState state) {
    assertEquals(0, state.live(), "accepted and never ended");
    check(state);
  }
}
