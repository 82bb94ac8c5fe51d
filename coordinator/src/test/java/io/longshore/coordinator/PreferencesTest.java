package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.TaskRef;
import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.Room;
import io.longshore.coordinator.CoordinatorProtocol.Offered;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Regions, deadlines and strategies: what a submitter or an operator may want of a placement. */
class PreferencesTest {
  private AssignmentFixture table = new AssignmentFixture();

  private void room(String agentId, String region, Room room) {
    table.report(Given.agent(agentId, Map.of(), region), 1, room, List.of(), List.of(), List.of());
  }

  private static Offered near(String taskId, String region) {
    TaskRef ref = new TaskRef(taskId, Given.ECHO, Priority.NORMAL, 0, Given.NOW, List.of());
    return new Offered(ref, Map.of(), region, false);
  }

  private Offered due(String taskId, long inMillis, boolean strict) {
    TaskRef ref =
        new TaskRef(
            taskId, Given.ECHO, Priority.NORMAL, table.now + inMillis, table.now, List.of());
    return new Offered(ref, Map.of(), null, strict);
  }

  @Test
  void when_a_region_is_wished_then_its_agents_come_first_until_they_are_too_late() {
    room("here", "eu", Given.room(99, 0, 0, 1, 1_000));
    room("there", "us", Given.room(99, 0, 0, 10, 1_000));
    for (int i = 1; i <= 7; i++) {
      table.offer(List.of(near("t" + i, "eu")));
    }
    // 1 s, 2 s … 6 s here against 1 s there; 7 s is more than 5 s later.
    assertEquals(List.of("t1", "t2", "t3", "t4", "t5", "t6"), table.given("here"));
    assertEquals(List.of("t7"), table.given("there"));
  }

  @Test
  void when_its_region_has_no_room_then_it_waits_there_a_while_before_it_goes_elsewhere() {
    room("here", "eu", Given.room(0, 0, 1, 1, 1_000));
    room("there", "us", Given.room(9, 0, 0, 1, 1_000));
    table.offer(List.of(near("t", "eu"), near("u", "eu")));
    table.tick(2_500);
    assertEquals(List.of(), table.given("there"));
    room("here", "eu", Given.room(1, 0, 0, 1, 1_000));
    assertEquals(List.of("t"), table.given("here"));
    room("there", "us", Given.room(9, 0, 0, 1, 1_000));
    table.tick(2_500);
    assertEquals(List.of("u"), table.given("there"));
  }

  @Test
  void when_nobody_is_in_its_region_then_it_goes_elsewhere_at_once() {
    room("there", "us", Given.room(9, 0, 0, 1, 1_000));
    table.offer(List.of(near("t", "eu")));
    String why = table.decisions("there").get(0).reason();
    assertTrue(why.endsWith("; outside eu, where it would wait longer"), why);
  }

  @Test
  void when_moved_then_leaving_the_region_must_be_worth_it() {
    room("here", "eu", Given.room(4, 0, 0, 1, 1_000));
    table.offer(List.of(near("t1", "eu"), near("t2", "eu"), near("t3", "eu"), near("t4", "eu")));
    table.report(
        Given.agent("here", Map.of(), "eu"),
        1,
        Given.room(0, 4, 0, 1, 1_000),
        List.of("t1", "t2", "t3", "t4"),
        List.of(),
        List.of());
    room("there", "us", Given.room(9, 0, 0, 1, 10));
    table.tick(250);
    assertEquals(List.of(), table.takenBack("here"));
    room("neighbour", "eu", Given.room(1, 0, 0, 1, 10));
    table.tick(250);
    assertEquals(List.of("t4"), table.takenBack("here"));
  }

  @Test
  void when_no_agent_can_meet_the_deadline_then_the_best_gets_it_and_the_decision_says_so() {
    table.room("slow", Given.room(9, 0, 0, 1, 9_000));
    table.room("best", Given.room(9, 0, 0, 1, 4_000));
    table.offer(List.of(due("t", 3_000, false)));
    List<Decision> decisions = table.decisions("best");
    assertEquals(
        "done in about 4.0 s: 0 ahead, measured 4.0 s each, 1 at once; no agent is expected to"
            + " meet its deadline in 3.0 s: the best would be done in 4.0 s",
        decisions.get(0).reason());
    table.settled("t");
    table.room("best", Given.room(9, 0, 0, 1, 4_000));
    table.offer(List.of(due("u", 4_000, true)));
    assertEquals(1, table.decisions("best").size(), "in time, to the millisecond");
  }

  @Test
  void when_one_with_a_bad_record_would_be_in_time_then_it_is_not_rejected() {
    table.room("slow", Given.room(9, 0, 0, 1, 10_000));
    table.room("quick", Given.room(9, 0, 0, 1, 4_000));
    table.assignment.setBack(
        List.of(new CoordinatorProtocol.Setback("quick", CoordinatorProtocol.Mark.LOST_LEASE)),
        table.now);
    table.offer("any");
    assertEquals(List.of("any"), table.given("slow"), "ranked by its record");
    table.offer(List.of(due("urgent", 6_000, true)));
    assertEquals(List.of("urgent"), table.given("quick"));
    assertEquals(List.of(), table.rejected);
  }

  @Test
  void when_one_with_a_bad_record_is_full_and_would_be_in_time_then_it_may_wait_for_it() {
    table.room("quick", Given.room(0, 0, 1, 1, 1_000));
    table.assignment.setBack(
        List.of(new CoordinatorProtocol.Setback("quick", CoordinatorProtocol.Mark.LOST_LEASE)),
        table.now);
    table.room("slow", Given.room(0, 0, 1, 1, 5_000));
    table.offer(List.of(due("urgent", 4_000, true)));
    table.tick(250);
    assertEquals(List.of(), table.rejected);
  }

  @Test
  void when_it_would_rather_be_rejected_then_the_ledger_is_asked_and_it_goes_to_nobody() {
    table.room("best", Given.room(9, 0, 0, 1, 4_000));
    table.offer(List.of(due("t", 3_000, true)));
    assertEquals(List.of(), table.given("best"));
    assertEquals(1, table.rejected.size());
    assertEquals("t", table.rejected.get(0).taskId());
    assertTrue(table.rejected.get(0).reason().contains("4.0 s"), table.rejected.toString());
    table.tick(250);
    assertEquals(1, table.rejected.size(), "asked once");
    table.offer(List.of(due("t", 3_000, true)));
    assertEquals(2, table.rejected.size(), "offered again: the ledger has not heard it");
    table.settled("t");
    table.offer("u");
    assertEquals(List.of("u"), table.given("best"));
  }

  @Test
  void when_it_waits_and_can_only_be_late_by_now_then_it_is_rejected() {
    table.offer(List.of(due("t", 3_000, true), due("late", 3_000, false)));
    table.tick(1_000);
    assertEquals(0, table.rejected.size(), "somebody may come");
    table.room("full", Given.room(0, 0, 1, 1, 1_000));
    table.tick(0);
    assertEquals(0, table.rejected.size());
    table.tick(250);
    assertEquals("t", table.rejected.get(0).taskId());
    assertEquals(1, table.assignment.waitingCount());
  }

  @Test
  void when_round_robin_then_each_has_its_turn_but_a_deadline_is_met() {
    table = new AssignmentFixture(Strategies.ROUND_ROBIN);
    table.room("a", Given.room(9, 0, 0, 1, 9_000));
    table.room("b", Given.room(9, 5, 1, 1, 1_000));
    table.room("c", Given.room(9, 0, 0, 1, 10));
    table.offer("t1", "t2", "t3", "t4", "t5", "t6");
    assertEquals(2, table.given("a").size());
    assertEquals(2, table.given("b").size());
    assertEquals(2, table.given("c").size());
    table.offer(List.of(due("urgent", 100, true)));
    assertEquals(List.of("urgent"), table.given("c"));
  }

  @Test
  void when_least_loaded_then_the_one_with_fewest_ahead_for_each_slot_gets_it() {
    table = new AssignmentFixture(Strategies.LEAST_LOADED);
    table.room("quick", Given.room(9, 2, 1, 1, 1));
    table.room("wide", Given.room(9, 0, 4, 4, 9_000));
    table.offer("t1");
    assertEquals(List.of("t1"), table.given("wide"));
  }
}
