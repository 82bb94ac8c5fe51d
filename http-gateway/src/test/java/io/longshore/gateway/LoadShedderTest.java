package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.gateway.LoadShedder.Purpose;
import io.longshore.persistence.Doors;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in beside a node that does so much a second, and is the later the more waits. */
class LoadShedderTest {
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final Duration ACCEPTABLE = Duration.ofMillis(250);
  private static final int LOOKS_A_SECOND = 100;

  private final TestClock clock = new TestClock();
  private final SplittableRandom random = new SplittableRandom(7);
  private final LoadShedder shedder =
      new LoadShedder(
          ACCEPTABLE,
          Doors.of(testKit.system()).door("node"),
          random::nextDouble,
          () -> clock.millis() * 1_000_000);

  private double queued;
  private double longestQueue;

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  /** How much came in, a second. */
  private record LetIn(double work, double other) {}

  private int letIn(double many, Purpose purpose) {
    int in = 0;
    for (int i = 0; i < many; i++) {
      try {
        shedder.check(purpose);
        in++;
      } catch (ProblemException refused) {
        assertEquals(ProblemType.NODE_BUSY, refused.problem().type());
      }
    }
    return in;
  }

  private void delays(Duration each, double seconds) {
    for (int i = 0; i < LOOKS_A_SECOND * seconds; i++) {
      clock.forward(Duration.ofMillis(1_000 / LOOKS_A_SECOND));
      shedder.delayed(each.toNanos());
    }
  }

  /** So much a second at a node that does so much a second, and refuses for nothing. */
  private LetIn play(double seconds, int work, int other, double capacity) {
    double workIn = 0;
    double otherIn = 0;
    longestQueue = 0;
    for (int i = 0; i < LOOKS_A_SECOND * seconds; i++) {
      clock.forward(Duration.ofMillis(1_000 / LOOKS_A_SECOND));
      int newWork = letIn((double) work / LOOKS_A_SECOND, Purpose.NEW_WORK);
      int others = letIn((double) other / LOOKS_A_SECOND, Purpose.OTHER);
      workIn += newWork;
      otherIn += others;
      queued = Math.max(0, queued + newWork + others - capacity / LOOKS_A_SECOND);
      longestQueue = Math.max(longestQueue, queued);
      shedder.delayed((long) (queued / capacity * 1e9));
    }
    return new LetIn(workIn / seconds, otherIn / seconds);
  }

  @Test
  void when_the_node_is_as_late_as_is_acceptable_then_whoever_comes_is_let_in() {
    delays(ACCEPTABLE, 2);
    assertEquals(1_000_000, letIn(1_000_000, Purpose.NEW_WORK));
  }

  @Test
  void when_the_node_is_a_little_late_for_a_moment_then_whoever_comes_is_let_in() {
    for (int i = 0; i < 10; i++) {
      delays(ACCEPTABLE.multipliedBy(3), 0.3);
      assertEquals(1_000, letIn(1_000, Purpose.NEW_WORK));
      delays(ACCEPTABLE.dividedBy(8), 0.3);
    }
  }

  @Test
  void when_the_node_is_much_too_late_then_it_refuses_at_once() {
    delays(ACCEPTABLE.multipliedBy(8), 0.2);
    assertTrue(letIn(1_000, Purpose.NEW_WORK) < 500);
    assertEquals(1_000, letIn(1_000, Purpose.OTHER));
  }

  @Test
  void when_few_come_then_they_are_let_in_however_late_the_node_is() {
    for (int i = 0; i < 100; i++) {
      delays(ACCEPTABLE.multipliedBy(8), 0.1);
      assertEquals(8, letIn(8, Purpose.NEW_WORK));
    }
    assertTrue(letIn(100, Purpose.NEW_WORK) < 10);
  }

  @Test
  void when_the_node_stays_late_then_few_are_let_in_all_the_same() {
    delays(ACCEPTABLE.multipliedBy(8), 60);

    assertEquals(674, letIn(100_000, Purpose.NEW_WORK), 100);
    assertEquals(674, letIn(100_000, Purpose.OTHER), 100);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.2, 3, 30})
  void when_more_comes_than_the_node_can_do_then_it_does_all_it_can_and_is_not_much_later(
      double times) {
    int capacity = 2_000;
    play(10, (int) (times * capacity), 0, capacity);

    double work = play(20, (int) (times * capacity), 0, capacity).work();

    assertEquals(capacity, work, 0.02 * capacity);
    double acceptable = capacity * ACCEPTABLE.toMillis() / 1e3;
    assertTrue(longestQueue < 2 * acceptable, "queue " + longestQueue);
  }

  @Test
  void when_a_flood_begins_then_the_node_is_never_seconds_late() {
    play(5, 6_000, 0, 2_000);
    assertTrue(longestQueue < 2 * 2_000, "queue " + longestQueue);
  }

  @Test
  void when_a_flood_is_over_then_all_comes_in_within_seconds() {
    play(30, 60_000, 0, 2_000);
    play(4, 1_800, 0, 2_000);

    assertEquals(1_800, play(1, 1_800, 0, 2_000).work());
  }

  @Test
  void when_heavy_requests_give_way_to_light_ones_then_it_takes_as_many_as_it_can() {
    play(30, 600, 0, 200);
    play(5, 30_000, 0, 4_000);

    assertEquals(4_000, play(5, 30_000, 0, 4_000).work(), 200);
  }

  @Test
  void when_the_node_is_late_then_calls_that_get_work_done_come_before_new_work() {
    play(10, 6_000, 1_000, 2_000);

    LetIn in = play(20, 6_000, 1_000, 2_000);

    assertEquals(1_000, in.other());
    assertEquals(1_000, in.work(), 40);
  }

  @Test
  void when_calls_that_get_work_done_are_too_many_themselves_then_they_are_refused_too() {
    play(10, 0, 6_000, 2_000);

    assertEquals(2_000, play(20, 0, 6_000, 2_000).other(), 40);
  }

  @Test
  void when_it_refuses_then_it_asks_for_as_much_time_as_spreads_them_over_what_it_takes() {
    play(20, 6_000, 0, 2_000);
    delays(ACCEPTABLE, 1);
    ProblemException refused =
        assertThrows(
            ProblemException.class,
            () -> {
              for (int i = 0; i < 100; i++) {
                shedder.check(Purpose.NEW_WORK);
              }
            });

    double seconds = Objects.requireNonNull(refused.problem().retryAfter()).toMillis() / 1e3;
    assertEquals(3, seconds, 1);
  }
}
