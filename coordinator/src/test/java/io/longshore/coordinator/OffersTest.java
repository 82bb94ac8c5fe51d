package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.longshore.agents.Route;
import io.longshore.agents.TaskRef.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OffersTest {
  private static final Route ECHO = Given.ECHO;
  private static final Route SUM = Route.capability("sum");
  private final Offers offers = new Offers(2, 5_000, 30_000);

  private void waits(String taskId) {
    waits(taskId, Priority.NORMAL);
  }

  private void waits(String taskId, Priority priority) {
    offers.waiting(ECHO, priority, taskId, 0, 0);
  }

  private void settled(String taskId) {
    offers.settled(ECHO, Priority.NORMAL, taskId, 0);
  }

  private List<String> next(long now) {
    return offers.next(now).getOrDefault(ECHO, List.of());
  }

  @Test
  void when_more_wait_than_the_window_holds_then_the_next_is_offered_as_one_settles() {
    waits("a");
    waits("b");
    waits("c");
    assertEquals(List.of("a", "b"), next(0));
    assertEquals(List.of(), next(1));
    settled("b");
    assertEquals(List.of("c"), next(2));
    settled("a");
    settled("c");
    assertEquals(List.of(), next(100_000));
  }

  @Test
  void when_a_task_settles_before_its_turn_then_it_is_not_offered() {
    waits("a");
    waits("b");
    waits("c");
    settled("a");
    assertEquals(List.of("b", "c"), next(0));
  }

  @Test
  void when_not_started_for_a_while_then_it_is_offered_again_and_again() {
    waits("a");
    next(0);
    waits("b");
    assertEquals(List.of("b"), next(3_000));
    assertEquals(List.of(), next(4_999));
    assertEquals(List.of("a"), next(5_000));
    assertEquals(List.of("b"), next(8_000));
    assertEquals(List.of("a"), next(10_000));
  }

  @Test
  void when_it_waits_again_while_offered_then_it_is_not_offered_twice() {
    waits("a");
    next(0);
    waits("a");
    assertEquals(List.of(), next(1));
    assertEquals(List.of("a"), next(5_000));
  }

  @Test
  void when_the_coordinator_has_forgotten_then_its_window_is_offered_at_once() {
    waits("a");
    waits("b");
    waits("c");
    offers.waiting(SUM, Priority.NORMAL, "s", 0, 0);
    offers.next(0);
    offers.forget(ECHO, 1);
    offers.forget(Route.agent("nobody"), 1);
    assertEquals(Map.of(ECHO, List.of("a", "b")), offers.next(1));
    assertEquals(Map.of(), offers.next(2));
  }

  @Test
  void when_its_time_has_not_come_then_it_is_not_offered_yet() {
    offers.waiting(ECHO, Priority.NORMAL, "late", 500, 0);
    waits("a");
    assertEquals(List.of("a"), next(499));
    assertEquals(List.of("late"), next(500));
  }

  @Test
  void when_a_task_ends_before_its_time_has_come_then_nothing_is_kept_of_it() {
    long year = 365 * 86_400_000L;
    offers.waiting(ECHO, Priority.NORMAL, "ended", year, 0);
    offers.waiting(ECHO, Priority.NORMAL, "late", year, 0);
    assertEquals(2, offers.delayed());
    assertFalse(offers.settled(ECHO, Priority.NORMAL, "ended", year));
    assertEquals(1, offers.delayed());
    assertEquals(List.of("late"), next(year));
    assertEquals(0, offers.delayed());
  }

  @Test
  void when_priorities_differ_then_the_most_urgent_go_first_and_equals_in_order() {
    waits("low", Priority.LOW);
    waits("normal-1");
    waits("normal-2");
    waits("high", Priority.HIGH);
    assertEquals(List.of("high", "normal-1"), next(0));
    offers.settled(ECHO, Priority.HIGH, "high", 0);
    settled("normal-1");
    assertEquals(List.of("normal-2", "low"), next(1));
  }

  @Test
  void when_coordinators_differ_then_each_has_a_window_of_its_own() {
    waits("a");
    waits("b");
    offers.waiting(SUM, Priority.NORMAL, "s", 0, 0);
    assertEquals(Map.of(ECHO, List.of("a", "b"), SUM, List.of("s")), offers.next(0));
  }

  @Test
  void when_a_task_settled_and_waits_again_then_only_its_last_offer_counts() {
    waits("a");
    next(0);
    settled("a");
    waits("a");
    assertEquals(List.of("a"), next(3_000));
    assertEquals(List.of(), next(5_000));
    assertEquals(List.of("a"), next(8_000));
    assertEquals(List.of(), next(8_001));
  }

  @Test
  void when_urgent_tasks_keep_coming_then_what_has_waited_an_age_has_its_turn() {
    offers.waiting(ECHO, Priority.LOW, "low", 0, 0);
    offers.waiting(ECHO, Priority.NORMAL, "normal", 0, 0);
    for (int i = 0; i < 5; i++) {
      offers.waiting(ECHO, Priority.HIGH, "high-" + i, 0, i < 3 ? 29_999 : 60_001);
    }
    assertEquals(List.of("high-0", "high-1"), next(60_001));
    offers.settled(ECHO, Priority.HIGH, "high-0", 0);
    offers.settled(ECHO, Priority.HIGH, "high-1", 0);
    assertEquals(List.of("high-2", "normal"), next(60_002));
    offers.settled(ECHO, Priority.HIGH, "high-2", 0);
    settled("normal");
    assertEquals(List.of("low", "high-3"), next(60_003));
  }

  @Test
  void when_parked_then_others_have_the_window_until_its_time_or_until_somebody_comes() {
    waits("a");
    waits("b");
    waits("c");
    waits("d");
    assertEquals(List.of("a", "b"), next(0));
    assertEquals(2, offers.behind(ECHO));
    offers.park(ECHO, Priority.NORMAL, "a", 60_000);
    offers.park(ECHO, Priority.NORMAL, "b", 60_000);
    offers.park(ECHO, Priority.NORMAL, "unknown", 60_000);
    assertEquals(List.of("c", "d"), next(1));
    assertEquals(2, offers.behind(ECHO));
    waits("a");
    assertFalse(offers.settled(ECHO, Priority.NORMAL, "b", 0), "its coordinator has forgotten it");
    settled("c");
    settled("d");
    assertEquals(List.of(), next(59_999));
    assertEquals(List.of("a"), next(60_000));
    offers.park(ECHO, Priority.NORMAL, "a", 120_000);
    assertEquals(List.of(), next(60_001));
    offers.unpark(ECHO, 60_002);
    assertEquals(List.of("a"), next(60_002));
    offers.park(ECHO, Priority.NORMAL, "a", 130_000);
    offers.forget(ECHO, 60_003);
    assertEquals(List.of("a"), next(60_003), "a new coordinator knows nothing of it");
    settled("a");
    assertEquals(List.of(), next(200_000));
    assertEquals(0, offers.behind(ECHO));
  }

  private static Route version(int patch) {
    return Route.capability("echo@1.0." + patch);
  }

  private void waits(Route route, String taskId, long now) {
    offers.waiting(route, Priority.NORMAL, taskId, 0, now);
  }

  @Test
  void when_each_task_wants_another_range_then_their_coordinator_has_one_window_for_all() {
    for (int i = 0; i < 1_000; i++) {
      waits(version(i), "t" + i, i);
    }
    assertEquals(Map.of(version(0), List.of("t0"), version(1), List.of("t1")), offers.next(1_000));
    assertEquals(998, offers.behind(ECHO));
    assertEquals(Map.of(), offers.next(1_001));
    offers.park(version(0), Priority.NORMAL, "t0", 60_000);
    assertEquals(Map.of(version(2), List.of("t2")), offers.next(1_002));
    assertEquals(998, offers.behind(ECHO));
    offers.settled(version(1), Priority.NORMAL, "t1", 0);
    offers.settled(version(500), Priority.NORMAL, "t500", 0);
    assertEquals(Map.of(version(3), List.of("t3")), offers.next(1_003));
    assertEquals(996, offers.behind(ECHO));
    offers.forget(ECHO, 1_004);
    assertEquals(2, offers.next(1_004).size(), "no more than the window again");
    for (int i = 0; i < 1_000; i++) {
      offers.settled(version(i), Priority.NORMAL, "t" + i, 0);
    }
    assertEquals(0, offers.behind(ECHO));
    assertEquals(Map.of(), offers.next(100_000));
  }

  @Test
  void when_one_range_has_all_the_window_then_another_has_the_place_that_comes_free() {
    for (int i = 0; i < 10; i++) {
      waits("a" + i);
    }
    assertEquals(List.of("a0", "a1"), next(0));
    waits(version(1), "b0", 1);
    waits(version(1), "b1", 1);
    assertEquals(Map.of(), offers.next(1));
    settled("a0");
    assertEquals(Map.of(version(1), List.of("b0")), offers.next(2));
    offers.settled(version(1), Priority.NORMAL, "b0", 0);
    assertEquals(Map.of(version(1), List.of("b1")), offers.next(3), "the other has its share");
    settled("a1");
    assertEquals(Map.of(ECHO, List.of("a2")), offers.next(4));
  }

  @Test
  void when_one_range_has_all_the_window_then_some_others_have_a_place_beyond_it() {
    Offers some = new Offers(32, 5_000, 30_000);
    for (int i = 0; i < 40; i++) {
      some.waiting(ECHO, Priority.NORMAL, "a" + i, 0, i);
    }
    assertEquals(32, some.next(40).get(ECHO).size());
    for (int patch = 1; patch <= 3; patch++) {
      some.waiting(version(patch), Priority.NORMAL, "b" + patch, 0, 40 + patch);
      some.waiting(version(patch), Priority.NORMAL, "c" + patch, 0, 40 + patch);
    }
    assertEquals(Map.of(version(1), List.of("b1"), version(2), List.of("b2")), some.next(50));
    some.settled(version(1), Priority.NORMAL, "b1", 0);
    assertEquals(Map.of(version(1), List.of("c1")), some.next(51), "it has waited longest");
    some.settled(version(1), Priority.NORMAL, "c1", 0);
    assertEquals(Map.of(version(3), List.of("b3")), some.next(52));
    some.settled(ECHO, Priority.NORMAL, "a0", 0);
    assertEquals(Map.of(), some.next(53), "all have a place, and the window is full");
  }

  @Test
  void when_tasks_of_new_ranges_keep_coming_then_no_range_waits_for_ever() {
    waits("a0");
    waits("a1");
    waits("a2");
    List<String> offered = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      waits(version(2 * i), "x" + i, i);
      waits(version(2 * i + 1), "y" + i, i);
      offers
          .next(i)
          .forEach(
              (route, ids) -> {
                offered.addAll(ids);
                ids.forEach(taskId -> offers.settled(route, Priority.NORMAL, taskId, 0));
              });
    }
    assertEquals(List.of("a0", "x1", "a1", "y1", "a2", "x2"), offered.subList(0, 6));
  }

  /** Walking all ranges for each that is offered would be thousands of millions of steps here. */
  @Test
  @Timeout(30)
  void when_very_many_ranges_wait_then_what_is_behind_an_offer_costs_the_same() {
    Offers wide = new Offers(30_000, 5_000, 30_000);
    for (int i = 0; i < 60_000; i++) {
      wide.waiting(version(i), Priority.NORMAL, "t" + i, 0, 0);
    }
    for (int again = 0; again < 5; again++) {
      Map<Route, List<String>> next = wide.next(again * 5_000L);
      assertEquals(30_032, next.size());
      next.forEach((route, ids) -> assertEquals(29_968, wide.behind(route.withoutRange())));
    }
  }

  @Test
  void when_a_coordinator_has_forgotten_then_all_ranges_of_its_capability_come_again() {
    Route ranged = Route.capability("echo@^2");
    waits("a");
    offers.waiting(ranged, Priority.NORMAL, "b", 0, 0);
    offers.waiting(SUM, Priority.NORMAL, "c", 0, 0);
    assertEquals(3, offers.next(0).size());
    offers.forget(ECHO, 1);
    assertEquals(Map.of(ECHO, List.of("a"), ranged, List.of("b")), offers.next(1));
  }
}
