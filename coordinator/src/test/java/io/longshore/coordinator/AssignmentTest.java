package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longshore.agents.TaskRef.Decision;
import io.longshore.agents.TaskRef.Decision.Kind;
import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.coordinator.CoordinatorProtocol.Mark;
import io.longshore.coordinator.CoordinatorProtocol.Setback;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who gets which task, and what becomes of those that were refused, given back or lost. */
class AssignmentTest {
  private final AssignmentFixture table = new AssignmentFixture();

  private static Room free(int free) {
    return Given.room(free, 0, 0, 1, 1_000);
  }

  @Test
  void when_several_have_room_then_a_free_hand_comes_first_and_then_who_would_be_done_first() {
    table.room("slow", Given.room(9, 0, 0, 1, 5_000));
    table.room("free", Given.room(9, 0, 3, 4, 2_000));
    table.room("busy", Given.room(9, 4, 1, 1, 1_000));
    table.room("wide", Given.room(9, 4, 4, 4, 1_000));
    table.offer("t1", "t2", "t3");
    assertEquals(List.of("t1", "t3"), table.given("free"));
    assertEquals(List.of("t2"), table.given("slow"));
    assertEquals(Map.of(), table.given);
  }

  @Test
  void when_many_are_given_then_each_counts_for_the_next() {
    table.room("a", Given.room(9, 0, 0, 1, 1_000));
    table.room("b", Given.room(9, 0, 0, 1, 2_500));
    table.offer("t1", "t2", "t3");
    assertEquals(List.of("t1", "t3"), table.given("a"));
    assertEquals(List.of("t2"), table.given("b"));
  }

  @Test
  void when_nobody_has_room_then_it_waits_until_somebody_does() {
    table.offer("t1", "t2", "t3");
    table.room("a", free(1));
    assertEquals(List.of("t1"), table.given("a"));
    assertEquals(2, table.assignment.waitingCount());
    table.accepted("a", free(1), "t1");
    assertEquals(List.of("t2"), table.given("a"));
    table.room("a", new Room(Status.OFFLINE, 5, 0, 0, 1, 0));
    assertEquals(List.of(), table.given("a"));
  }

  @Test
  void when_urgent_then_it_goes_first_but_not_before_what_has_waited_an_age() {
    long old = Given.NOW - 31_000;
    table.offer(
        List.of(
            Given.offered("normal", Priority.NORMAL, Given.NOW, Map.of()),
            Given.offered("aged", Priority.NORMAL, old, Map.of()),
            Given.offered("high", Priority.HIGH, Given.NOW, Map.of()),
            Given.offered("low", Priority.LOW, Given.NOW, Map.of())));
    table.room("a", free(4));
    assertEquals(List.of("aged", "high", "normal", "low"), table.given("a"));
  }

  @Test
  void when_it_wants_labels_then_it_waits_for_an_agent_that_carries_them() {
    table.room("plain", free(5));
    table.offer(List.of(Given.offered("t", Priority.NORMAL, Given.NOW, Map.of("tier", "gold"))));
    assertEquals(List.of(), table.given("plain"));
    var gold = Given.agent("gold", Map.of("tier", "gold"));
    table.report(gold, 1, free(1), List.of(), List.of(), List.of());
    assertEquals(List.of("t"), table.given("gold"));
  }

  @Test
  void when_refused_then_another_gets_it_and_the_refuser_only_after_a_while() {
    table.room("a", free(5));
    table.offer("t");
    assertEquals(List.of("t"), table.given("a"));
    table.refused("a", free(5), "t");
    assertEquals(List.of(), table.given("a"));
    table.room("b", free(1));
    List<Decision> decisions = table.decisions("b");
    assertEquals(
        List.of(Kind.ASSIGNED, Kind.REFUSED, Kind.ASSIGNED),
        decisions.stream().map(Decision::kind).toList());
    assertEquals("overloaded; room expected in 1.5 s", decisions.get(1).reason());
    table.refused("b", free(0), "t");
    table.tick(1_499);
    assertEquals(List.of(), table.given("a"));
    table.tick(1);
    assertEquals(List.of("t"), table.given("a"), "it has said when to ask again");
  }

  @Test
  void when_an_agent_refuses_often_then_others_are_preferred_for_other_tasks_too() {
    table.room("a", free(5));
    table.offer("t");
    table.refused("a", free(5), "t");
    table.room("b", Given.room(5, 0, 0, 1, 1_100));
    table.given.clear();
    table.settled("t");
    table.room("b", Given.room(5, 0, 0, 1, 1_100));
    table.offer("u");
    assertEquals(List.of("u"), table.given("b"));
  }

  @Test
  void when_the_mailbox_restarts_then_what_it_had_is_placed_anew_even_there() {
    table.room("a", free(5));
    table.offer("t");
    table.accepted("a", free(4), "t");
    table.given.clear();
    table.report(Given.agent("a"), 2, free(5), List.of(), List.of(), List.of());
    List<Decision> decisions = table.decisions("a");
    assertEquals("its mailbox has moved or restarted", decisions.get(1).reason());
    assertEquals(Kind.MOVED, decisions.get(1).kind());
  }

  @Test
  void when_a_mailbox_is_silent_then_its_tasks_go_to_another() {
    table.room("a", free(5));
    table.offer("t");
    table.accepted("a", free(4), "t");
    table.tick(5_000);
    table.offer("t");
    table.room("b", Given.room(5, 9, 1, 1, 1_000));
    table.tick(4_999);
    assertNotNull(table.assignment.known("a"));
    assertEquals(List.of(), table.given("b"));
    table.tick(1);
    assertNull(table.assignment.known("a"));
    assertEquals(List.of("t"), table.given("b"));
  }

  @Test
  void when_an_agent_goes_offline_or_drains_then_the_decision_says_so() {
    table.room("a", free(5));
    table.offer("t");
    table.accepted("a", free(4), "t");
    table.returned("a", new Room(Status.OFFLINE, 0, 0, 0, 1, 0), "t");
    table.room("b", free(1));
    assertEquals("the agent went offline", table.decisions("b").get(1).reason());
  }

  @Test
  void when_an_assignment_is_not_answered_then_it_is_sent_again_once_in_a_while() {
    table.room("a", free(5));
    table.offer("t");
    assertEquals(List.of("t"), table.given("a"));
    table.tick(1_999);
    assertEquals(List.of(), table.given("a"));
    table.tick(1);
    assertEquals(List.of("t"), table.given("a"));
    table.tick(1_999);
    assertEquals(List.of(), table.given("a"));
    table.tick(1);
    assertEquals(List.of("t"), table.given("a"));
    table.accepted("a", free(4), "t");
    table.tick(2_000);
    assertEquals(List.of(), table.given("a"));
  }

  @Test
  void when_the_ledger_still_offers_what_a_mailbox_took_then_the_mailbox_is_told_again() {
    table.room("a", free(5));
    table.offer("t");
    table.accepted("a", free(4), "t");
    table.given.clear();
    table.now += 5_000;
    table.offer("t");
    assertEquals(0, table.assignment.waitingCount());
    table.tick(1);
    assertEquals(List.of("t"), table.given("a"));
    table.tick(2_500);
    assertEquals(List.of(), table.given("a"));
  }

  @Test
  void when_settled_then_it_is_gone_wherever_it_was() {
    table.offer("t", "u");
    table.settled("t", "unknown");
    table.room("a", free(1));
    assertEquals(List.of("u"), table.given("a"));
    table.settled("u");
    table.offer("v");
    assertEquals(List.of(), table.given("a"), "u may be there: the mailbox has not told");
    table.room("a", free(1));
    assertEquals(List.of("v"), table.given("a"), "the room of u is free again");
  }

  @Test
  void when_a_task_begins_before_its_mailbox_has_told_that_it_has_it_then_it_takes_room() {
    table.room("a", free(2));
    table.offer("t");
    table.settled("t");
    table.offer("u", "v");
    assertEquals(List.of("t", "u"), table.given("a"));
    table.accepted("a", Given.room(0, 1, 1, 1, 0), "t", "u");
    assertEquals(List.of(), table.given("a"));
    table.room("a", Given.room(1, 0, 1, 1, 0));
    assertEquals(List.of("v"), table.given("a"));
  }

  @Test
  void when_the_ledger_offers_no_more_then_it_is_forgotten() {
    table.offer("t", "u");
    table.tick(AssignmentFixture.FORGET - 1);
    table.offer("u");
    table.tick(1);
    assertEquals(1, table.assignment.waitingCount());
    table.room("a", free(1));
    assertEquals(List.of("u"), table.given("a"));
    table.tick(8_000);
    table.accepted("a", free(0), "u");
    table.tick(7_000);
    table.room("a", free(1));
    table.given.clear();
    table.offer("v");
    assertEquals(List.of("v"), table.given("a"));
  }

  @Test
  void when_a_refuser_does_not_say_when_to_ask_again_then_it_is_asked_after_the_exclusion() {
    table.room("a", free(5));
    for (Long in : Arrays.asList(null, 3_600_000L)) {
      table.offer("t");
      assertEquals(List.of("t"), table.given("a"));
      table.report(
          Given.agent("a"), 1, free(5), List.of(), List.of(new Refusal("t", "no", in)), List.of());
      long exclusion = in == null ? 5_000 : 60_000;
      for (long passed = 0; passed + 2_500 < exclusion; passed += 2_500) {
        table.tick(2_500);
        table.room("a", free(5));
        table.offer("t");
        assertEquals(List.of(), table.given("a"), passed + " ms after " + in);
      }
      table.tick(2_500);
      assertEquals(List.of("t"), table.given("a"));
      table.settled("t");
    }
  }

  @Test
  void when_an_agent_loses_leases_or_fails_then_others_are_preferred() {
    for (Mark mark : List.of(Mark.LOST_LEASE, Mark.FAILURE)) {
      AssignmentFixture fresh = new AssignmentFixture();
      fresh.room("a", Given.room(5, 0, 0, 1, 1_000));
      fresh.room("b", Given.room(5, 0, 0, 1, 1_100));
      fresh.assignment.setBack(List.of(new Setback("a", mark), new Setback("x", mark)), fresh.now);
      fresh.offer("t");
      assertEquals(List.of("t"), fresh.given("b"), mark.name());
      fresh.settled("t");
      fresh.now += 300_000;
      fresh.room("a", Given.room(5, 0, 0, 1, 1_000));
      fresh.room("b", Given.room(5, 0, 0, 1, 1_100));
      fresh.offer("u");
      assertEquals(List.of("u"), fresh.given("a"), "that was long ago");
    }
  }

  @Test
  void when_agents_are_alike_then_they_share_the_work() {
    for (String agentId : List.of("a", "b", "c")) {
      table.room(agentId, Given.room(20, 0, 0, 10, 1_000));
    }
    table.offer("t1", "t2", "t3", "t4", "t5", "t6");
    assertEquals(2, table.given("a").size());
    assertEquals(2, table.given("b").size());
    assertEquals(2, table.given("c").size());
  }

  @Test
  void when_a_task_cannot_be_placed_then_others_behind_it_are() {
    table.room("plain", free(5));
    table.offer(
        List.of(
            Given.offered("gold", Priority.HIGH, Given.NOW, Map.of("tier", "gold")),
            Given.offered("any", Priority.LOW, Given.NOW, Map.of())));
    assertEquals(List.of("any"), table.given("plain"));
    assertEquals(1, table.assignment.waitingCount());
  }

  @Test
  void when_an_agent_is_given_other_labels_then_what_waited_for_them_goes_there() {
    table.room("a", free(5));
    table.offer(List.of(Given.offered("t", Priority.NORMAL, Given.NOW, Map.of("tier", "gold"))));
    assertEquals(List.of(), table.given("a"));
    var gold = Given.agent("a", Map.of("tier", "gold", "x", "y"));
    table.report(gold, 1, free(5), List.of(), List.of(), List.of());
    assertEquals(List.of("t"), table.given("a"));
    table.report(Given.agent("a"), 1, free(5), List.of(), List.of(), List.of());
    table.offer(List.of(Given.offered("u", Priority.NORMAL, Given.NOW, Map.of("tier", "gold"))));
    assertEquals(List.of(), table.given("a"));
  }

  @Test
  void when_nobody_can_do_it_then_that_is_noted_once() {
    table.room("off", new Room(Status.OFFLINE, 0, 0, 0, 1, 0));
    table.offer("t");
    table.tick(250);
    table.tick(250);
    assertEquals(1, table.notes.size());
    assertEquals("t", table.notes.get(0).taskId());
    assertEquals(Kind.WAITING, table.notes.get(0).decision().kind());
    table.room("a", free(1));
    assertEquals(Kind.WAITING, table.decisions("a").get(0).kind());
  }

  @Test
  void when_nobody_can_and_others_wait_behind_then_it_is_parked_until_somebody_comes() {
    var gold = Given.offered("gold", Priority.NORMAL, Given.NOW, Map.of("tier", "gold"));
    table.offer(List.of(gold));
    table.assignment.behind(0, 5, table.now);
    table.tick(250);
    assertEquals(List.of(), table.parked, "nobody is there who could do the others");
    table.room("plain", free(1));
    table.tick(250);
    assertEquals(List.of("gold"), table.parked);
    assertEquals(0, table.assignment.waitingCount());
    assertEquals(0, table.unparked);
    var agent = Given.agent("gold", Map.of("tier", "gold"));
    table.report(agent, 1, free(0), List.of(), List.of(), List.of());
    table.tick(250);
    assertEquals(1, table.unparked);
    table.tick(250);
    assertEquals(1, table.unparked);
    table.offer(List.of(gold));
    table.tick(250);
    assertEquals(List.of("gold"), table.parked, "now it only waits for room");
    table.report(agent, 1, free(1), List.of(), List.of(), List.of());
    assertEquals(List.of("gold"), table.given("gold"));
  }

  @Test
  void when_all_that_can_are_full_then_nothing_is_noted() {
    table.room("a", free(0));
    table.offer("t");
    table.tick(250);
    assertEquals(List.of(), table.notes);
  }
}
