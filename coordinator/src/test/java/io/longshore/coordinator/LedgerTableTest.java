package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.longshore.coordinator.TaskProtocol.Command;
import io.longshore.coordinator.TaskProtocol.Reply;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every command in every situation: the reply, and the state after it. */
class LedgerTableTest {

  /** Rows are commands, columns situations; {@code =} where nothing changes. */
  private static final String TABLE =
      """
      command       | UNKNOWN            | WAITING                 | DELAYED                 | WORKING                  | STOPPING               | ASKING                  | RESUMED                 | COMPLETED            | FAILED               | CANCELED             | REJECTED
      submit        | Accepted submitted | Accepted =              | Accepted =              | Accepted =               | Accepted =             | Accepted =              | Accepted =              | Accepted =           | Accepted =           | Accepted =           | Accepted =
      submit-brief  | Taken submitted    | Accepted =              | Accepted =              | Accepted =               | Accepted =             | Accepted =              | Accepted =              | Accepted =           | Accepted =           | Accepted =           | Accepted =
      same-key      | Accepted submitted | Accepted =              | Accepted =              | Accepted =               | Accepted =             | Accepted =              | Accepted =              | Accepted =           | Accepted =           | Accepted =           | Accepted =
      key-used      | Accepted submitted | KeyReused =             | KeyReused =             | KeyReused =              | KeyReused =            | KeyReused =             | KeyReused =             | KeyReused =          | KeyReused =          | KeyReused =          | KeyReused =
      too-big       | LedgerFull =       | LedgerFull =            | LedgerFull =            | LedgerFull =             | LedgerFull =           | LedgerFull =            | LedgerFull =            | LedgerFull =         | LedgerFull =         | LedgerFull =         | LedgerFull =
      start         | NotStartable =     | Started working         | NotStartable =          | NotStartable =           | NotStartable =         | NotStartable =          | Started working         | NotStartable =       | NotStartable =       | NotStartable =       | NotStartable =
      complete      | NoSuchTask =       | LeaseLost =             | LeaseLost =             | LeaseDone completed      | LeaseDone completed    | LeaseLost =             | LeaseLost =             | LeaseDone =          | LeaseLost =          | LeaseCanceled =      | LeaseLost =
      fail          | NoSuchTask =       | LeaseLost =             | LeaseDone =             | LeaseDone submitted      | LeaseCanceled canceled | LeaseLost =             | LeaseLost =             | LeaseLost =          | LeaseDone =          | LeaseCanceled =      | LeaseLost =
      release       | NoSuchTask =       | LeaseLost =             | LeaseLost =             | LeaseDone submitted      | LeaseCanceled canceled | LeaseLost =             | LeaseLost =             | LeaseLost =          | LeaseLost =          | LeaseCanceled =      | LeaseLost =
      extend        | NoSuchTask =       | LeaseLost =             | LeaseLost =             | LeaseDone working        | LeaseCanceled =        | LeaseLost =             | LeaseLost =             | LeaseLost =          | LeaseLost =          | LeaseCanceled =      | LeaseLost =
      require-input | NoSuchTask =       | LeaseLost =             | LeaseLost =             | LeaseDone input-required | LeaseCanceled canceled | LeaseDone =             | LeaseDone =             | LeaseLost =          | LeaseLost =          | LeaseCanceled =      | LeaseLost =
      stale         | NoSuchTask =       | LeaseLost =             | LeaseLost =             | LeaseLost =              | LeaseLost =            | LeaseLost =             | LeaseLost =             | LeaseLost =          | LeaseLost =          | LeaseLost =          | LeaseLost =
      cancel        | NoSuchTask =       | CancelAccepted canceled | CancelAccepted canceled | CancelAccepted working   | CancelAccepted =       | CancelAccepted canceled | CancelAccepted canceled | AlreadyEnded =       | AlreadyEnded =       | CancelAccepted =     | AlreadyEnded =
      resume        | NoSuchTask =       | NotWaitingForInput =    | NotWaitingForInput =    | NotWaitingForInput =     | NotWaitingForInput =   | Resumed submitted       | Resumed =               | NotWaitingForInput = | NotWaitingForInput = | NotWaitingForInput = | NotWaitingForInput =
      resume-other  | NoSuchTask =       | NotWaitingForInput =    | NotWaitingForInput =    | NotWaitingForInput =     | NotWaitingForInput =   | Resumed submitted       | NotWaitingForInput =    | NotWaitingForInput = | NotWaitingForInput = | NotWaitingForInput = | NotWaitingForInput =
      resume-big    | NoSuchTask =       | NotWaitingForInput =    | NotWaitingForInput =    | NotWaitingForInput =     | NotWaitingForInput =   | InputTooLarge =         | NotWaitingForInput =    | NotWaitingForInput = | NotWaitingForInput = | NotWaitingForInput = | NotWaitingForInput =
      resume-old    | NoSuchTask =       | GenerationChanged =     | GenerationChanged =     | GenerationChanged =      | GenerationChanged =    | GenerationChanged =     | GenerationChanged =     | GenerationChanged =  | GenerationChanged =  | GenerationChanged =  | GenerationChanged =
      reject        | NotRejectable =    | Rejected rejected       | NotRejectable =         | NotRejectable =          | NotRejectable =        | NotRejectable =         | NotRejectable =         | NotRejectable =      | NotRejectable =      | NotRejectable =      | NotRejectable =
      get           | NoSuchTask =       | Found =                 | Found =                 | Found =                  | Found =                | Found =                 | Found =                 | Found =              | Found =              | Found =              | Found =
      list          | ListReply =        | ListReply =             | ListReply =             | ListReply =              | ListReply =            | ListReply =             | ListReply =             | ListReply =          | ListReply =          | ListReply =          | ListReply =
      """;

  private static final Map<Situation, Map<String, String>> EXPECTED = parse();

  /** Where a task may stand when a command arrives. */
  enum Situation {
    UNKNOWN,
    WAITING,
    DELAYED,
    WORKING,
    STOPPING,
    ASKING,
    RESUMED,
    COMPLETED,
    FAILED,
    CANCELED,
    REJECTED;

    LedgerFixture enter() {
      LedgerFixture ledger = new LedgerFixture();
      if (this == UNKNOWN) {
        return ledger;
      }
      String taskId = ledger.submit(Given.strict("key"));
      lead(ledger, taskId);
      return ledger;
    }

    /** Makes of a task that waits one in this situation. */
    void lead(LedgerFixture ledger, String taskId) {
      if (this == REJECTED) {
        ledger.tell(new TaskProtocol.Reject(taskId, "late"));
      } else if (this != WAITING) {
        workOn(ledger, taskId);
      }
    }

    private void workOn(LedgerFixture ledger, String taskId) {
      var lease = ledger.start(taskId);
      if (this == DELAYED || this == FAILED) {
        ledger.fail(lease, this == DELAYED, null);
      } else if (this == COMPLETED) {
        ledger.complete(lease);
      } else if (this == ASKING || this == RESUMED) {
        ledger.requireInput(lease);
        if (this == RESUMED) {
          ledger.resume(taskId);
        }
      } else if (this == STOPPING || this == CANCELED) {
        ledger.cancel(taskId);
        if (this == CANCELED) {
          ledger.release(lease);
        }
      }
    }
  }

  private static Map<Situation, Map<String, String>> parse() {
    Map<Situation, Map<String, String>> table = new LinkedHashMap<>();
    List<String[]> rows = TABLE.lines().map(line -> line.strip().split(" *\\| *")).toList();
    for (String[] row : rows.subList(1, rows.size())) {
      for (int column = 1; column < row.length; column++) {
        table
            .computeIfAbsent(
                Situation.valueOf(rows.get(0)[column]), situation -> new LinkedHashMap<>())
            .put(row[0], row[column]);
      }
    }
    return table;
  }

  private static Command<?> command(String name, LedgerFixture ledger) {
    String id = "task-0001";
    Task task = ledger.state.find(id);
    String token = task == null || task.leaseToken == null ? "none" : task.leaseToken;
    return switch (name) {
      case "submit" -> new TaskProtocol.Submit(id, Given.strict("key"));
      case "submit-brief" -> new TaskProtocol.Submit(id, Given.strict("key"), true);
      case "same-key" -> new TaskProtocol.Submit("other", Given.strict("key"));
      case "key-used" -> new TaskProtocol.Submit("other", Given.strict("key", Given.json("2")));
      case "too-big" ->
          new TaskProtocol.Submit("other", Given.input(Given.task(), new byte[10_000_000]));
      case "start" -> new TaskProtocol.Start(id, "alice", 0, List.of());
      case "complete" -> new TaskProtocol.Complete(id, token, Given.json("1"));
      case "fail" -> new TaskProtocol.Fail(id, token, "agent-error", "no luck", true, null);
      case "release" -> new TaskProtocol.Release(id, token);
      case "extend" -> new TaskProtocol.Extend(id, token, 0, null);
      case "require-input" -> new TaskProtocol.RequireInput(id, token, Given.json("1"));
      case "resume" -> new TaskProtocol.Resume(id, Given.json("\"this\""), null);
      case "resume-other" -> new TaskProtocol.Resume(id, Given.json("\"that\""), null);
      case "resume-big" -> new TaskProtocol.Resume(id, new byte[(int) Given.EXCHANGE_BYTES], null);
      case "resume-old" -> new TaskProtocol.Resume(id, Given.json("\"this\""), 0L);
      case "stale" -> new TaskProtocol.Complete(id, "0.1", Given.json("1"));
      case "cancel" -> new TaskProtocol.Cancel(id);
      case "reject" -> new TaskProtocol.Reject(id, "late");
      case "get" -> new TaskProtocol.Get(id);
      case "list" ->
          new TaskProtocol.ListTasks(id, new TaskQuery(null, null, null, Map.of(), null, 10));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** What came of a command, in the words of the table. */
  private static String outcome(LedgerFixture ledger, Command<?> command) {
    int before = ledger.events.size();
    Object reply = ledger.tell(command);
    String name = reply.getClass().getSimpleName();
    if (ledger.events.size() == before) {
      return name + " =";
    }
    LedgerEvent.TaskEvent event = (LedgerEvent.TaskEvent) ledger.events.get(before);
    return name + " " + ledger.stateOf(event.taskId()).wireName();
  }

  @ParameterizedTest
  @EnumSource
  void when_a_command_arrives_then_the_table_says_what_comes_of_it(Situation situation) {
    Map<String, String> actual = new LinkedHashMap<>();
    for (String name : EXPECTED.get(situation).keySet()) {
      LedgerFixture ledger = situation.enter();
      actual.put(name, outcome(ledger, command(name, ledger)));
    }
    assertEquals(EXPECTED.get(situation), actual);
  }

  @Test
  void when_all_of_the_table_has_happened_then_no_transition_was_left_out() {
    Transitions seen = new Transitions();
    EXPECTED.forEach(
        (situation, row) ->
            row.keySet()
                .forEach(
                    name -> {
                      LedgerFixture ledger = situation.enter();
                      ledger.tell(command(name, ledger));
                      seen.add(ledger.transitions);
                    }));
    for (Situation situation : List.of(Situation.WAITING, Situation.WORKING, Situation.ASKING)) {
      LedgerFixture late = new LedgerFixture();
      String taskId = late.submit(Given.deadline(late.now + 1));
      situation.lead(late, taskId);
      late.pass(1);
      seen.add(late.transitions);
    }
    LedgerFixture last = new LedgerFixture();
    last.fail(last.start(last.submit(Given.attempts(1))));
    seen.add(last.transitions);
    assertEquals(EnumSet.allOf(TaskTransition.class), seen.seen());
  }

  @Test
  void when_a_transition_is_not_in_the_table_then_it_is_found_out() {
    LedgerFixture ledger = Situation.COMPLETED.enter();
    assertThrows(
        AssertionError.class,
        () ->
            ledger.transitions.apply(
                ledger.state, new LedgerEvent.Canceled("task-0001", ledger.now)));
  }

  @Test
  void when_all_of_the_table_has_happened_then_every_command_and_reply_was_in_it() {
    Set<Class<?>> commands = new HashSet<>();
    Set<String> replies = new HashSet<>();
    EXPECTED.forEach(
        (situation, row) ->
            row.forEach(
                (name, outcome) -> {
                  commands.add(command(name, situation.enter()).getClass());
                  replies.add(outcome.substring(0, outcome.indexOf(' ')));
                }));
    // Of a task that has left for the archive: LedgerSubmitTest.
    replies.add("Existed");
    assertEquals(leaves(Command.class).collect(Collectors.toSet()), commands);
    assertEquals(
        leaves(Reply.class).map(Class::getSimpleName).collect(Collectors.toSet()), replies);
    assertEquals(Set.of(Situation.values()), EXPECTED.keySet());
  }

  @Test
  void when_a_state_is_named_then_the_name_leads_back() {
    Arrays.stream(TaskState.values())
        .forEach(state -> assertEquals(state, TaskState.ofWireName(state.wireName())));
    assertEquals("input-required", TaskState.INPUT_REQUIRED.wireName());
    assertThrows(IllegalArgumentException.class, () -> TaskState.ofWireName("WORKING"));
    assertNull(new LedgerFixture().state.find("anything"));
  }

  /** All records below a sealed root. */
  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(LedgerTableTest::leaves)
        : Stream.of(type);
  }
}
