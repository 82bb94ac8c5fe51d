package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.coordinator.FleetSettings.Arrivals;
import io.longshore.coordinator.FleetSettings.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FleetSimulationTest {
  private static final Config CONFIG = ConfigFactory.load();
  private static final Faults MANY = new Faults(120, 10, 60, 10, 10, 0.01);
  private static final Faults NO_LOSS = new Faults(120, 10, 60, 10, 10, 0);

  private static FleetSettings fleet(long seed, int capabilitiesEach, Faults faults) {
    return new FleetSettings(
        seed,
        40,
        3,
        capabilitiesEach,
        List.of(1, 2, 4),
        0.2,
        4,
        6_000,
        new ServiceTimes(ServiceTimes.Kind.LOGNORMAL, 500, 1),
        new Arrivals(0.6, 3, 20, 4),
        faults,
        1,
        5_000);
  }

  /** What a run has shown. */
  private static final class Seen implements FleetSimulation.Observer {
    final List<Long> waits = new ArrayList<>();
    int done;

    @Override
    public void waited(long millis) {
      waits.add(millis);
    }

    @Override
    public void completed(long millis) {
      assertTrue(millis > 0, "done in no time");
    }

    @Override
    public void progress(int count) {
      done = count;
    }
  }

  private static FleetOutcome run(FleetSettings fleet, Seen seen) {
    return FleetSimulation.run(fleet, "shortest-completion", CONFIG, seen);
  }

  @Test
  void when_much_goes_wrong_then_all_is_done() {
    Seen seen = new Seen();
    FleetOutcome outcome = run(fleet(1, 2, MANY), seen);
    assertEquals(0, outcome.notDone());
    assertEquals(6_000, seen.done);
    assertEquals(5_400, seen.waits.size(), "each of the measured starts for the first time once");
    assertTrue(outcome.startedAgain() > 0, "workers died with nothing at hand");
    assertTrue(outcome.refusals() > 0, "coordinators never competed");
    assertTrue(outcome.moves() > 0, "nothing was moved");
  }

  @Test
  void when_workers_die_and_slow_down_then_nobody_holds_more_than_concurrency_and_prefetch() {
    FleetOutcome outcome = run(fleet(6, 2, NO_LOSS), new Seen());
    assertEquals(0, outcome.notDone());
    assertEquals(0, outcome.overfilled());
    assertTrue(outcome.startedAgain() > 0, "workers died with nothing at hand");
  }

  @Test
  void when_nothing_goes_wrong_then_nobody_is_asked_beyond_room_and_each_task_starts_once() {
    FleetOutcome outcome = run(fleet(2, 1, Faults.NONE), new Seen());
    assertEquals(0, outcome.notDone());
    assertEquals(0, outcome.overfilled());
    assertEquals(0, outcome.refusals());
    assertEquals(0, outcome.startedAgain());
    assertEquals(0.6, outcome.utilization(), 0.1);
  }

  @Test
  void when_run_again_with_the_same_seed_then_the_same_happens_and_with_another_it_does_not() {
    Seen first = new Seen();
    Seen second = new Seen();
    FleetOutcome outcome = run(fleet(3, 2, MANY), first);
    assertEquals(outcome, run(fleet(3, 2, MANY), second));
    assertEquals(first.waits, second.waits);
    assertNotEquals(outcome.fingerprint(), run(fleet(4, 2, MANY), new Seen()).fingerprint());
  }

  @ParameterizedTest
  @EnumSource(Strategies.class)
  void when_another_strategy_is_chosen_then_all_is_done_too(Strategies strategy) {
    FleetOutcome outcome =
        FleetSimulation.run(fleet(5, 2, NO_LOSS), strategy.configName(), CONFIG, new Seen());
    assertEquals(0, outcome.notDone());
    assertEquals(0, outcome.overfilled());
  }

  @ParameterizedTest
  @EnumSource(ServiceTimes.Kind.class)
  void when_service_times_are_drawn_then_their_mean_is_the_one_asked_for(ServiceTimes.Kind kind) {
    ServiceTimes times = new ServiceTimes(kind, 1_000, 1.8);
    SplittableRandom random = new SplittableRandom(5);
    double sum = 0;
    for (int i = 0; i < 1_000_000; i++) {
      sum += times.sample(random);
    }
    assertEquals(1_000, sum / 1_000_000, 50);
  }

  @Test
  void when_events_are_planned_then_they_happen_in_order_however_far_away() {
    VirtualTime time = new VirtualTime(5);
    List<String> order = new ArrayList<>();
    time.after(200_000, () -> order.add("far"));
    time.after(200_000, () -> order.add("far, planned later"));
    time.after(200_000 - (1 << 17), () -> order.add("same slot, a turn before"));
    time.after(
        0,
        () -> {
          order.add("now");
          time.after(0, () -> order.add("now, planned meanwhile"));
        });
    time.run(Long.MAX_VALUE, () -> order.size() == 5);
    assertEquals(
        List.of(
            "now",
            "now, planned meanwhile",
            "same slot, a turn before",
            "far",
            "far, planned later"),
        order);
    assertEquals(200_006, time.now());
  }
}
