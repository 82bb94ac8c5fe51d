package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.longshore.agents.Lease;
import io.longshore.coordinator.TaskProtocol.Command;
import io.longshore.coordinator.TaskProtocol.LeaseReply;
import io.longshore.coordinator.TaskProtocol.Reply;
import io.longshore.persistence.PartitionLogic.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A partition's decisions at a chosen time: what is decided is applied at once. */
final class LedgerFixture {
  private final LedgerSettings settings;
  final LedgerLogic logic;
  final LedgerState state;
  final List<LedgerEvent> events = new ArrayList<>();
  final Transitions transitions = new Transitions();
  long now = Given.NOW;
  private int lastId;

  LedgerFixture() {
    this(Given.ledger());
  }

  LedgerFixture(LedgerSettings settings) {
    this.settings = settings;
    logic = new LedgerLogic(settings);
    state = logic.empty();
    reopen();
  }

  /** A new incarnation begins. */
  void reopen() {
    logic.opened(state, now).forEach(this::apply);
  }

  @SuppressWarnings("unchecked") // a command is answered with the family it names
  <R extends Reply> R tell(Command<R> command) {
    Verdict<LedgerEvent> verdict = logic.decide(state, command, now);
    verdict.events().forEach(this::apply);
    return (R) verdict.reply();
  }

  /** Tells it and checks that nothing changes. */
  <R extends Reply> R unchanged(Command<R> command) {
    int before = events.size();
    R reply = tell(command);
    assertEquals(before, events.size(), () -> command + " changed something");
    return reply;
  }

  private void apply(LedgerEvent event) {
    transitions.apply(state, event);
    events.add(event);
  }

  /** Time passes; what becomes due happens. */
  void pass(long millis) {
    now += millis;
    for (List<LedgerEvent> due = due(); !due.isEmpty(); due = due()) {
      due.forEach(this::apply);
    }
  }

  /** What should leave now is written to the archive and leaves. */
  List<Task> archive() {
    List<Task> leaving = Lingering.leaving(state, settings, now);
    if (!leaving.isEmpty()) {
      apply(new LedgerEvent.Archived(leaving.size(), now));
    }
    return leaving;
  }

  private List<LedgerEvent> due() {
    return logic.due(state, now, 1_000);
  }

  /** Submits under a new id that sorts after those before. */
  String submit(NewTask task) {
    String taskId = "task-%04d".formatted(++lastId);
    assertInstanceOf(
        TaskProtocol.Accepted.class, tell(new TaskProtocol.Submit(taskId, task)), taskId);
    return taskId;
  }

  Lease start(String taskId) {
    return start(taskId, "alice");
  }

  Lease start(String taskId, String agentId) {
    TaskProtocol.StartReply reply =
        tell(new TaskProtocol.Start(taskId, agentId, 0, List.of(Given.assigned(now))));
    return assertInstanceOf(TaskProtocol.Started.class, reply).lease();
  }

  LeaseReply complete(Lease lease) {
    return tell(
        new TaskProtocol.Complete(lease.taskId(), lease.leaseToken(), Given.json("\"out\"")));
  }

  LeaseReply fail(Lease lease) {
    return fail(lease, true, null);
  }

  LeaseReply fail(Lease lease, boolean retryable, @Nullable Long retryAfterMillis) {
    return tell(
        new TaskProtocol.Fail(
            lease.taskId(),
            lease.leaseToken(),
            "agent-error",
            "no luck",
            retryable,
            retryAfterMillis));
  }

  LeaseReply release(Lease lease) {
    return tell(new TaskProtocol.Release(lease.taskId(), lease.leaseToken()));
  }

  LeaseReply requireInput(Lease lease) {
    return requireInput(lease, Given.json("\"which?\""));
  }

  LeaseReply requireInput(Lease lease, byte[] prompt) {
    return tell(new TaskProtocol.RequireInput(lease.taskId(), lease.leaseToken(), prompt));
  }

  TaskProtocol.ResumeReply resume(String taskId) {
    return tell(new TaskProtocol.Resume(taskId, Given.json("\"this\""), null));
  }

  LeaseReply extend(Lease lease, long leaseMillis) {
    return tell(new TaskProtocol.Extend(lease.taskId(), lease.leaseToken(), leaseMillis, null));
  }

  TaskProtocol.CancelReply cancel(String taskId) {
    return tell(new TaskProtocol.Cancel(taskId));
  }

  TaskView view(String taskId) {
    return assertInstanceOf(
            TaskProtocol.Found.class, unchanged(new TaskProtocol.Get(taskId)), taskId)
        .task();
  }

  TaskState stateOf(String taskId) {
    return view(taskId).state();
  }

  boolean knows(String taskId) {
    return state.find(taskId) != null;
  }
}
