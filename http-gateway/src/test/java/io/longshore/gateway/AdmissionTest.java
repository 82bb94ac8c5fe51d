package io.longshore.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.gateway.LoadShedder.Purpose;
import io.longshore.persistence.Doors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in. */
class AdmissionTest {
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final ClientRates.Client ANYBODY = ClientRates.UNCOUNTED;

  private final TestClock clock = new TestClock();
  private final Doors doors = Doors.of(testKit.system());
  private final Admission admission =
      admission(
          """
          longshore.gateway.limits {
            requests = 2, waiting = 1, arriving = 1
            body = 10, batch-body = 10, in-flight-bytes = 10
          }""");

  private Admission admission(String config) {
    return new Admission(
        GatewaySettings.from(ConfigFactory.parseString(config).withFallback(ConfigFactory.load())),
        doors,
        clock,
        () -> clock.millis() * 1_000_000);
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private Admission.Permit enter(long bytes) {
    return admission.enter(ANYBODY, Purpose.OTHER, bytes);
  }

  @Test
  void when_there_are_too_many_requests_then_one_more_comes_in_only_after_one_left() {
    Admission.Permit first = enter(0);
    enter(0);
    long before = doors.door("requests").refusals("full");
    assertBusy(() -> enter(0));
    first.close();
    enter(0);
    assertBusy(() -> enter(0));
    assertEquals(before + 2, doors.door("requests").refusals("full"));
  }

  @Test
  void when_nobody_has_room_at_work_then_a_body_on_its_way_is_not_waited_for() {
    Admission.Permit first = enter(0);
    enter(0);
    assertBusy(() -> admission.arrive(ANYBODY, Purpose.OTHER, 1));
    first.close();
    admission.arrive(ANYBODY, Purpose.OTHER, 1);
  }

  @Test
  void when_a_request_has_much_to_read_then_it_takes_the_places_of_several_small_ones() {
    Admission many =
        admission("longshore.gateway.limits { requests = 10, min-requests = 10, arriving = 2 }");
    Admission.Permit large = many.enter(ANYBODY, Purpose.OTHER, 1_000_000);
    many.enter(ANYBODY, Purpose.OTHER, 2_047);
    many.enter(ANYBODY, Purpose.OTHER, 0);
    assertBusy(() -> many.enter(ANYBODY, Purpose.OTHER, 0));
    large.close();
    for (int i = 0; i < 2; i++) {
      many.enter(ANYBODY, Purpose.OTHER, 3 * 2_048);
    }
    assertBusy(() -> many.enter(ANYBODY, Purpose.OTHER, 0));
  }

  @Test
  void when_all_places_are_fewer_than_a_request_would_take_then_it_takes_all_and_is_let_in() {
    Admission.Permit large =
        admission("longshore.gateway.limits.requests = 2").enter(ANYBODY, Purpose.OTHER, 1_000_000);
    large.close();
    large.close();
  }

  @Test
  void when_slow_answers_leave_fewer_places_than_a_large_request_takes_then_it_has_its_turn() {
    Admission slow = admission("longshore.gateway.limits { requests = 1000, min-requests = 2 }");
    List<Admission.Permit> working = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      working.add(slow.enter(ANYBODY, Purpose.OTHER, 0));
    }
    for (int i = 0; i < 200; i++) {
      clock.forward(Duration.ofSeconds(i < 2 ? 0 : 1));
      working.get(0).done();
    }
    assertBusy(() -> slow.enter(ANYBODY, Purpose.OTHER, 0));
    working.forEach(Admission.Permit::close);
    Admission.Permit large = slow.enter(ANYBODY, Purpose.OTHER, 1_000_000);
    assertBusy(() -> slow.enter(ANYBODY, Purpose.OTHER, 0));
    large.close();
  }

  @Test
  void when_a_request_waits_then_another_may_work() {
    Admission.Permit first = enter(4);
    first.waits();
    first.waits();
    Admission.Permit second = enter(4);
    Admission.Permit third = enter(2);
    assertBusy(second::waits);
    first.close();
    second.waits();
    third.close();
    second.close();
    enter(10).close();
    assertBusy(() -> enter(11));
  }

  @Test
  void when_bytes_do_not_fit_then_the_request_leaves_nothing_behind() {
    Admission.Permit large = enter(10);
    for (int i = 0; i < 5; i++) {
      assertBusy(() -> enter(1));
    }
    enter(0);
    large.close();
    enter(10);
  }

  @Test
  void when_a_body_is_on_its_way_then_it_takes_no_place_from_those_at_work() {
    Admission.Permit slow = admission.arrive(ANYBODY, Purpose.OTHER, 10);
    assertBusy(() -> admission.arrive(ANYBODY, Purpose.OTHER, 1));
    Admission.Permit first = enter(8);
    enter(0);
    slow.holds(2);
    assertBusy(() -> slow.holds(1));
    assertBusy(slow::works);
    first.close();
    slow.works();
    slow.close();
    enter(10);
    assertBusy(() -> admission.arrive(ANYBODY, Purpose.OTHER, 1));
  }

  @Test
  void when_a_body_is_handled_as_it_comes_then_it_works_only_while_some_of_it_is_there() {
    Admission.Permit lines = admission.arrive(ANYBODY, Purpose.OTHER, 0);
    lines.works();
    enter(0);
    assertBusy(() -> enter(0));
    lines.arrivesAgain();
    Admission.Permit other = enter(0);
    lines.worksAgain();
    other.close();
    assertBusy(() -> enter(0));
    lines.close();
    enter(0).close();
  }

  @Test
  void when_a_request_has_left_then_what_is_still_at_work_for_it_takes_no_room() {
    Admission.Permit lines = admission.arrive(ANYBODY, Purpose.OTHER, 0);
    lines.works();
    lines.holds(10);
    lines.close();
    lines.letsGo(10);
    lines.arrivesAgain();
    lines.worksAgain();
    lines.works();
    lines.waits();
    lines.holds(10);
    admission.arrive(ANYBODY, Purpose.OTHER, 0);
    Admission.Permit other = enter(10);
    other.waits();
    enter(0);
    enter(0);
    assertBusy(() -> enter(1));
  }

  @Test
  void when_a_piece_of_a_body_is_done_then_only_the_rest_of_it_counts() {
    Admission.Permit lines = admission.arrive(ANYBODY, Purpose.OTHER, 0);
    lines.holds(8);
    lines.letsGo(5);
    Admission.Permit other = enter(7);
    assertBusy(() -> lines.holds(1));
    other.close();
    lines.close();
    enter(10);
  }

  @Test
  void when_the_node_is_late_then_new_work_is_refused_before_its_body_is_read() {
    Admission late =
        admission("longshore.gateway.limits { requests = 1000, acceptable-delay = 100 ms }");
    for (int i = 0; i < 1_000; i++) {
      clock.forward(Duration.ofMillis(10));
      late.delayed(Duration.ofSeconds(1).toNanos());
    }
    long before = doors.door("node").refusals("late");
    for (int i = 0; i < 100; i++) {
      try {
        late.arrive(ANYBODY, Purpose.NEW_WORK, 0).close();
        late.enter(ANYBODY, Purpose.NEW_WORK, 0).close();
      } catch (ProblemException busy) {
        assertEquals(ProblemType.NODE_BUSY, busy.problem().type());
      }
    }
    assertTrue(doors.door("node").refusals("late") > before + 80);
  }

  @Test
  void when_an_answer_is_not_sent_yet_then_its_bytes_keep_others_out_even_without_a_body() {
    Admission.Permit call = enter(0);
    Admission.Permit answer = call.forResponse(1_000);
    call.close();
    assertBusy(() -> enter(0));
    assertBusy(() -> enter(1));
    answer.close();
    enter(0);
    enter(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 20})
  void when_bytes_leave_at_a_rate_then_room_comes_when_it_was_told(int seconds) {
    for (int i = 0; i < 12; i++) {
      Admission.Permit held = enter(10);
      clock.forward(Duration.ofSeconds(seconds));
      held.close();
    }
    Admission.Permit last = enter(10);
    Duration told = assertBusy(() -> enter(10));
    assertEquals(seconds, (double) told.toSeconds(), seconds * 0.5);
    last.close();
  }

  private static Duration assertBusy(Runnable entering) {
    ProblemException busy = assertThrows(ProblemException.class, entering::run);
    assertEquals(ProblemType.NODE_BUSY, busy.problem().type());
    return Objects.requireNonNull(busy.problem().retryAfter());
  }
}
