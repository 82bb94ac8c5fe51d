package io.longshore.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longshore.persistence.NumbersProtocol.Add;
import io.longshore.persistence.NumbersProtocol.Added;
import io.longshore.persistence.NumbersProtocol.Contents;
import io.longshore.persistence.NumbersProtocol.Recall;
import io.longshore.persistence.PartitionMessage.Batch;
import io.longshore.persistence.PartitionMessage.Replies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A partition on one node is asked by another, with frames of 32 KiB between them. */
class FarAnswerTest {
  private static final Config CONFIG =
      ConfigFactory.parseString(
              "pekko.actor.provider = remote, pekko.remote.artery {canonical {"
                  + "hostname = \"127.0.0.1\", port = 0}, advanced.maximum-frame-size = 32 KiB},"
                  + " pekko.actor.serialization-bindings"
                  + " {\"io.longshore.persistence.NumbersProtocol\" = jackson-cbor}")
          .withFallback(PersistenceTestKitPlugin.getInstance().config())
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(ConfigFactory.load());

  private static final ActorTestKit here = ActorTestKit.create("here", CONFIG);
  private static final ActorTestKit there = ActorTestKit.create("there", CONFIG);

  private final TestProbe<Replies> replies = here.createTestProbe(Replies.class);

  @AfterAll
  static void stop() {
    here.shutdownTestKit();
    there.shutdownTestKit();
  }

  private void ask(ActorRef<PartitionMessage> partition, List<PartitionCommand<?>> commands) {
    String asker = ActorRefResolver.get(here.system()).toSerializationFormat(replies.ref());
    ActorRef<Replies> replyTo = ActorRefResolver.get(there.system()).resolveActorRef(asker);
    partition.tell(new Batch(7, replyTo, commands));
  }

  private static ActorRef<PartitionMessage> partition(int number) {
    PartitionsSettings settings =
        PartitionsSettings.from(
            ConfigFactory.parseString("tick = 1 h, max-batch-bytes = 16 KiB")
                .withFallback(ConfigFactory.load().getConfig("longshore.persistence.partitions")));
    return there.spawn(NumbersPartition.create(number, settings, new Gate()));
  }

  private List<Object> answers(int count) {
    List<Object> arrived = new ArrayList<>();
    while (arrived.size() < count) {
      arrived.addAll(replies.receiveMessage().replies());
    }
    return arrived;
  }

  @Test
  void when_much_is_read_at_once_then_what_is_beyond_some_bytes_is_left_out_and_all_else_told() {
    ActorRef<PartitionMessage> partition = partition(1);
    List<PartitionCommand<?>> adds = new ArrayList<>();
    LongStream.range(1_000_000, 1_004_000).forEach(number -> adds.add(new Add(number)));
    ask(partition, adds);
    assertEquals(adds.size(), answers(adds.size()).size());

    List<PartitionCommand<?>> reads = new ArrayList<>(Collections.nCopies(20, new Recall()));
    reads.add(new Add(1));
    ask(partition, reads);
    List<Object> arrived = answers(reads.size());
    assertEquals(new Added(1, true), arrived.get(20));
    long told = arrived.stream().filter(Contents.class::isInstance).count();
    assertTrue(told >= 2 && told <= 8, told + " were told");
    assertEquals(
        Collections.nCopies(20 - (int) told, new PartitionMessage.Undecided()),
        arrived.subList((int) told, 20));
  }

  @Test
  void when_an_answer_is_larger_than_a_frame_then_it_comes_in_parts_and_in_order() {
    ActorRef<PartitionMessage> partition = partition(0);
    List<PartitionCommand<?>> commands = new ArrayList<>();
    List<Object> expected = new ArrayList<>();
    Set<Long> numbers = new HashSet<>();
    LongStream.range(1_000_000, 1_000_500)
        .forEach(
            number -> {
              commands.add(new Add(number));
              expected.add(new Added(number, true));
              numbers.add(number);
            });
    commands.addAll(Collections.nCopies(50, new Recall()));
    expected.addAll(Collections.nCopies(50, new Contents(numbers, 1)));
    ask(partition, commands);

    List<Object> arrived = new ArrayList<>();
    int parts = 0;
    while (arrived.size() < commands.size()) {
      Replies part = replies.receiveMessage();
      assertEquals(7, part.number());
      arrived.addAll(part.replies());
      parts++;
    }
    assertEquals(expected, arrived);
    assertTrue(parts > 5, parts + " parts");

    ask(partition, List.of(new Add(1), new Recall(), new Add(1)));
    assertEquals(3, replies.receiveMessage().replies().size(), "what fits comes as one");
  }
}
