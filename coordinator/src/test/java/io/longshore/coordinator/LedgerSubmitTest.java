package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Lease;
import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.coordinator.TaskProtocol.Accepted;
import io.longshore.coordinator.TaskProtocol.KeyReused;
import io.longshore.coordinator.TaskProtocol.LedgerFull;
import io.longshore.coordinator.TaskProtocol.Submit;
import io.longshore.coordinator.TaskProtocol.Taken;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Acceptance, idempotency keys and the limits of a partition. */
class LedgerSubmitTest {
  private LedgerFixture ledger = new LedgerFixture();

  @Test
  void when_accepted_then_the_reply_is_the_task_as_it_will_be_read() {
    Accepted accepted = (Accepted) ledger.tell(new Submit("t", Given.full()));
    TaskView read = ledger.view("t");
    Deep.assertSame(read, accepted.task());
    assertFalse(accepted.existed());
    assertEquals(1, read.generation());
    assertEquals(TaskState.SUBMITTED, read.state());
    assertEquals("order-1", read.correlationId());
    assertEquals(Given.NOW, read.createdAt());
  }

  @Test
  void when_a_brief_answer_is_enough_then_only_a_new_task_gets_one() {
    assertEquals(new Taken(Given.NOW), ledger.tell(new Submit("t", Given.keyed("k"), true)));
    Accepted again = (Accepted) ledger.unchanged(new Submit("u", Given.keyed("k"), true));
    assertEquals("t", again.task().taskId());
  }

  @Test
  void when_the_same_id_comes_again_then_it_is_the_same_task() {
    ledger.tell(new Submit("t", Given.task()));
    Accepted again = (Accepted) ledger.unchanged(new Submit("t", Given.task()));
    assertTrue(again.existed());
    assertEquals(1, ledger.state.live());
  }

  @Test
  void when_the_same_key_comes_with_the_same_content_then_it_is_the_same_task() {
    ledger.tell(new Submit("t", Given.keyed("k")));
    Accepted again = (Accepted) ledger.unchanged(new Submit("u", Given.keyed("k")));
    assertEquals("t", again.task().taskId());
    assertTrue(again.existed());
  }

  @Test
  void when_only_deadline_and_trace_differ_then_it_is_the_same_content() {
    NewTask first = task("k", 1, Map.of("a", "1", "b", "2"), "c");
    NewTask second = task("k", 2, Map.of("b", "2", "a", "1"), "c");
    assertEquals(first.contentHash(), second.contentHash());
  }

  @Test
  void when_content_differs_then_its_hash_does() {
    long hash = task("k", 0, Map.of("a", "1"), "c").contentHash();
    assertNotEquals(hash, task("k", 0, Map.of("a", "2"), "c").contentHash());
    assertNotEquals(hash, task("k", 0, Map.of("a", "1"), null).contentHash());
    assertNotEquals(
        task("k", 0, Map.of("a", "1, b=2"), "c").contentHash(),
        task("k", 0, Map.of("a", "1", "b", "2"), "c").contentHash());
    assertNotEquals(
        task("k", 0, Map.of(), null).contentHash(), task("k", 0, Map.of(), "null").contentHash());
  }

  @Test
  void when_content_is_hashed_then_always_to_the_same_value() {
    assertEquals(6322316057559366628L, Given.full().contentHash());
  }

  @Test
  void when_the_key_was_used_for_other_content_then_nothing_happens() {
    ledger.tell(new Submit("t", Given.keyed("k")));
    NewTask other = Given.input(Given.keyed("k"), Given.json("2"));
    assertEquals(new KeyReused("t"), ledger.unchanged(new Submit("u", other)));
  }

  @Test
  void when_the_task_of_a_key_has_left_then_the_key_says_which_it_was_and_does_not_do_it_again() {
    ledger.tell(new Submit("t", Given.keyed("k")));
    ledger.complete(ledger.start("t"));
    ledger.pass(Given.LINGER);
    ledger.archive();
    assertFalse(ledger.knows("t"));
    assertEquals(
        new TaskProtocol.Existed("t"), ledger.unchanged(new Submit("u", Given.keyed("k"))));
    NewTask other = Given.input(Given.keyed("k"), Given.json("2"));
    assertEquals(new KeyReused("t"), ledger.unchanged(new Submit("u", other)));
  }

  @Test
  void when_a_keys_time_is_over_then_it_is_free_again() {
    ledger.tell(new Submit("t", Given.keyed("k")));
    ledger.pass(Given.KEY_RETENTION - 1);
    assertTrue(((Accepted) ledger.tell(new Submit("u", Given.keyed("k")))).existed());
    ledger.pass(1);
    assertFalse(((Accepted) ledger.tell(new Submit("v", Given.keyed("k")))).existed());
    assertEquals(Map.of("k", "v"), Map.of("k", ledger.state.keys().get("k").taskId()));
  }

  @Test
  void when_as_many_live_as_may_then_one_more_is_refused_until_one_ends() {
    ledger = new LedgerFixture(Given.ledger(2, 1_000_000, 10));
    String first = ledger.submit(Given.task());
    ledger.submit(Given.task());
    LedgerFull full =
        assertInstanceOf(LedgerFull.class, ledger.unchanged(new Submit("u", Given.task())));
    assertEquals(new LedgerFull("2 live tasks in the partition", 1_000), full);
    ledger.cancel(first);
    assertInstanceOf(Accepted.class, ledger.tell(new Submit("u", Given.task())));
  }

  @Test
  void when_the_partition_is_full_then_what_it_has_is_still_found() {
    ledger = new LedgerFixture(Given.ledger(1, 1_000_000, 10));
    ledger.tell(new Submit("t", Given.keyed("k")));
    assertTrue(((Accepted) ledger.unchanged(new Submit("u", Given.keyed("k")))).existed());
    assertTrue(((Accepted) ledger.unchanged(new Submit("t", Given.keyed("k")))).existed());
  }

  @Test
  void when_as_many_bytes_are_held_as_may_then_one_more_is_refused() {
    NewTask big = Given.input(Given.task(), new byte[4_000]);
    ledger = new LedgerFixture(Given.ledger(100, 10_000, 10));
    ledger.submit(big);
    ledger.submit(big);
    assertInstanceOf(LedgerFull.class, ledger.unchanged(new Submit("u", big)));
    assertTrue(ledger.state.bytes() <= 10_000);
  }

  @Test
  void when_keys_and_labels_are_long_then_they_count_as_bytes() {
    long empty = ledger.state.bytes();
    ledger.submit(task("k".repeat(100), 0, Map.of("a", "1".repeat(100)), "c".repeat(100)));
    assertTrue(ledger.state.bytes() - empty > 400);
  }

  @Test
  void when_results_fill_the_partition_then_the_oldest_make_room() {
    ledger = new LedgerFixture(Given.ledger(100, 20_000, 100));
    for (int i = 0; i < 4; i++) {
      Lease lease = ledger.start(ledger.submit(Given.input(Given.task(), new byte[2_000])));
      ledger.tell(new TaskProtocol.Complete(lease.taskId(), lease.leaseToken(), new byte[2_000]));
    }
    assertTrue(ledger.state.bytes() > 15_000);
    ledger.archive();
    assertTrue(ledger.state.bytes() <= 10_000);
    assertFalse(ledger.knows("task-0001"));
    assertTrue(ledger.knows("task-0004"));
  }

  @Test
  void when_live_tasks_fill_the_partition_then_one_that_ended_lingers_all_the_same() {
    ledger = new LedgerFixture(Given.ledger(100, 30_000, 100));
    ledger.cancel(ledger.submit(Given.task()));
    ledger.submit(Given.input(Given.task(), new byte[28_000]));
    assertEquals(List.of(), ledger.archive());
    ledger.pass(Given.LINGER);
    assertEquals(1, ledger.archive().size());
    assertEquals(0, ledger.state.endedBytes());
  }

  @Test
  void when_more_have_ended_than_may_linger_then_the_first_ended_go() {
    ledger = new LedgerFixture(Given.ledger(100, 1_000_000, 2));
    for (int i = 0; i < 4; i++) {
      ledger.submit(Given.task());
    }
    ledger.cancel("task-0003");
    ledger.cancel("task-0001");
    assertEquals(List.of(), ledger.archive());
    ledger.cancel("task-0004");
    assertEquals(2, ledger.archive().size());
    assertFalse(ledger.knows("task-0003") || ledger.knows("task-0001"));
    assertTrue(ledger.knows("task-0002") && ledger.knows("task-0004"));
  }

  private static NewTask task(String key, long deadlineAt, Map<String, String> labels, String c) {
    return new NewTask(
        Route.capability("echo"),
        Given.json("1"),
        Priority.LOW,
        deadlineAt,
        labels,
        3,
        30_000,
        c,
        "trace" + deadlineAt,
        key);
  }
}
