package io.longshore.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.agents.WorkSource.Refusal;
import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.agents.WorkSource.Urgency;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How urgent news of a mailbox with room for 40 tasks is. */
class ReportsTest {
  private final Reports reports = new Reports("alice", 7, Given.settings());
  private long now = 1_000_000;

  @BeforeEach
  void known() {
    reports.follow(Set.of("summarize"));
    assertEquals(List.of(Urgency.NOW), urgencies(Status.ONLINE, 40));
    assertEquals(List.of(), urgencies(Status.ONLINE, 40));
  }

  private List<Urgency> urgencies(int free) {
    return urgencies(Status.ONLINE, free);
  }

  private List<Urgency> urgencies(Status status, int free) {
    Room room = new Room(status, free, 40 - free, 0, 20, 0);
    return reports.take(room, true, free == 40, now).stream()
        .map(Reports.Addressed::urgency)
        .toList();
  }

  private void accept(int tasks) {
    for (int i = 0; i < tasks; i++) {
      reports.accepted(Given.ref("t" + i));
    }
  }

  @Test
  void when_room_is_much_as_the_coordinator_takes_it_for_then_news_of_it_can_wait() {
    accept(13);
    assertEquals(List.of(Urgency.SOON), urgencies(27), "it has given them itself");
    assertEquals(List.of(Urgency.SOON), urgencies(40), "it takes it for 27");
    assertEquals(List.of(), urgencies(40));
  }

  @Test
  void when_the_coordinator_takes_it_for_less_than_half_of_what_there_is_then_it_hears_at_once() {
    accept(39);
    assertEquals(List.of(Urgency.SOON), urgencies(1));
    assertEquals(List.of(Urgency.SOON), urgencies(2));
    assertEquals(List.of(Urgency.NOW), urgencies(3), "it takes it for 1 still");
    assertEquals(List.of(Urgency.SOON), urgencies(6));
  }

  @Test
  void when_what_waited_has_arrived_then_that_is_what_the_coordinator_takes_it_for() {
    accept(30);
    assertEquals(List.of(Urgency.SOON), urgencies(10));
    assertEquals(List.of(Urgency.SOON), urgencies(20));
    now += Urgency.SOON.patience().toMillis();
    assertEquals(List.of(Urgency.SOON), urgencies(40), "it takes it for 20 by now");
  }

  @Test
  void when_there_is_less_than_half_of_what_the_coordinator_takes_it_for_then_it_hears_at_once() {
    assertEquals(List.of(Urgency.SOON), urgencies(20), "others have given it 20");
    assertEquals(List.of(Urgency.NOW), urgencies(19));
  }

  @Test
  void when_the_last_place_is_taken_and_free_again_then_it_hears_at_once() {
    accept(40);
    assertEquals(List.of(Urgency.SOON), urgencies(0));
    assertEquals(List.of(Urgency.NOW), urgencies(1));
  }

  @Test
  void when_tasks_are_refused_or_given_back_or_the_agent_has_left_then_it_hears_at_once() {
    reports.refused(Given.ref("t"), new Refusal("t", "full", null));
    assertEquals(List.of(Urgency.NOW), urgencies(40));
    reports.returned(Given.ref("t"));
    assertEquals(List.of(Urgency.NOW), urgencies(40));
    reports.owe(Given.SUMMARIZE);
    assertEquals(List.of(Urgency.NOW), urgencies(40));
    assertEquals(List.of(Urgency.NOW), urgencies(Status.OFFLINE, 0));
  }

  @Test
  void when_nothing_has_changed_for_a_while_then_there_is_a_sign_of_life() {
    now += Given.settings().reportInterval().toMillis();
    assertEquals(List.of(Urgency.SIGN), urgencies(40));
  }
}
