package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.TaskRef.Priority;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.registry.AgentRecord;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CandidateTest {
  private static final long ASSUMED = 1_000;

  private static Candidate candidate(Room room) {
    return new Candidate(Given.agent("alice"), 1, room, Given.NOW);
  }

  private static WaitingTask task(String taskId) {
    return new WaitingTask(
        Given.offered(taskId, Priority.NORMAL, Given.NOW, Map.of()), 30_000, Given.NOW);
  }

  private static double estimate(Candidate candidate, long now) {
    return candidate.estimate(0, ASSUMED, now);
  }

  @Test
  void when_a_slot_is_free_then_a_task_takes_a_whole_service_time_however_many_slots_there_are() {
    assertEquals(1_000.0, estimate(candidate(Given.room(20, 0, 0, 10, 1_000)), Given.NOW));
    assertEquals(1_000.0, estimate(candidate(Given.room(11, 0, 9, 10, 1_000)), Given.NOW));
    assertEquals(1_100.0, estimate(candidate(Given.room(10, 0, 10, 10, 1_000)), Given.NOW));
  }

  @Test
  void when_none_is_free_then_it_waits_for_as_many_ends_as_it_takes() {
    assertEquals(1_000.0, estimate(candidate(Given.room(5, 1, 2, 2, 500)), Given.NOW));
    assertEquals(1_500.0, estimate(candidate(Given.room(5, 2, 3, 2, 500)), Given.NOW));
    assertEquals(2_500.0, candidate(Given.room(5, 2, 3, 2, 500)).estimate(4, 1, Given.NOW));
    assertEquals(6_000.0, estimate(candidate(Given.room(5, 4, 1, 1, 1_000)), Given.NOW));
  }

  @Test
  void when_it_stands_still_longer_than_a_task_takes_then_that_is_how_long_one_takes() {
    Candidate stuck = candidate(Given.room(5, 1, 1, 1, 100));
    assertEquals(300.0, estimate(stuck, Given.NOW + 100));
    assertEquals(3_000.0, estimate(stuck, Given.NOW + 1_000));
    stuck.heard(stuck.agent, Given.room(5, 1, 1, 1, 100), Given.NOW + 2_000);
    assertEquals(6_000.0, estimate(stuck, Given.NOW + 2_000), "a sign of life is no progress");
    stuck.heard(stuck.agent, Given.room(6, 0, 1, 1, 100), Given.NOW + 2_000);
    assertEquals(200.0, estimate(stuck, Given.NOW + 2_000));
    Candidate idle = candidate(Given.room(5, 0, 0, 1, 100));
    assertEquals(100.0, estimate(idle, Given.NOW + 60_000));
  }

  @Test
  void when_it_has_not_shown_its_time_then_one_is_assumed() {
    assertEquals(1_000.0, estimate(candidate(Given.room(1, 0, 0, 1, 0)), Given.NOW));
  }

  @Test
  void when_given_and_not_answered_then_it_counts_against_room_until_it_is() {
    Candidate candidate = candidate(Given.room(2, 0, 0, 1, 1_000));
    candidate.give(task("t"), Given.NOW);
    candidate.give(task("u"), Given.NOW);
    assertEquals(0, candidate.free());
    assertEquals(2, candidate.ahead());
    Candidate.Placed placed = candidate.placed.get("t");
    candidate.answered(placed);
    candidate.answered(placed);
    assertEquals(1, candidate.free());
    candidate.drop(placed);
    assertEquals(1, candidate.free());
    assertEquals(1, candidate.placed.size());
  }

  @Test
  void when_it_takes_no_work_then_it_has_no_room() {
    for (Status status : new Status[] {Status.OFFLINE, Status.DRAINING}) {
      assertEquals(0, candidate(new Room(status, 5, 0, 0, 1, 0)).free());
    }
    Candidate draining = candidate(Given.room(5, 0, 0, 1, 0));
    draining.agent = new AgentRecord(draining.agent.spec(), 2, true, 1, 2);
    assertEquals(0, draining.free());
  }

  @Test
  void when_other_routes_fill_its_queue_then_their_tasks_are_ahead_too() {
    Candidate candidate = candidate(Given.room(5, 20, 1, 1, 1_000));
    for (String taskId : new String[] {"a", "b"}) {
      candidate.give(task(taskId), Given.NOW);
      candidate.answered(candidate.placed.get(taskId));
    }
    assertEquals(1 + 18 / 3.0, candidate.aheadOf(0));
    assertEquals(2 + 18 * 2 / 3.0, candidate.aheadOf(1));
  }

  @Test
  void when_some_have_begun_then_they_are_not_counted_twice() {
    Candidate candidate = candidate(Given.room(5, 1, 1, 1, 1_000));
    for (String taskId : new String[] {"a", "b"}) {
      candidate.give(task(taskId), Given.NOW);
      candidate.answered(candidate.placed.get(taskId));
    }
    assertEquals(1.0, candidate.aheadOf(1));
  }
}
