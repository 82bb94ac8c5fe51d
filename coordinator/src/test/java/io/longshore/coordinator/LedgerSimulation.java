package io.longshore.coordinator;

import io.longshore.agents.Lease;
import io.longshore.coordinator.TaskProtocol.Command;
import io.longshore.coordinator.TaskProtocol.Reply;
import io.longshore.persistence.PartitionLogic.Verdict;
import io.longshore.persistence.StateSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A partition, submitters and agents with a bad network between them. Messages are dropped,
 * doubled, delayed and overtaken; the partition crashes, and what it decided without having
 * committed is lost with the replies. Ended tasks leave for an archive. A {@link LedgerBook}
 * watches all of it.
 */
final class LedgerSimulation {
  private static final int TASKS = 8;
  private static final List<String> AGENTS = List.of("alice", "bob", "carol");

  /** A command under way to the partition, and who sent it. */
  private record Sent(Command<?> command, String sender) {}

  private record Answered(Command<?> command, Reply reply, String sender) {}

  /** What an agent holds, or held: it does not know. */
  private record Held(Lease lease, String agentId) {}

  private final Random random;
  private final LedgerLogic logic = new LedgerLogic(Given.ledger());
  private final List<byte[]> journal = new ArrayList<>();
  private final List<Sent> requests = new ArrayList<>();
  private final List<Answered> replies = new ArrayList<>();
  private final Map<String, NewTask> wanted = new LinkedHashMap<>();
  private final List<Held> held = new ArrayList<>();
  private final LedgerBook book;
  private LedgerState state = logic.empty();
  private byte @Nullable [] snapshot;
  private int snapshotAt;
  private boolean opened;
  private long now = Given.NOW;

  /** How many tasks the archive has of this incarnation that are still in its memory. */
  private int leaving;

  LedgerSimulation(long seed, Transitions transitions) {
    random = new Random(seed);
    book = new LedgerBook(transitions);
    for (int i = 0; i < TASKS; i++) {
      long deadline = random.nextInt(3) == 0 ? now + random.nextInt(300_000) : 0;
      String key = random.nextBoolean() ? "key-" + random.nextInt(TASKS) : null;
      NewTask task =
          random.nextInt(4) == 0
              ? Given.strict(key)
              : Given.task(Given.ECHO, deadline, 1 + random.nextInt(4), key);
      wanted.put("task-" + i, task);
    }
  }

  /** Runs so many steps and then to the end; says how many tasks left for the archive. */
  int run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
    }
    end();
    return book.haveLeft(state);
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> submitOrCancel();
      case 3, 4 -> start();
      case 5, 6, 7 -> useLease();
      case 8, 9, 10, 11 -> serve(1 + random.nextInt(4));
      case 12, 13 -> deliver();
      case 14 -> pass(random.nextInt(10) == 0 ? 40_000 : random.nextInt(3_000));
      default -> rarely();
    }
  }

  private void rarely() {
    switch (random.nextInt(6)) {
      case 0 -> crash();
      case 1 -> takeSnapshot();
      case 4, 5 -> archive();
      case 2 -> pass(random.nextInt(20) == 0 ? Given.RETENTION : 60_000);
      default -> requests.clear();
    }
  }

  private String anyTask() {
    return "task-" + random.nextInt(TASKS);
  }

  private void submitOrCancel() {
    String taskId = anyTask();
    if (book.hasLeft(state, taskId)) {
      return;
    }
    NewTask task = wanted.get(taskId);
    int what = random.nextInt(13);
    if (what == 12) {
      send(new TaskProtocol.Reject(taskId, "late"), "coordinator");
      return;
    }
    send(
        task == null || what == 0
            ? new TaskProtocol.Cancel(taskId)
            : what < 4 ? resume(taskId) : new TaskProtocol.Submit(taskId, task),
        "submitter");
  }

  /** An answer for whatever is asked, or for what is asked at this moment; sometimes too long. */
  private TaskProtocol.Resume resume(String taskId) {
    Task task = state.find(taskId);
    Long generation = task == null || random.nextBoolean() ? null : task.generation;
    return new TaskProtocol.Resume(taskId, words(), generation);
  }

  /** A question or an answer; three of the longest are more than a task may have. */
  private byte[] words() {
    return new byte[1 + random.nextInt((int) Given.EXCHANGE_BYTES / 3)];
  }

  private void start() {
    String agent = AGENTS.get(random.nextInt(AGENTS.size()));
    send(new TaskProtocol.Start(anyTask(), agent, 0, List.of(Given.assigned(now))), agent);
  }

  private void useLease() {
    if (held.isEmpty()) {
      return;
    }
    Held one = held.get(random.nextInt(held.size()));
    String id = one.lease().taskId();
    String token = one.lease().leaseToken();
    send(
        switch (random.nextInt(8)) {
          case 0, 1 -> new TaskProtocol.Complete(id, token, Given.json(token));
          case 2 -> new TaskProtocol.Fail(id, token, "e", "no luck", random.nextInt(5) > 0, null);
          case 3 -> new TaskProtocol.Fail(id, token, "e", "no luck", true, 0L);
          case 4 -> new TaskProtocol.Release(id, token);
          case 5, 6 -> new TaskProtocol.RequireInput(id, token, words());
          default -> new TaskProtocol.Extend(id, token, 20_000, Given.json("1"));
        },
        one.agentId());
  }

  /** Lost, once or twice; where it is taken out again decides what overtakes it. */
  private void send(Command<?> command, String sender) {
    int copies = random.nextInt(8) == 0 ? 0 : random.nextInt(8) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      requests.add(new Sent(command, sender));
    }
  }

  private void serve(int batch) {
    List<LedgerEvent> events = open();
    List<Answered> answers = new ArrayList<>();
    for (int i = 0; i < batch && !requests.isEmpty(); i++) {
      Sent sent = requests.remove(random.nextInt(Math.min(requests.size(), 6)));
      Verdict<LedgerEvent> verdict = logic.decide(state, sent.command(), now);
      book.decided(state, sent.command(), verdict);
      verdict.events().forEach(event -> apply(event, events));
      answers.add(new Answered(sent.command(), (Reply) verdict.reply(), sent.sender()));
    }
    commit(events, answers);
  }

  private List<LedgerEvent> open() {
    List<LedgerEvent> events = new ArrayList<>();
    if (!opened) {
      opened = true;
      logic.opened(state, now).forEach(event -> apply(event, events));
    }
    return events;
  }

  private void apply(LedgerEvent event, List<LedgerEvent> events) {
    book.applying(state, event, now);
    events.add(event);
  }

  /**
   * Writes all events of a batch or none. The partition may crash before it has written, or when it
   * has and before it answers anybody.
   */
  private void commit(List<LedgerEvent> events, List<Answered> answers) {
    int fate = events.isEmpty() ? -1 : random.nextInt(40);
    if (fate == 0) {
      crash();
      return;
    }
    if (!events.isEmpty()) {
      journal.add(Blobs.journal(events));
    }
    book.committed(state, events);
    if (fate == 1) {
      crash();
      return;
    }
    for (Answered answer : answers) {
      book.answered(answer.command(), answer.reply());
      if (random.nextInt(8) > 0) {
        replies.add(answer);
      }
    }
  }

  private void deliver() {
    if (replies.isEmpty()) {
      return;
    }
    Answered answer = replies.remove(random.nextInt(replies.size()));
    if (answer.reply() instanceof TaskProtocol.Started started) {
      held.add(new Held(started.lease(), answer.sender()));
    } else if (random.nextInt(3) == 0
        && answer.command() instanceof TaskProtocol.Complete complete) {
      held.removeIf(one -> one.lease().leaseToken().equals(complete.leaseToken()));
    }
  }

  private void pass(long millis) {
    now += millis;
    List<LedgerEvent> events = open();
    for (List<LedgerEvent> due = due(); !due.isEmpty(); due = due()) {
      due.forEach(event -> apply(event, events));
    }
    commit(events, List.of());
  }

  private List<LedgerEvent> due() {
    return logic.due(state, now, 1 + random.nextInt(5));
  }

  /** Writes ended tasks to the archive, or has those written before leave the memory. */
  private void archive() {
    if (leaving > 0) {
      List<LedgerEvent> events = open();
      List<String> gone = state.ended().stream().limit(leaving).map(task -> task.taskId).toList();
      apply(new LedgerEvent.Archived(leaving, now), events);
      leaving = 0;
      // Every submission has an id of its own, and none is under way for as long as they lingered.
      requests.removeIf(sent -> gone.contains(sent.command().taskId()));
      commit(events, List.of());
    } else if (opened) {
      List<Task> written = Lingering.leaving(state, Given.ledger(), now);
      leaving = written.size();
      Segments.of(0, state.epoch, 0, written).forEach(book::archived);
    }
  }

  private void takeSnapshot() {
    snapshot = Blobs.snapshot(state);
    snapshotAt = journal.size();
  }

  /** The state is lost; a new incarnation reads what was committed. */
  private void crash() {
    state = snapshot == null ? logic.empty() : new StateSnapshot(snapshot).state(logic.snapshots());
    journal.subList(snapshotAt, journal.size()).stream()
        .flatMap(batch -> Blobs.events(batch).stream())
        .forEach(state::apply);
    opened = false;
    leaving = 0;
    book.recovered(state);
  }

  /** The network is well again: every accepted task ends, and the journal tells the same story. */
  private void end() {
    requests.clear();
    for (int i = 0; i < 20 && state.live() > 0; i++) {
      for (Task task : List.copyOf(state.all())) {
        requests.add(
            new Sent(new TaskProtocol.Resume(task.taskId, new byte[1], null), "submitter"));
      }
      serve(TASKS);
      for (Task task : List.copyOf(state.all())) {
        requests.add(new Sent(new TaskProtocol.Start(task.taskId, "alice", 0, List.of()), "alice"));
      }
      serve(TASKS);
      for (Task task : List.copyOf(state.all())) {
        String token = task.leaseToken;
        if (token != null) {
          requests.add(
              new Sent(new TaskProtocol.Complete(task.taskId, token, new byte[0]), "alice"));
        }
      }
      serve(TASKS);
      pass(60_000);
    }
    book.ended(state);
    byte[] live = Blobs.snapshot(state);
    crash();
    if (!Arrays.equals(live, Blobs.snapshot(state))) {
      throw new AssertionError("the journal gives another state than the one that wrote it");
    }
  }
}
