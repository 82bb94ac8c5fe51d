package io.longshore.coordinator;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.LedgerEvent.Archived;
import io.longshore.coordinator.LedgerEvent.AttemptFailed;
import io.longshore.coordinator.LedgerEvent.CancelRequested;
import io.longshore.coordinator.LedgerEvent.Canceled;
import io.longshore.coordinator.LedgerEvent.Completed;
import io.longshore.coordinator.LedgerEvent.Extended;
import io.longshore.coordinator.LedgerEvent.Failed;
import io.longshore.coordinator.LedgerEvent.Forgotten;
import io.longshore.coordinator.LedgerEvent.InputRequired;
import io.longshore.coordinator.LedgerEvent.KeyForgotten;
import io.longshore.coordinator.LedgerEvent.Opened;
import io.longshore.coordinator.LedgerEvent.Rejected;
import io.longshore.coordinator.LedgerEvent.Released;
import io.longshore.coordinator.LedgerEvent.Resumed;
import io.longshore.coordinator.LedgerEvent.Started;
import io.longshore.coordinator.LedgerEvent.Submitted;
import io.longshore.coordinator.LedgerState.KeyUse;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the golden files of a version say: the events, and what they lead to. Written out in full
 * and not computed, so that a change of meaning is found too.
 */
record Golden(
    int version,
    List<LedgerEvent> events,
    long epoch,
    Map<String, KeyUse> keys,
    List<TaskView> tasks) {

  private static final long T = 1_700_000_000_000L;

  private static final NewTask FULL =
      new NewTask(
          Route.agent("alice"),
          Given.json("{\"text\":\"é\"}"),
          Priority.HIGH,
          T + 600_000,
          Map.of("tier", "gold"),
          7,
          45_000,
          "order-1",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "key-1");

  private static final NewTask BARE =
      new NewTask(
          Route.capability("echo"),
          Given.json("1"),
          Priority.LOW,
          0,
          Map.of(),
          2,
          30_000,
          null,
          null,
          null);

  private static final Decision WAITING = new Decision(T + 1, Kind.WAITING, null, "nobody there");
  private static final Decision ASSIGNED = new Decision(T + 2, Kind.ASSIGNED, "alice", "has room");

  private static Started started(String taskId, String token, long at) {
    return new Started(taskId, "alice", token, 30_000, at + 30_000, List.of(WAITING, ASSIGNED), at);
  }

  private static final List<LedgerEvent> EVENTS =
      List.of(
          new Opened(3, T),
          new Submitted("done", FULL, -42, T),
          new Submitted("retried", BARE, 0, T),
          new Submitted("delayed", BARE, 0, T),
          new Submitted("failed", BARE, 0, T),
          new Submitted("canceled", BARE, 0, T),
          new Submitted("stopping", BARE, 0, T),
          new Submitted(
              "gone",
              new NewTask(
                  Route.capability("echo"),
                  new byte[0],
                  Priority.NORMAL,
                  0,
                  Map.of(),
                  1,
                  1,
                  null,
                  null,
                  "key-2"),
              7,
              T),
          started("done", "3.1", T + 10),
          new Extended("done", 45_000, T + 60_000, Given.json("0.5"), T + 15_000),
          new Extended("done", 45_000, T + 61_000, null, T + 16_000),
          new Completed("done", Given.json("\"ok\""), T + 20_000),
          started("retried", "3.1", T + 10),
          new AttemptFailed("retried", true, "agent-error", "no luck", T + 2_000, T + 1_000),
          started("retried", "3.2", T + 2_000),
          new Released("retried", T + 2_500),
          started("delayed", "3.1", T + 10),
          new AttemptFailed("delayed", false, "lease-expired", "no word", T + 70_000, T + 30_010),
          started("failed", "3.1", T + 10),
          new Failed("failed", true, "agent-error", "broken", true, T + 30),
          new Canceled("canceled", T + 40),
          started("stopping", "3.1", T + 10),
          new CancelRequested("stopping", T + 30_050, T + 50),
          new Canceled("gone", T + 60),
          new Forgotten("gone", T + 90_000),
          new KeyForgotten("key-2", T + 90_001));

  private static Decision started(long at) {
    return new Decision(at, Kind.STARTED, "alice", "attempt 1, lease of 30 s");
  }

  private static TaskView bare(
      String taskId,
      TaskState state,
      long generation,
      long updatedAt,
      int attempts,
      String agentId,
      long leaseExpiresAt,
      TaskView.Failure failure,
      List<Decision> decisions) {
    return new TaskView(
        taskId,
        state,
        generation,
        BARE.route(),
        BARE.input(),
        null,
        BARE.priority(),
        T,
        updatedAt,
        0,
        BARE.labels(),
        attempts,
        BARE.maxAttempts(),
        BARE.leaseMillis(),
        null,
        null,
        agentId,
        leaseExpiresAt,
        null,
        null,
        failure,
        decisions,
        null,
        null,
        false);
  }

  private static TaskView asked(
      String taskId,
      TaskState state,
      long generation,
      long updatedAt,
      TaskView.@Nullable InputRequired question,
      List<Decision> decisions) {
    return new TaskView(
        taskId,
        state,
        generation,
        BARE.route(),
        BARE.input(),
        null,
        BARE.priority(),
        T,
        updatedAt,
        0,
        BARE.labels(),
        0,
        BARE.maxAttempts(),
        BARE.leaseMillis(),
        null,
        null,
        "alice",
        0,
        null,
        question,
        null,
        decisions,
        null,
        null,
        false);
  }

  private static final TaskView DONE =
      new TaskView(
          "done",
          TaskState.COMPLETED,
          5,
          FULL.route(),
          FULL.input(),
          Given.json("\"ok\""),
          FULL.priority(),
          T,
          T + 20_000,
          FULL.deadlineAt(),
          FULL.labels(),
          1,
          FULL.maxAttempts(),
          FULL.leaseMillis(),
          FULL.correlationId(),
          FULL.traceparent(),
          "alice",
          0,
          Given.json("0.5"),
          null,
          null,
          List.of(
              WAITING,
              ASSIGNED,
              started(T + 10),
              new Decision(T + 20_000, Kind.ENDED, "alice", "completed by alice")),
          null,
          null,
          false);

  private static final List<TaskView> TASKS_1 =
      List.of(
          bare(
              "canceled",
              TaskState.CANCELED,
              2,
              T + 40,
              0,
              null,
              0,
              null,
              List.of(new Decision(T + 40, Kind.ENDED, null, "canceled by the submitter"))),
          bare(
              "delayed",
              TaskState.SUBMITTED,
              3,
              T + 30_010,
              1,
              "alice",
              0,
              null,
              List.of(
                  WAITING,
                  ASSIGNED,
                  started(T + 10),
                  new Decision(
                      T + 30_010,
                      Kind.RETRIED,
                      "alice",
                      "attempt 1 of 2, next in 40.0 s: lease-expired: no word"))),
          DONE,
          bare(
              "failed",
              TaskState.FAILED,
              3,
              T + 30,
              1,
              "alice",
              0,
              new TaskView.Failure("agent-error", "broken", 1, true),
              List.of(
                  WAITING,
                  ASSIGNED,
                  started(T + 10),
                  new Decision(T + 30, Kind.ENDED, "alice", "agent-error: broken"))),
          bare(
              "retried",
              TaskState.SUBMITTED,
              5,
              T + 2_500,
              1,
              "alice",
              0,
              null,
              List.of(
                  WAITING,
                  ASSIGNED,
                  started(T + 10),
                  new Decision(
                      T + 1_000,
                      Kind.RETRIED,
                      "alice",
                      "attempt 1 of 2, next in 1.0 s: agent-error: no luck"),
                  new Decision(T + 2_000, Kind.STARTED, "alice", "attempt 2, lease of 30 s"),
                  new Decision(T + 2_500, Kind.RETRIED, "alice", "given back untried by alice"))),
          bare(
              "stopping",
              TaskState.WORKING,
              3,
              T + 50,
              1,
              "alice",
              T + 30_010,
              null,
              List.of(WAITING, ASSIGNED, started(T + 10))));

  /** What version 2 has more: the archive, redriven tasks, questions. */
  private static final List<LedgerEvent> EVENTS_2 =
      Stream.concat(
              EVENTS.stream(),
              Stream.of(
                  new Submitted(
                      "again", FULL.again("failed", "redrive of failed", T), -42, T + 80_000),
                  new Submitted("asking", BARE, 0, T),
                  started("asking", "3.1", T + 10),
                  new InputRequired("asking", Given.json("\"which?\""), T + 70),
                  new Submitted("resumed", BARE, 0, T),
                  started("resumed", "3.1", T + 10),
                  new InputRequired("resumed", Given.json("\"which?\""), T + 80),
                  new Resumed("resumed", Given.json("\"this\""), T + 85),
                  new Archived(2, T + 90_002)))
          .toList();

  private static final List<TaskView> TASKS_2 =
      Stream.concat(
              TASKS_1.stream().filter(task -> !Set.of("done", "failed").contains(task.taskId())),
              Stream.of(
                  new TaskView(
                      "again",
                      TaskState.SUBMITTED,
                      1,
                      FULL.route(),
                      FULL.input(),
                      null,
                      FULL.priority(),
                      T + 80_000,
                      T + 80_000,
                      FULL.deadlineAt(),
                      FULL.labels(),
                      0,
                      FULL.maxAttempts(),
                      FULL.leaseMillis(),
                      FULL.correlationId(),
                      FULL.traceparent(),
                      null,
                      0,
                      null,
                      null,
                      null,
                      List.of(),
                      "failed",
                      null,
                      false),
                  asked(
                      "asking",
                      TaskState.INPUT_REQUIRED,
                      3,
                      T + 70,
                      new TaskView.InputRequired(Given.json("\"which?\""), T + 70),
                      List.of(
                          WAITING,
                          ASSIGNED,
                          started(T + 10),
                          new Decision(T + 70, Kind.PAUSED, "alice", "alice needs more input"))),
                  asked(
                      "resumed",
                      TaskState.SUBMITTED,
                      4,
                      T + 85,
                      null,
                      List.of(
                          WAITING,
                          ASSIGNED,
                          started(T + 10),
                          new Decision(T + 80, Kind.PAUSED, "alice", "alice needs more input"),
                          new Decision(
                              T + 85, Kind.RESUMED, null, "the submitter gave more input")))))
          .sorted(Comparator.comparing(TaskView::taskId))
          .toList();

  private static NewTask wishing(boolean rejectIfLate) {
    return new NewTask(
        Route.capability("echo@^2"),
        Given.json("1"),
        Priority.LOW,
        T + 100,
        Map.of(),
        2,
        30_000,
        null,
        null,
        null,
        null,
        "eu",
        rejectIfLate);
  }

  /** What version 3 has more: wishes for a region, and to be rejected rather than late. */
  private static final List<LedgerEvent> EVENTS_3 =
      Stream.concat(
              EVENTS_2.stream(),
              Stream.of(
                  new Submitted("late", wishing(true), 0, T),
                  new Rejected("late", "deadline-unreachable", "nobody is so fast", T + 95),
                  new Submitted("near", wishing(false), 0, T)))
          .toList();

  private static TaskView wished(
      String taskId,
      TaskState state,
      long generation,
      long updatedAt,
      TaskView.@Nullable Failure failure,
      List<Decision> decisions,
      boolean rejectIfLate) {
    return new TaskView(
        taskId,
        state,
        generation,
        Route.capability("echo@^2"),
        Given.json("1"),
        null,
        Priority.LOW,
        T,
        updatedAt,
        T + 100,
        Map.of(),
        0,
        2,
        30_000,
        null,
        null,
        null,
        0,
        null,
        null,
        failure,
        decisions,
        null,
        "eu",
        rejectIfLate);
  }

  private static final List<TaskView> TASKS_3 =
      Stream.concat(
              TASKS_2.stream(),
              Stream.of(
                  wished(
                      "late",
                      TaskState.REJECTED,
                      2,
                      T + 95,
                      new TaskView.Failure("deadline-unreachable", "nobody is so fast", 0, false),
                      List.of(
                          new Decision(
                              T + 95, Kind.ENDED, null, "deadline-unreachable: nobody is so fast")),
                      true),
                  wished("near", TaskState.SUBMITTED, 1, T, null, List.of(), false)))
          .sorted(Comparator.comparing(TaskView::taskId))
          .toList();

  /** All versions, the newest last. */
  static final List<Golden> VERSIONS =
      List.of(
          new Golden(1, EVENTS, 3, Map.of("key-1", new KeyUse("done", -42, T)), TASKS_1),
          new Golden(
              2,
              EVENTS_2,
              3,
              Map.of(
                  "key-1", new KeyUse("done", -42, T),
                  "redrive of failed", new KeyUse("again", -42, T + 80_000)),
              TASKS_2),
          new Golden(
              3,
              EVENTS_3,
              3,
              Map.of(
                  "key-1", new KeyUse("done", -42, T),
                  "redrive of failed", new KeyUse("again", -42, T + 80_000)),
              TASKS_3));
}
