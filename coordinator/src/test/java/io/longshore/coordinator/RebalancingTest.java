package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.coordinator.CoordinatorProtocol.Offered;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When tasks are taken back from an agent that falls behind. */
class RebalancingTest {
  private final AssignmentFixture table = new AssignmentFixture();

  /** Tasks t1 to tN are queued at the agent, none is running. */
  private void queued(String agentId, int count, long serviceMillis) {
    table.room(agentId, Given.room(count, 0, 0, 1, serviceMillis));
    String[] ids = IntStream.rangeClosed(1, count).mapToObj(i -> "t" + i).toArray(String[]::new);
    table.offer(ids);
    table.accepted(agentId, Given.room(0, count, 0, 1, serviceMillis), ids);
    table.given.clear();
  }

  @Test
  void when_others_would_be_done_much_sooner_then_the_last_go_there() {
    queued("slow", 6, 1_000);
    table.room("fast", Given.room(9, 0, 0, 1, 1_000));
    table.tick(250);
    // 6 s here against 1 s there, 5 against 2; 4 against 3 is not worth a move.
    assertEquals(List.of("t6", "t5"), table.takenBack("slow"));
    table.returned("slow", Given.room(2, 4, 0, 1, 1_000), "t6", "t5");
    assertEquals(List.of("t5", "t6"), table.given("fast"));
    table.tick(250);
    assertEquals(List.of(), table.takenBack("slow"));
  }

  @Test
  void when_moved_then_the_decision_tells_both_estimates() {
    queued("slow", 3, 1_000);
    table.room("fast", Given.room(1, 0, 0, 1, 1_000));
    table.tick(250);
    assertEquals(List.of("t3"), table.takenBack("slow"));
    table.returned("slow", Given.room(1, 2, 0, 1, 1_000), "t3");
    var decisions = table.decisions("fast");
    assertEquals(Kind.MOVED, decisions.get(1).kind());
    assertEquals("would be done in 3.0 s here, in 1.0 s on fast", decisions.get(1).reason());
  }

  @Test
  void when_asked_back_then_not_again_until_the_mailbox_has_spoken() {
    queued("slow", 3, 1_000);
    table.room("fast", Given.room(1, 0, 0, 1, 1_000));
    table.tick(250);
    assertEquals(List.of("t3"), table.takenBack("slow"));
    table.tick(250);
    assertEquals(List.of(), table.takenBack("slow"));
    table.room("slow", Given.room(0, 3, 0, 1, 1_000));
    table.tick(250);
    assertEquals(List.of("t3"), table.takenBack("slow"));
  }

  @Test
  void when_several_are_slow_then_no_more_go_to_one_than_it_has_room_for() {
    queued("slow", 10, 1_000);
    table.room("fast", Given.room(2, 0, 0, 4, 10));
    table.tick(250);
    assertEquals(2, table.takenBack("slow").size());
    table.tick(250);
    assertEquals(0, table.takenBack("slow").size());
  }

  @Test
  void when_several_are_fast_then_the_load_is_spread_over_them() {
    queued("slow", 9, 1_000);
    table.room("b", Given.room(9, 0, 0, 1, 1_000));
    table.room("c", Given.room(9, 0, 0, 1, 1_000));
    table.tick(250);
    // 9 against 1, 8 against 1, 7 against 2, 6 against 2; 5 against 3 is not worth it.
    assertEquals(List.of("t9", "t8", "t7", "t6"), table.takenBack("slow"));
  }

  @Test
  void when_the_gain_is_small_or_the_other_slower_then_nothing_moves() {
    queued("a", 2, 1_000);
    table.room("b", Given.room(9, 1, 0, 1, 1_000));
    table.room("c", Given.room(9, 0, 0, 1, 5_000));
    table.tick(250);
    assertEquals(Map.of(), table.takenBack);
    queuedShort();
  }

  private void queuedShort() {
    AssignmentFixture quick = new AssignmentFixture();
    quick.room("a", Given.room(3, 0, 0, 1, 20));
    quick.offer("t1", "t2", "t3");
    quick.accepted("a", Given.room(0, 3, 0, 1, 20), "t1", "t2", "t3");
    quick.room("b", Given.room(9, 0, 0, 1, 1));
    quick.tick(20);
    assertEquals(Map.of(), quick.takenBack, "60 ms are not worth a move");
  }

  @Test
  void when_moved_as_often_as_may_be_then_it_stays() {
    Room idle = Given.room(1, 0, 0, 1, 1_000);
    Room busy = Given.room(0, 1, 9, 1, 1_000);
    table.room("a", idle);
    table.offer("t");
    String from = "a";
    String to = "b";
    for (int move = 1; move <= 3; move++) {
      table.accepted(from, busy, "t");
      table.room(to, idle);
      table.given.clear();
      table.tick(6_000);
      table.offer("t");
      assertEquals(List.of("t"), table.takenBack(from), "move " + move);
      table.returned(from, busy, "t");
      assertEquals(List.of("t"), table.given(to), "move " + move);
      String back = from;
      from = to;
      to = back;
    }
    table.accepted(from, busy, "t");
    table.room(to, idle);
    table.tick(6_000);
    assertEquals(List.of(), table.takenBack(from));
  }

  @Test
  void when_the_other_does_not_fit_then_it_stays() {
    var gold = Given.agent("slow", Map.of("tier", "gold"));
    table.report(gold, 1, Given.room(3, 0, 0, 1, 9_000), List.of(), List.of(), List.of());
    table.offer(IntStream.rangeClosed(1, 3).mapToObj(i -> labelled("t" + i)).toList());
    Room full = Given.room(0, 3, 0, 1, 9_000);
    table.report(gold, 1, full, List.of("t1", "t2", "t3"), List.of(), List.of());
    table.room("plain", Given.room(9, 0, 0, 1, 1));
    table.tick(250);
    assertEquals(Map.of(), table.takenBack);
  }

  private static Offered labelled(String taskId) {
    return Given.offered(taskId, Priority.NORMAL, Given.NOW, Map.of("tier", "gold"));
  }

  @Test
  void when_an_agent_stands_still_then_what_is_behind_its_task_moves_though_nothing_is_reported() {
    table.room("stuck", Given.room(4, 0, 0, 1, 100));
    table.offer("t1", "t2", "t3", "t4");
    table.accepted("stuck", Given.room(0, 4, 0, 1, 100), "t1", "t2", "t3", "t4");
    table.settled("t1");
    table.room("stuck", Given.room(1, 3, 1, 1, 100));
    table.room("idle", Given.room(0, 0, 0, 1, 100));
    for (int passed = 0; passed < 2_000; passed += 250) {
      table.tick(250);
      table.room("idle", Given.room(9, 0, 0, 1, 100));
    }
    assertEquals(Set.of("t2", "t3", "t4"), Set.copyOf(table.takenBack("stuck")));
  }

  @Test
  void when_an_agent_takes_no_work_then_all_is_taken_back_at_once_however_often_it_moved() {
    for (Status status : List.of(Status.OFFLINE, Status.DRAINING)) {
      AssignmentFixture fresh = new AssignmentFixture();
      fresh.room("a", Given.room(2, 0, 0, 1, 100));
      fresh.offer("t1", "t2");
      fresh.accepted("a", Given.room(0, 2, 0, 1, 100), "t1", "t2");
      Room none = new Room(status, 0, 2, 0, 1, 100);
      fresh.room("a", none);
      assertEquals(List.of("t1", "t2"), fresh.takenBack("a"));
      fresh.room("a", none);
      fresh.tick(250);
      assertEquals(List.of(), fresh.takenBack("a"), "asked once in a while");
      fresh.tick(2_000);
      assertEquals(List.of("t1", "t2"), fresh.takenBack("a"));
      fresh.returned("a", none, "t1", "t2");
      fresh.room("b", Given.room(1, 0, 0, 1, 100));
      assertEquals(Kind.MOVED, fresh.decisions("b").get(1).kind());
    }
  }

  @Test
  void when_a_report_is_a_bad_sign_then_tasks_move_without_waiting_for_the_next_look() {
    queued("slow", 3, 100);
    table.room("fast", Given.room(9, 0, 0, 1, 100));
    table.room("slow", Given.room(0, 3, 0, 1, 5_000));
    assertEquals(List.of("t3", "t2", "t1"), table.takenBack("slow"));
  }

  @Test
  void when_very_many_could_move_then_only_so_many_at_once() {
    queued("slow", 500, 1_000);
    for (int i = 0; i < 50; i++) {
      table.room("fast" + i, Given.room(10, 0, 0, 10, 1_000));
    }
    table.tick(250);
    assertTrue(table.takenBack("slow").size() <= 100);
  }
}
