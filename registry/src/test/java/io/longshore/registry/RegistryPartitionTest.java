package io.longshore.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.PartitionCommand;
import io.longshore.persistence.PartitionMessage;
import io.longshore.persistence.PartitionMessage.Batch;
import io.longshore.persistence.PartitionMessage.Replies;
import io.longshore.registry.RegistryProtocol.Deregister;
import io.longshore.registry.RegistryProtocol.Deregistered;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate;
import io.longshore.registry.RegistryProtocol.DirectoryUpdate.Kind;
import io.longshore.registry.RegistryProtocol.Find;
import io.longshore.registry.RegistryProtocol.Found;
import io.longshore.registry.RegistryProtocol.Register;
import io.longshore.registry.RegistryProtocol.Registered;
import io.longshore.registry.RegistryProtocol.Watch;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryPartitionTest {
  private static final AgentSpec ALICE = Specs.agent("alice", "summarize");
  private static final AgentSpec BOB = Specs.agent("bob", "summarize");
  private static final Config CONFIG =
      ConfigFactory.parseString("longshore.registry { max-subscribers = 2 }");
  private static ActorTestKit testKit;
  private static int partitions;

  private final ManualClock clock = new ManualClock();
  private final int number = partitions++;
  private TestProbe<Replies> replies;
  private TestProbe<DirectoryUpdate> directory;
  private ActorRef<PartitionMessage> partition;

  @BeforeAll
  static void start() {
    testKit =
        ActorTestKit.create(
            CONFIG
                .withFallback(PersistenceTestKitPlugin.getInstance().config())
                .withFallback(PersistenceTestKitSnapshotPlugin.config())
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void startPartition() {
    replies = testKit.createTestProbe(Replies.class);
    directory = testKit.createTestProbe(DirectoryUpdate.class);
    partition = spawn();
  }

  @Test
  void when_a_directory_watches_then_it_is_told_at_once_and_after_each_commit() {
    partition.tell(new Watch(directory.ref(), 0));
    directory.expectMessage(change(0, 0));
    commit(new Register(ALICE, null), new Register(BOB, null));
    directory.expectMessage(change(0, 2, entry(ALICE, 1), entry(BOB, 2)));
    commit(new Deregister("alice", null));
    directory.expectMessage(
        new DirectoryUpdate(number, Kind.CHANGE, 2, 3, 3, List.of(), List.of("alice")));
  }

  @Test
  void when_a_batch_changes_nothing_then_directories_hear_nothing() {
    commit(new Register(ALICE, null));
    partition.tell(new Watch(directory.ref(), 1));
    directory.expectMessage(change(1, 1));
    commit(new Register(ALICE, null), new Find("alice"));
    directory.expectNoMessage();
  }

  @Test
  void when_a_batch_depends_on_itself_then_each_command_sees_those_before() {
    assertEquals(
        List.of(
            new Registered(entry(ALICE, 1), true),
            new Found(entry(ALICE, 1)),
            new Deregistered("alice")),
        commit(new Register(ALICE, 0L), new Find("alice"), new Deregister("alice", 1L)));
  }

  @Test
  void when_restarted_then_all_is_still_there_and_what_was_seen_is_not_sent_again() {
    commit(new Register(ALICE, null));
    commit(new Register(BOB, null));
    commit(new Deregister("bob", null));
    testKit.stop(partition);
    partition = spawn();
    assertEquals(List.of(new Found(entry(ALICE, 1))), commit(new Find("alice")));
    partition.tell(new Watch(directory.ref(), 3));
    directory.expectMessage(change(3, 3));
    TestProbe<DirectoryUpdate> behind = testKit.createTestProbe(DirectoryUpdate.class);
    partition.tell(new Watch(behind.ref(), 2));
    behind.expectMessage(
        new DirectoryUpdate(number, Kind.LISTING, 2, 3, 3, List.of(entry(ALICE, 1)), List.of()));
  }

  @Test
  void when_a_listing_was_just_sent_then_it_is_not_sent_again_for_a_while() {
    commit(new Register(ALICE, null));
    partition.tell(new Watch(directory.ref(), 99));
    assertEquals(Kind.LISTING, directory.receiveMessage().kind());
    partition.tell(new Watch(directory.ref(), 99));
    directory.expectNoMessage();
    clock.advance(Duration.ofSeconds(10));
    partition.tell(new Watch(directory.ref(), 99));
    assertEquals(Kind.LISTING, directory.receiveMessage().kind());
  }

  @Test
  void when_a_directory_is_not_heard_then_it_is_told_no_more() {
    partition.tell(new Watch(directory.ref(), 0));
    directory.expectMessage(change(0, 0));
    clock.advance(Duration.ofSeconds(10));
    commit(new Register(ALICE, null));
    directory.expectNoMessage();
  }

  @Test
  void when_there_are_as_many_directories_as_may_be_then_one_more_must_wait_for_room() {
    partition.tell(new Watch(testKit.createTestProbe(DirectoryUpdate.class).ref(), 0));
    partition.tell(new Watch(testKit.createTestProbe(DirectoryUpdate.class).ref(), 0));
    partition.tell(new Watch(directory.ref(), 0));
    directory.expectNoMessage();
    clock.advance(Duration.ofSeconds(10));
    partition.tell(new Watch(directory.ref(), 0));
    directory.expectMessage(change(0, 0));
  }

  private ActorRef<PartitionMessage> spawn() {
    RegistrySettings settings = RegistrySettings.from(testKit.system().settings().config());
    return testKit.spawn(RegistryPartition.create(number, settings, clock));
  }

  private List<Object> commit(PartitionCommand<?>... commands) {
    partition.tell(new Batch(1, replies.ref(), List.of(commands)));
    return replies.receiveMessage().replies();
  }

  private AgentRecord entry(AgentSpec spec, long revision) {
    return new AgentRecord(spec, revision, false, clock.millis(), clock.millis());
  }

  private DirectoryUpdate change(long from, long to, AgentRecord... upserts) {
    return new DirectoryUpdate(number, Kind.CHANGE, from, to, to, List.of(upserts), List.of());
  }
}
