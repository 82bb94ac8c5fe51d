package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.agents.Route;
import io.longshore.persistence.Archive.Range;
import io.longshore.persistence.Archive.Segment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentsTest {

  /** An ended task whose id is of this time. */
  private static Task ended(long millis, NewTask spec) {
    String time = "%012x".formatted(millis);
    String id =
        time.substring(0, 8) + "-" + time.substring(8) + "-7000-8000-%012x".formatted(millis);
    Task task = new Task(id, spec, millis);
    task.apply(new LedgerEvent.Started(id, "alice", "1.1", 1, millis + 1, List.of(), millis));
    task.apply(new LedgerEvent.Completed(id, Given.json("\"ok\""), millis + 2));
    return task;
  }

  private static List<Segment> segments(List<Task> tasks) {
    return Segments.of(3, 2, 10, tasks);
  }

  @Test
  void when_tasks_are_packed_then_each_is_found_again_as_it_was() {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      tasks.add(ended(Given.NOW + i, i % 2 == 0 ? Given.full() : Given.task()));
    }
    List<Task> shuffled = new ArrayList<>(tasks);
    Collections.shuffle(shuffled, new Random(1));
    List<Segment> segments = segments(shuffled);
    assertEquals(List.of(128, 128, 44), segments.stream().map(Segment::items).toList());
    assertEquals(List.of(10L, 11L, 12L), segments.stream().map(Segment::number).toList());
    assertEquals(tasks.get(128).taskId, segments.get(1).firstId());
    assertEquals(tasks.get(255).taskId, segments.get(1).lastId());
    assertEquals(tasks.get(255).updatedAt, segments.get(1).endedAt());
    for (int i = 0; i < tasks.size(); i++) {
      Segment segment = segments.get(i / 128);
      Task task = Objects.requireNonNull(Segments.find(segment, tasks.get(i).taskId));
      Deep.assertSame(tasks.get(i), task);
      Deep.assertSame(tasks.get(i), Segments.tasks(segment).get(i % 128));
    }
    assertNull(Segments.find(segments.get(0), tasks.get(299).taskId));
  }

  @Test
  void when_ids_are_of_different_slices_of_time_then_so_are_their_segments() {
    long slice = 1L << 20;
    List<Task> tasks = new ArrayList<>();
    for (long at : new long[] {slice * 5 - 1, slice * 5, slice * 6 - 1, slice * 7}) {
      tasks.add(ended(at, Given.task()));
    }
    List<Segment> segments = segments(tasks);
    assertEquals(List.of(1, 2, 1), segments.stream().map(Segment::items).toList());
    for (Segment segment : segments) {
      assertTrue(Segments.slice(segment.lastId()).compareTo(segment.firstId()) <= 0);
    }
  }

  @Test
  void when_tasks_are_big_then_few_are_in_one() {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tasks.add(ended(Given.NOW + i, Given.input(Given.task(), new byte[100_000])));
    }
    tasks.add(ended(Given.NOW + 4, Given.input(Given.task(), new byte[1_000_000])));
    assertEquals(List.of(2, 2, 1), segments(tasks).stream().map(Segment::items).toList());
  }

  @Test
  void when_a_task_matches_a_query_then_its_segment_is_in_the_range() {
    Task task = ended(Given.NOW, Given.full());
    Segment segment = segments(List.of(task)).get(0);
    TaskQuery all = new TaskQuery(null, null, null, Map.of(), null, 1);
    TaskQuery fits =
        new TaskQuery(
            TaskState.COMPLETED, Route.agent("alice"), "alice", Map.of("tier", "gold"), "f", 1);
    assertTrue(in(Segments.range(all), segment) && in(Segments.range(fits), segment));
    TaskQuery failed = new TaskQuery(TaskState.FAILED, null, null, Map.of(), null, 1);
    TaskQuery older = new TaskQuery(null, null, null, Map.of(), task.taskId, 1);
    assertTrue(!in(Segments.range(failed), segment) && !in(Segments.range(older), segment));
  }

  @Test
  void when_a_task_wants_a_range_then_its_segment_is_found_by_the_range_and_by_the_bare_name() {
    Task task = ended(Given.NOW, Given.task(Route.capability("echo@^2"), 0, 3, null));
    Segment segment = segments(List.of(task)).get(0);

    assertTrue(in(Segments.range(of("echo@^2")), segment));
    assertTrue(in(Segments.range(of("echo")), segment));
    assertTrue(!in(Segments.range(of("echo@^1")), segment));
  }

  private static TaskQuery of(String capability) {
    return new TaskQuery(null, Route.capability(capability), null, Map.of(), null, 1);
  }

  private static boolean in(Range range, Segment segment) {
    return segment.lastId().compareTo(range.lastAtMost()) <= 0
        && segment.firstId().compareTo(range.firstBefore()) < 0
        && (segment.filter() & range.filter()) == range.filter();
  }

  @Test
  void when_filters_are_made_then_always_with_the_same_bits() {
    // It stands in the database.
    assertEquals(2748779134984L, segments(List.of(ended(Given.NOW, Given.full()))).get(0).filter());
  }

  @Test
  void when_one_write_would_be_too_large_then_the_rest_waits_for_the_next() {
    LedgerFixture ledger = new LedgerFixture(Given.ledger(100, 100_000_000, 100));
    for (int i = 0; i < 3; i++) {
      ledger.cancel(ledger.submit(Given.input(Given.task(), new byte[5_000_000])));
    }
    ledger.pass(Given.LINGER);
    assertEquals(1, ledger.archive().size());
    assertEquals(1, ledger.archive().size());
    assertEquals(1, ledger.archive().size());
    assertEquals(0, ledger.state.bytes());
  }
}
