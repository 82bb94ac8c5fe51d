package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longshore.persistence.Archive.DeadLetter;
import io.longshore.persistence.Archive.Letters;
import io.longshore.persistence.Archive.Range;
import io.longshore.persistence.Archive.Segment;
import io.longshore.persistence.Archive.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an archive promises, on every database. */
@ParameterizedClass
@EnumSource
class ArchiveTest {
  private static final Range ALL = new Range("~", "~", 0);
  private static final Letters ANY = new Letters(null, null, null);
  private final TestDatabase kind;
  @TempDir Path directory;
  private Database database;
  private Archive archive;

  ArchiveTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    DatabaseSettings settings = kind.fresh(directory);
    database = Database.open(settings);
    archive = Archive.open(settings, new ArchiveSettings(1, 1, 2, Duration.ofSeconds(20)));
  }

  @AfterEach
  void close() {
    archive.close();
    database.close();
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static Segment segment(long epoch, long number, String first, String last, long ended) {
    return new Segment(3, epoch, number, first, last, ended, 0b101, 2, new byte[] {1, 2, 3});
  }

  private void write(Segment... segments) {
    done(archive.write(() -> new Write(List.of(segments), List.of())));
  }

  private static DeadLetter letter(String taskId, @Nullable String agentId, long failedAt) {
    byte[] payload = {4, 5};
    return new DeadLetter(taskId, 3, "c:echo", agentId, failedAt, payload, null, false);
  }

  private void write(DeadLetter... letters) {
    done(archive.write(() -> new Write(List.of(), List.of(letters))));
  }

  private static List<String> firsts(List<Segment> segments) {
    return segments.stream().map(Segment::firstId).toList();
  }

  private List<String> waiting(Letters which) {
    return done(archive.deadLetters(which, 10)).stream().map(DeadLetter::taskId).toList();
  }

  @Test
  void when_written_then_it_is_read_as_it_was() {
    write(segment(1, 1, "a1", "a5", 10));
    Segment read = done(archive.newest(ALL, null, 10)).get(0);
    assertArrayEquals(new byte[] {1, 2, 3}, read.payload());
    assertEquals(
        List.of(3, 1L, 1L, "a1", "a5", 10L, 5L, 2),
        List.of(
            read.partition(),
            read.epoch(),
            read.number(),
            read.firstId(),
            read.lastId(),
            read.endedAt(),
            read.filter(),
            read.items()));
  }

  @Test
  void when_an_id_is_looked_for_then_only_what_may_hold_it_is_read_the_narrowest_first() {
    write(
        segment(1, 1, "a1", "a9", 1),
        segment(1, 2, "a3", "a7", 1),
        segment(1, 3, "a5", "a6", 1),
        segment(1, 4, "b1", "b9", 1));
    assertEquals(List.of("a3", "a1"), firsts(done(archive.around(3, "a", "a4", null, 10))));
    assertEquals(List.of(), firsts(done(archive.around(2, "a", "a4", null, 10))));
    assertEquals(List.of(), firsts(done(archive.around(3, "a2", "a2", null, 10))));
    List<Segment> one = done(archive.around(3, "a", "a5", null, 1));
    assertEquals(List.of("a5"), firsts(one));
    assertEquals(List.of("a3", "a1"), firsts(done(archive.around(3, "a", "a5", one.get(0), 10))));
  }

  @Test
  void when_listed_then_the_newest_come_first_page_by_page() {
    List<Segment> many = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      String id = "%04d".formatted(i);
      many.add(segment(1, i, id, id, i));
    }
    write(many.toArray(Segment[]::new));
    // Two incarnations wrote the same: neither hides the other.
    write(segment(2, 1, "0598", "0599", 1));
    List<Segment> first = done(archive.newest(ALL, null, 2));
    assertEquals(List.of("0598", "0599"), firsts(first));
    assertEquals(List.of("0598", "0597"), firsts(done(archive.newest(ALL, first.get(1), 2))));
    assertEquals(
        List.of("0004", "0003"), firsts(done(archive.newest(new Range("0004", "~", 0), null, 2))));
    assertEquals(
        List.of("0001", "0000"), firsts(done(archive.newest(new Range("~", "0002", 0), null, 9))));
    assertEquals(1, done(archive.newest(new Range("~", "~", 0b100), null, 1)).size());
    assertEquals(0, done(archive.newest(new Range("~", "~", 0b110), null, 1)).size());
  }

  @Test
  void when_an_old_incarnation_writes_late_then_nothing_collides() {
    write(segment(2, 1, "a1", "a5", 10));
    write(segment(1, 1, "a1", "a5", 10));
    assertEquals(2, done(archive.newest(ALL, null, 10)).size());
  }

  @Test
  void when_a_part_of_a_write_fails_then_nothing_of_it_is_there() {
    write(segment(1, 1, "a1", "a5", 10));
    CompletionException failed =
        assertThrows(
            CompletionException.class,
            () -> write(segment(1, 2, "b1", "b5", 10), segment(1, 1, "a1", "a5", 10)));
    assertInstanceOf(Database.DatabaseException.class, failed.getCause());
    assertEquals(1, done(archive.newest(ALL, null, 10)).size());
  }

  @Test
  void when_kept_long_enough_then_it_is_purged_in_chunks_and_only_of_its_partition() {
    write(segment(1, 1, "a", "a", 10), segment(1, 2, "b", "b", 11), segment(1, 3, "c", "c", 12));
    write(letter("x", null, 10), letter("y", null, 12));
    assertEquals(0, done(archive.purge(4, 12, 12, 10)));
    assertEquals(2, done(archive.purge(3, 12, 12, 1)));
    assertEquals(1, done(archive.purge(3, 12, 12, 10)));
    assertEquals(List.of("c"), firsts(done(archive.newest(ALL, null, 10))));
    assertEquals(List.of("y"), waiting(ANY));
  }

  @Test
  void when_dead_letters_are_listed_then_only_those_that_wait_and_match() {
    write(letter("a", "alice", 1), letter("b", "bob", 2), letter("c", null, 3));
    assertEquals(List.of("c", "b", "a"), waiting(ANY));
    assertEquals(List.of("a"), waiting(new Letters("c:echo", "alice", null)));
    assertEquals(List.of(), waiting(new Letters("c:other", null, null)));
    assertEquals(List.of("b", "a"), waiting(new Letters(null, null, "c")));
    done(archive.redriven("a", "a2"));
    assertTrue(done(archive.discard("b")));
    assertEquals(List.of("c"), waiting(ANY));
  }

  @Test
  void when_a_dead_letter_is_written_again_then_what_became_of_it_stays() {
    write(letter("a", "alice", 1), letter("b", null, 2));
    done(archive.redriven("a", "a2"));
    done(archive.redriven("a", "a3"));
    assertFalse(done(archive.discard("a")));
    assertTrue(done(archive.discard("b")));
    write(letter("a", "alice", 1), letter("b", null, 2));
    assertEquals("a2", done(archive.deadLetter("a")).orElseThrow().redrivenAs());
    DeadLetter discarded = done(archive.deadLetter("b")).orElseThrow();
    assertTrue(discarded.discarded() && !discarded.waits());
    assertEquals(0, discarded.payload().length);
    done(archive.redriven("b", "b2"));
    assertEquals(null, done(archive.deadLetter("b")).orElseThrow().redrivenAs());
    assertTrue(done(archive.deadLetter("c")).isEmpty());
    assertFalse(done(archive.discard("c")));
  }

  @Test
  void when_as_much_waits_as_may_then_more_fails_at_once_and_the_rest_is_done() {
    CountDownLatch blocked = new CountDownLatch(1);
    List<CompletableFuture<Done>> writes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int number = i;
      writes.add(
          archive
              .write(
                  () -> {
                    await(blocked);
                    return new Write(List.of(segment(1, number, "a", "a", 1)), List.of());
                  })
              .toCompletableFuture());
    }
    assertTrue(writes.get(3).isCompletedExceptionally());
    blocked.countDown();
    writes.subList(0, 3).forEach(ArchiveTest::done);
    assertEquals(3, done(archive.newest(ALL, null, 10)).size());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void when_it_has_waited_longer_than_it_may_then_it_fails_and_is_not_done() {
    ArchiveSettings impatient = new ArchiveSettings(1, 1, 2, Duration.ofNanos(1));
    try (Archive slow = Archive.open(database.settings(), impatient)) {
      Write write = new Write(List.of(segment(1, 1, "a", "a", 1)), List.of());
      assertThrows(CompletionException.class, () -> done(slow.write(() -> write)));
    }
    assertEquals(0, done(archive.newest(ALL, null, 10)).size());
  }

  @Test
  void when_an_error_is_thrown_then_nobody_is_left_waiting_and_the_next_is_done() {
    CompletionStage<Done> broken =
        archive.write(
            () -> {
              throw new NoClassDefFoundError("thrown on purpose");
            });
    CompletionException failed = assertThrows(CompletionException.class, () -> done(broken));
    assertInstanceOf(Database.DatabaseException.class, failed.getCause());
    write(segment(1, 1, "a", "a", 1));
  }

  @Test
  void when_closed_then_nobody_is_left_waiting() {
    archive.close();
    assertTrue(archive.discard("a").toCompletableFuture().isCompletedExceptionally());
  }
}
