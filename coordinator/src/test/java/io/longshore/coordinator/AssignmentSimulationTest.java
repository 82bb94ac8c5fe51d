package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AssignmentSimulationTest {

  private static AssignmentSimulation simulation(long seed, boolean bad) {
    Random random = new Random(seed);
    AssignmentSimulation simulation = new AssignmentSimulation(seed, bad);
    for (int i = 2 + random.nextInt(4); i > 0; i--) {
      int concurrency = 1 + random.nextInt(3);
      simulation.add(concurrency + random.nextInt(6), concurrency, 100 + random.nextInt(20) * 200L);
    }
    return simulation;
  }

  @Test
  void when_messages_are_lost_and_doubled_then_every_task_is_done_and_nobody_overfilled() {
    Seeds.each(
        AssignmentSimulationTest.class,
        200,
        seed -> {
          Random random = new Random(~seed);
          AssignmentSimulation simulation = simulation(seed, true);
          for (int i = 0; i < 10; i++) {
            simulation.submit(random.nextInt(12));
            simulation.run(2_000);
          }
          simulation.finish();
        });
  }

  @Test
  void when_no_message_is_lost_then_nobody_is_asked_beyond_room_and_little_is_moved() {
    int[] total = new int[2];
    Seeds.each(
        AssignmentSimulationTest.class,
        200,
        seed -> {
          Random random = new Random(~seed);
          AssignmentSimulation simulation = simulation(seed, false);
          for (int i = 0; i < 10; i++) {
            simulation.submit(random.nextInt(12));
            simulation.run(2_000);
          }
          simulation.finish();
          assertEquals(0, simulation.refusals(), "asked beyond its room");
          assertTrue(simulation.mostMovesOfATask() <= 3, "moved on and on");
          total[0] += simulation.moved();
          total[1] += simulation.done();
        });
    assumeTrue(Long.getLong("longshore.seed") == null, "one seed alone is no average");
    assertTrue(total[0] > 0, "nothing was ever moved");
    assertTrue(total[0] * 8 < total[1], total[0] + " moves of " + total[1] + " tasks");
  }

  @Test
  void when_all_are_alike_then_hardly_anything_is_moved_under_a_steady_load() {
    int[] total = new int[2];
    Seeds.each(
        AssignmentSimulationTest.class,
        50,
        seed -> {
          Random random = new Random(seed);
          AssignmentSimulation simulation = new AssignmentSimulation(seed, false);
          for (int i = 0; i < 4; i++) {
            simulation.add(6, 2, 1_000);
          }
          for (int i = 0; i < 60; i++) {
            simulation.submit(random.nextInt(9));
            simulation.run(500);
          }
          simulation.finish();
          total[0] += simulation.moved();
          total[1] += simulation.done();
        });
    assertTrue(total[0] * 1_000 < total[1], total[0] + " moves of " + total[1] + " tasks");
  }

  @Test
  void when_two_are_alike_and_one_comes_late_then_tasks_move_once_and_never_back() {
    int[] moved = new int[1];
    Seeds.each(
        AssignmentSimulationTest.class,
        200,
        seed -> {
          Random random = new Random(~seed);
          AssignmentSimulation simulation = new AssignmentSimulation(seed, false);
          int concurrency = 1 + random.nextInt(3);
          int capacity = concurrency + 4 + random.nextInt(20);
          long service = 100 + random.nextInt(40) * 100L;
          simulation.add(capacity, concurrency, service);
          simulation.run(1_000);
          simulation.submit(concurrency);
          simulation.run(6_000);
          simulation.submit(capacity + random.nextInt(10));
          simulation.run(random.nextInt(3_000));
          simulation.add(capacity, concurrency, service);
          simulation.finish();
          assertTrue(simulation.mostMovesOfATask() <= 1, "moved on or back");
          assertTrue(Set.of("agent-0").containsAll(simulation.movedFrom()), "swapped");
          moved[0] += simulation.moved();
        });
    assumeTrue(Long.getLong("longshore.seed") == null, "one seed alone is no average");
    assertTrue(moved[0] > 200, moved[0] + " moves");
  }

  @Test
  void when_one_is_slow_then_the_others_do_its_work() {
    AssignmentSimulation simulation = new AssignmentSimulation(1, false);
    simulation.add(20, 1, 30_000);
    simulation.run(1_000);
    simulation.submit(20);
    simulation.run(1_000);
    simulation.add(20, 1, 500);
    long start = simulation.now();
    while (simulation.done() < 18) {
      simulation.run(100);
      assertTrue(simulation.now() - start < 25_000, "left with the slow one");
    }
    assertTrue(simulation.moved() >= 18);
  }
}
