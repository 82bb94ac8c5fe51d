package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate.Kind;
import io.longshore.registry.RegistryProtocol.Watch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectoryActorTest {
  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());

  private final Directory directory = new Directory(10_000);
  private final AtomicInteger missing = new AtomicInteger(2);
  private final ManualTime time = ManualTime.get(testKit.system());
  private TestProbe<Watch> first;
  private TestProbe<Watch> second;
  private ActorRef<DirectoryUpdate> actor;

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void watchTwoPartitions() {
    first = testKit.createTestProbe(Watch.class);
    second = testKit.createTestProbe(Watch.class);
    actor =
        testKit
            .spawn(
                DirectoryActor.create(
                    directory,
                    missing,
                    (watch, partition) -> (partition == 0 ? first : second).ref().tell(watch),
                    INTERVAL))
            .narrow();
    assertWatched(first, 0);
    assertWatched(second, 0);
  }

  @Test
  void when_each_partition_has_answered_then_nothing_is_missing() {
    actor.tell(change(0, 0, 1, "alice"));
    actor.tell(change(1, 0, 0));
    await(() -> assertEquals(0, missing.get()));
    actor.tell(change(0, 1, 2, "bob"));
    await(() -> assertEquals(2, directory.size()));
    assertEquals(0, missing.get());
  }

  @Test
  void when_time_passes_then_every_partition_is_watched_from_where_the_replica_is() {
    actor.tell(change(0, 0, 7, "alice"));
    await(() -> assertEquals(1, directory.size()));
    time.timePasses(INTERVAL);
    assertWatched(first, 7);
    assertWatched(second, 0);
  }

  @Test
  void when_something_is_missing_then_that_partition_is_asked_at_once_but_once() {
    actor.tell(change(0, 0, 1, "alice"));
    actor.tell(change(0, 2, 3, "carol"));
    actor.tell(change(0, 3, 4, "dora"));
    assertWatched(first, 1);
    first.expectNoMessage();
    second.expectNoMessage();
    time.timePasses(INTERVAL);
    assertWatched(first, 1);
    actor.tell(change(0, 4, 5, "erin"));
    assertWatched(first, 1);
  }

  private void await(Runnable fact) {
    first.awaitAssert(
        () -> {
          fact.run();
          return fact;
        });
  }

  private void assertWatched(TestProbe<Watch> partition, long known) {
    assertEquals(new Watch(actor, known), partition.receiveMessage());
  }

  private static DirectoryUpdate change(int partition, long from, long to, String... upserts) {
    List<AgentRecord> records =
        List.of(upserts).stream().map(id -> Specs.entry(Specs.agent(id), to)).toList();
    return new DirectoryUpdate(partition, Kind.CHANGE, from, to, to, records, List.of());
  }
}
