package io.longshore.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.Archive;
import io.longshore.persistence.Archive.Segment;
import io.longshore.persistence.Archive.Write;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading what many partitions and incarnations have written. */
class HistoryTest {
  private final Archive archive = TestArchive.open();
  private final TestClock clock = new TestClock();
  private final TaskIds ids = new TaskIds(4, clock);
  private final History history = new History(archive, ids);
  private final List<String> all = new ArrayList<>();

  /** Segments of one task and of many, side by side and overlapping, and some of them twice. */
  @BeforeEach
  void write() {
    Random random = new Random(7);
    List<List<Task>> waiting = List.of(new ArrayList<>(), new ArrayList<>());
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      clock.advance(random.nextInt(10_000));
      List<Task> some = waiting.get(random.nextInt(2));
      some.add(canceled(ids.create(1), i));
      if (random.nextInt(3) == 0) {
        segments.addAll(Segments.of(1, 1, segments.size(), some));
        segments.addAll(Segments.of(1, 2, segments.size(), some.subList(0, some.size() / 2)));
        some.clear();
      }
    }
    waiting.forEach(rest -> segments.addAll(Segments.of(1, 3, segments.size(), rest)));
    done(archive.write(() -> new Write(segments, List.of())));
    all.sort(Collections.reverseOrder());
    assertTrue(segments.size() > 300);
  }

  @AfterEach
  void close() {
    archive.close();
  }

  private Task canceled(String taskId, int number) {
    NewTask spec = number % 50 == 0 ? Given.full() : Given.task();
    Task task = new Task(taskId, spec, clock.millis());
    task.apply(new LedgerEvent.Canceled(taskId, clock.millis()));
    all.add(taskId);
    return task;
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void when_an_id_is_looked_for_then_it_is_found_if_it_is_there() {
    for (String taskId : all) {
      assertEquals(taskId, done(history.find(1, taskId)).orElseThrow().taskId);
    }
    assertTrue(done(history.find(1, ids.create(1))).isEmpty());
    assertTrue(done(history.find(2, all.get(0))).isEmpty());
  }

  @Test
  void when_listed_page_by_page_then_each_comes_once_and_in_order() {
    assertEquals(all, pages(null, Map.of(), 70));
  }

  @Test
  void when_few_match_then_pages_may_be_short_but_none_is_missed() {
    List<String> listed = pages(TaskState.CANCELED, Map.of("tier", "gold"), 3);
    assertEquals(20, listed.size());
    assertEquals(listed, all.stream().filter(listed::contains).toList());
    assertEquals(List.of(), pages(TaskState.COMPLETED, Map.of(), 3));
  }

  /** As the facade pages: what is sure, and from there on. */
  private List<String> pages(@Nullable TaskState state, Map<String, String> labels, int limit) {
    List<String> listed = new ArrayList<>();
    String before = null;
    do {
      TaskQuery query = new TaskQuery(state, null, null, labels, before, limit + 1);
      Page<TaskView> page = TaskListing.merge(limit, List.of(), done(history.list(query, "")));
      assertTrue(page.items().size() <= limit);
      page.items().forEach(task -> listed.add(task.taskId()));
      assertTrue(before == null || page.next() == null || page.next().compareTo(before) < 0);
      before = page.next();
    } while (before != null);
    return listed;
  }

  @Test
  void when_newer_ones_are_enough_then_no_more_is_read() {
    TaskQuery query = new TaskQuery(null, null, null, Map.of(), null, 1_000);
    History.Older some = done(history.list(query, all.get(10)));
    assertTrue(some.tasks().size() < 200 && some.downTo().compareTo(all.get(10)) <= 0);
    List<String> listed = some.tasks().stream().map(TaskView::taskId).toList();
    assertEquals(all.subList(0, 11), listed.subList(0, 11));
  }
}
