package io.longshore.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longshore.agents.MailboxProtocol.EndedLease;
import io.longshore.agents.MailboxProtocol.ExtendedLease;
import io.longshore.agents.Route;
import io.longshore.persistence.Archive;
import io.longshore.persistence.Archive.Segment;
import io.longshore.persistence.PartitionCommand;
import io.longshore.persistence.PartitionMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How ended tasks get from a partition into the archive, whatever happens on the way. */
class ArchivingTest {
  private final ActorTestKit testKit =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(
                  ConfigFactory.parseString("longshore.persistence.partitions.tick = 20 ms"))
              .withFallback(ConfigFactory.load()));
  private final PersistenceTestKit journal = PersistenceTestKit.create(testKit.system());
  private final TestClock clock = new TestClock();
  private final TaskIds ids = new TaskIds(1, clock);
  private final TestProbe<PartitionMessage.Replies> replies =
      testKit.createTestProbe(PartitionMessage.Replies.class);
  private final Archive archive = TestArchive.open();
  private final History history = new History(archive, ids);
  private final AtomicInteger failing = new AtomicInteger();
  private final CompletableFuture<Object> unheard = new CompletableFuture<>();
  private final AtomicInteger losing = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();
  private ActorRef<PartitionMessage> ledger = spawn();

  private ActorRef<PartitionMessage> spawn() {
    TaskLedger.Listeners nobody =
        new TaskLedger.Listeners() {
          @Override
          public void offer(Route route, CoordinatorProtocol.Offer offer) {}

          @Override
          public void settled(Route route, CoordinatorProtocol.Settled settled) {}

          @Override
          public void ended(String agentId, List<EndedLease> leases) {}

          @Override
          public void extended(String agentId, List<ExtendedLease> leases) {}
        };
    CoordinatorSettings settings = CoordinatorSettings.from(testKit.system().settings().config());
    return testKit.spawn(TaskLedger.create(0, settings, clock, nobody, unreliable()));
  }

  /** The archive, but as many writes as {@link #failing} says are done and yet seem to fail. */
  private Archive unreliable() {
    return (Archive)
        Proxy.newProxyInstance(
            Archive.class.getClassLoader(),
            new Class<?>[] {Archive.class},
            (proxy, method, arguments) -> {
              Object done;
              try {
                done = method.invoke(archive, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (!method.getName().equals("write")) {
                return done;
              }
              writes.incrementAndGet();
              if (losing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                return ((CompletionStage<?>) done).thenCompose(ok -> unheard);
              }
              return failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                  ? ((CompletionStage<?>) done)
                      .thenCompose(
                          ok -> CompletableFuture.failedStage(new IllegalStateException("cut")))
                  : done;
            });
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
    archive.close();
  }

  private List<Object> batch(PartitionCommand<?>... commands) {
    ledger.tell(new PartitionMessage.Batch(1, replies.ref(), List.of(commands)));
    return replies.receiveMessage().replies();
  }

  /** Submits a task and cancels it. */
  private String canceled() {
    String taskId = ids.create(0);
    batch(new TaskProtocol.Submit(taskId, Given.task()), new TaskProtocol.Cancel(taskId));
    return taskId;
  }

  /** Submits a task whose only attempt fails. */
  private String deadLettered() {
    String taskId = ids.create(0);
    batch(new TaskProtocol.Submit(taskId, Given.attempts(1)));
    TaskProtocol.Started started =
        assertInstanceOf(
            TaskProtocol.Started.class,
            batch(new TaskProtocol.Start(taskId, "alice", 0, List.of())).get(0));
    String token = started.lease().leaseToken();
    batch(new TaskProtocol.Fail(taskId, token, "agent-error", "broken", true, null));
    return taskId;
  }

  private boolean inMemory(String taskId) {
    return batch(new TaskProtocol.Get(taskId)).get(0) instanceof TaskProtocol.Found;
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private boolean archived(String taskId) {
    return done(history.find(0, taskId)).isPresent();
  }

  private List<Segment> segments() {
    return done(archive.newest(new Archive.Range("~", "~", 0), null, 100));
  }

  private void until(BooleanSupplier fact) {
    testKit
        .createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(60),
            () -> {
              assertTrue(fact.getAsBoolean());
              return fact;
            });
  }

  @Test
  void when_a_task_has_lingered_then_it_is_in_the_archive_and_not_in_memory() {
    String taskId = canceled();
    assertTrue(inMemory(taskId) && !archived(taskId));
    clock.advance(10_000);
    until(() -> !inMemory(taskId));
    Task task = done(history.find(0, taskId)).orElseThrow();
    assertEquals(TaskState.CANCELED, task.state);
    assertEquals(2, task.generation);
    testKit.stop(ledger);
    ledger = spawn();
    assertTrue(!inMemory(taskId));
  }

  @Test
  void
      when_it_crashes_after_the_write_then_the_next_incarnation_writes_again_and_nothing_collides() {
    String taskId = canceled();
    journal.failNextPersisted();
    clock.advance(10_000);
    until(() -> archived(taskId));
    testKit.createTestProbe().expectTerminated(ledger);
    ledger = spawn();
    until(() -> !inMemory(taskId));
    until(() -> segments().size() == 2);
    assertEquals(2, segments().stream().map(Segment::epoch).distinct().count());
    TaskQuery all = new TaskQuery(null, null, null, Map.of(), null, 10);
    assertEquals(
        List.of(taskId),
        done(history.list(all, "")).tasks().stream().map(TaskView::taskId).toList());
  }

  @Test
  void when_the_archive_fails_then_tasks_stay_in_memory_until_it_does_not() {
    failing.set(Integer.MAX_VALUE);
    String taskId = canceled();
    String dead = deadLettered();
    until(
        () -> {
          clock.advance(10_000);
          return writes.get() >= 4;
        });
    assertTrue(inMemory(taskId) && inMemory(dead));
    failing.set(0);
    until(
        () -> {
          clock.advance(10_000);
          return !inMemory(taskId) && !inMemory(dead);
        });
    assertTrue(archived(taskId) && archived(dead));
  }

  @Test
  void when_the_outcome_of_a_write_is_not_heard_then_it_is_written_again_and_leaves_once() {
    losing.set(1);
    String taskId = canceled();
    clock.advance(10_000);
    until(() -> archived(taskId));
    String later = canceled();
    clock.advance(10_000);
    assertTrue(inMemory(taskId) && inMemory(later));
    clock.advance(60_000);
    until(() -> !inMemory(taskId) && !inMemory(later));
    String last = canceled();
    unheard.complete(taskId);
    assertTrue(inMemory(last));
    assertEquals(2, writes.get());
  }

  @Test
  void when_a_task_is_given_up_then_its_dead_letter_is_written_at_once() {
    String taskId = deadLettered();
    until(() -> done(archive.deadLetter(taskId)).isPresent());
    assertTrue(inMemory(taskId));
    assertEquals(0, segments().size());
    Archive.DeadLetter letter = done(archive.deadLetter(taskId)).orElseThrow();
    assertEquals(Given.ECHO.key(), letter.route());
    assertEquals("alice", letter.agentId());
    assertEquals(clock.millis(), letter.failedAt());
    assertEquals("\"in\"", new String(Segments.task(letter.payload()).spec.input(), UTF_8));
  }

  @Test
  void when_it_crashes_before_the_dead_letter_is_written_then_the_next_incarnation_writes_it() {
    failing.set(Integer.MAX_VALUE);
    String taskId = deadLettered();
    until(() -> done(archive.deadLetter(taskId)).isPresent());
    assertTrue(done(archive.discard(taskId)));
    testKit.stop(ledger);
    failing.set(0);
    int before = writes.get();
    ledger = spawn();
    until(() -> writes.get() == before + 1);
    clock.advance(10_000);
    until(() -> !inMemory(taskId));
    // What a person has said of it meanwhile stays.
    assertEquals(Optional.of(true), done(archive.deadLetter(taskId)).map(l -> l.discarded()));
  }

  @Test
  void when_the_retention_is_over_then_it_is_purged() {
    String taskId = canceled();
    String dead = deadLettered();
    clock.advance(10_000);
    until(() -> !inMemory(taskId) && !inMemory(dead));
    clock.advance(Duration.ofHours(25).toMillis());
    until(() -> segments().isEmpty());
    assertTrue(!archived(taskId));
    assertTrue(archived(dead), "a dead letter is kept longer");
    clock.advance(Duration.ofDays(14).toMillis());
    until(() -> !archived(dead));
  }
}
