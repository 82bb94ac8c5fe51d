package io.longshore.coordinator;

import io.longshore.agents.TaskRef;
import io.longshore.registry.AgentRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an {@link Assignment} wants done. */
final class Actions {
  /** By the agents' ids, for a record's hash is that of all that it says. */
  private final Map<AgentRecord, List<TaskRef>> give =
      new TreeMap<>(Comparator.comparing(AgentRecord::agentId));

  private final Map<String, List<String>> takeBack = new LinkedHashMap<>();
  private final List<TaskProtocol.Note> notes = new ArrayList<>();
  private final List<TaskProtocol.Reject> rejections = new ArrayList<>();
  private final List<String> park = new ArrayList<>();
  private boolean unpark;

  /** Refs to give to agents' mailboxes. */
  Map<AgentRecord, List<TaskRef>> give() {
    return give;
  }

  /** Ids of tasks to take back from agents' mailboxes, if they have not started. */
  Map<String, List<String>> takeBack() {
    return takeBack;
  }

  /** What the ledger is to note. */
  List<TaskProtocol.Note> notes() {
    return notes;
  }

  /** What the ledger is to reject. */
  List<TaskProtocol.Reject> rejections() {
    return rejections;
  }

  /** Ids of tasks that the ledger is to park. */
  List<String> park() {
    return park;
  }

  /** Whether the ledger is to offer again what it has parked. */
  boolean unpark() {
    return unpark;
  }

  void unpark(boolean now) {
    unpark |= now;
  }

  void give(AgentRecord agent, TaskRef ref) {
    give.computeIfAbsent(agent, a -> new ArrayList<>()).add(ref);
  }
}
