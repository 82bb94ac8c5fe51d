package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.WorkSource.Room;
import io.longshore.agents.WorkSource.Status;
import io.longshore.coordinator.CoordinatorProtocol.Mark;
import io.longshore.coordinator.CoordinatorProtocol.Setback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many agents a capability should have, and why. */
class RecommendationTest {
  private static final RecommendationSettings SETTINGS =
      new RecommendationSettings(
          0.5, Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofSeconds(1), 10);

  private final AssignmentFixture table = new AssignmentFixture();

  private Recommendation recommendation() {
    return table.assignment.recommend("echo", SETTINGS, table.now);
  }

  @Test
  void when_tasks_come_and_take_their_time_then_by_littles_law_so_many_agents_are_busy() {
    // 10 a second × 2 s = 20 at once, 4 to an agent, half of the time.
    assertEquals(10, Recommendation.desired(10, 2, 4, 0.5));
    assertEquals(11, Recommendation.desired(10.1, 2, 4, 0.5));
    assertEquals(1, Recommendation.desired(0.01, 2, 4, 0.5));
    assertEquals(0, Recommendation.desired(0, 2, 4, 0.5));
  }

  @Test
  void when_agents_differ_then_the_service_time_is_that_of_all_their_slots_together() {
    table.room("fast", Given.room(9, 0, 0, 3, 1_000));
    table.room("slow", Given.room(9, 0, 0, 1, 4_000));
    table.room("away", new Room(Status.OFFLINE, 0, 0, 0, 1, 9_000));
    Recommendation one = recommendation();
    assertEquals(2, one.onlineAgents());
    assertEquals(2.0, one.concurrencyPerAgent());
    // 3 + 1/4 tasks a second of four slots.
    assertEquals(4 / 3.25, one.serviceSeconds(), 0.001);
    assertTrue(one.serviceMeasured());
    assertEquals(0, one.desiredAgents(), "nothing comes");
  }

  @Test
  void when_tasks_wait_then_they_count_as_coming_within_the_time_they_should_be_done_in() {
    table.room("full", Given.room(0, 0, 1, 1, 3_000));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add("t" + i);
    }
    table.now += 10;
    table.offer(ids.toArray(String[]::new));
    table.assignment.behind(0, 100, table.now);
    Recommendation one = recommendation();
    assertEquals(120, one.waiting());
    // 2 a second × 3 s ÷ 0.5
    assertEquals(12, one.desiredAgents());
  }

  @Test
  void when_nobody_is_there_then_what_is_not_known_is_assumed_and_says_so() {
    table.offer("t");
    Recommendation one = recommendation();
    assertEquals(1, one.desiredAgents());
    assertEquals(0, one.onlineAgents());
    assertEquals(1.0, one.serviceSeconds());
    assertFalse(one.serviceMeasured());
  }

  @Test
  void when_agents_do_badly_then_the_worst_come_first_and_it_says_what_they_did() {
    table.room("good", Given.room(0, 0, 0, 1, 100));
    table.room("bad", Given.room(5, 0, 0, 1, 100));
    table.offer("t");
    table.refused("bad", Given.room(0, 0, 0, 1, 100), "t");
    table.room("worse", Given.room(0, 0, 0, 1, 100));
    table.assignment.setBack(List.of(new Setback("worse", Mark.LOST_LEASE)), table.now);
    assertEquals(
        List.of(
            new Recommendation.Shunned("worse", 3.0, 0, 1, 0),
            new Recommendation.Shunned("bad", 1.5, 1, 0, 0)),
        recommendation().shunned());
    table.now += 300_000;
    assertEquals(List.of(), recommendation().shunned());
  }
}
