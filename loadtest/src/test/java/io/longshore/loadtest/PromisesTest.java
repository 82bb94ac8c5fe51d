package io.longshore.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A fault run is worth as much as its judge: each broken promise must be noticed. */
class PromisesTest {
  private final Promises promises = new Promises();

  private void assertBroken(String what) {
    promises.settle();
    assertFalse(promises.kept());
    assertEquals(1, promises.broken().size(), promises.broken().toString());
    assertTrue(promises.broken().get(0).contains(what), promises.broken().toString());
  }

  @Test
  void when_all_is_as_promised_then_nothing_is_broken() {
    promises.accepted("key", "task");
    promises.accepted("key", "task");
    promises.seen("task", false, "working", "");
    promises.completed("task", "token", "done");
    promises.completed("task", "token", "done");
    promises.seen("task", false, "working", "");
    promises.seen("task", true, "completed", "done");
    promises.settle();
    assertTrue(promises.kept(), promises.broken().toString());
  }

  @Test
  void when_a_key_gives_another_task_then_it_is_noticed() {
    promises.accepted("key", "task");
    promises.completed("task", "token", "done");
    promises.accepted("key", "other");
    assertBroken("key key gave task and then other");
  }

  @Test
  void when_a_task_is_not_found_then_it_is_noticed() {
    promises.accepted("key", "task");
    promises.completed("task", "token", "done");
    promises.seen("task", true, null, "");
    assertBroken("task is not found");
  }

  @Test
  void when_an_ended_task_works_again_then_it_is_noticed() {
    promises.accepted("key", "task");
    promises.completed("task", "token", "done");
    promises.seen("task", true, "working", "");
    assertBroken("and is working");
  }

  @Test
  void when_an_output_changes_then_it_is_noticed() {
    promises.accepted("key", "task");
    promises.completed("task", "token", "done");
    promises.seen("task", true, "completed", "something else");
    assertBroken("and is completed something else");
  }

  @Test
  void when_two_leases_end_a_task_then_it_is_noticed() {
    promises.accepted("key", "task");
    promises.completed("task", "token", "done");
    promises.completed("task", "other token", "done");
    assertBroken("ended by the leases token and other token");
  }

  @Test
  void when_a_task_never_ends_then_it_is_noticed() {
    promises.accepted("key", "task");
    assertBroken("task is not ended");
  }

  @Test
  void when_a_task_fails_then_it_is_noticed() {
    promises.accepted("key", "task");
    promises.seen("task", false, "failed", "");
    assertBroken("task is failed");
  }
}
